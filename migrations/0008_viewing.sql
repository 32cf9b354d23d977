-- What was really watched, and how making streams ended.

-- One row for each visit of a page in which something was played. The page tells every time all that it has played so far, with a
-- number that grows: what comes twice or too late changes nothing.
CREATE TABLE viewings (
    -- Made by the page.
    id         TEXT PRIMARY KEY,
    video_id   TEXT NOT NULL REFERENCES videos (id) ON DELETE CASCADE,
    user_id    TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    seq        BIGINT NOT NULL,
    -- Stretches in milliseconds, in the order they were played: `0-61500 20000-34000`.
    plays      TEXT NOT NULL,
    -- Their length altogether, and that of the recording's parts among them.
    watched_ms BIGINT NOT NULL,
    covered_ms BIGINT NOT NULL,
    started_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE INDEX viewings_video ON viewings (video_id, started_at);
CREATE INDEX viewings_person ON viewings (user_id, video_id);

-- How each making of a stream ended: `ready`, or the error's code.
CREATE TABLE generations (
    attempt     TEXT PRIMARY KEY,
    video_id    TEXT NOT NULL REFERENCES videos (id) ON DELETE CASCADE,
    user_id     TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    outcome     TEXT NOT NULL,
    -- From the moment somebody wanted it: to the end, and to the first segments that could be watched.
    took_ms     BIGINT NOT NULL,
    playable_ms BIGINT,
    ended_at    BIGINT NOT NULL
);
CREATE INDEX generations_user ON generations (user_id, ended_at);
CREATE INDEX generations_video ON generations (video_id);

-- Of what was made before, the last outcome of each recording is known.
INSERT INTO generations (attempt, video_id, user_id, outcome, took_ms, playable_ms, ended_at)
    SELECT COALESCE(hls_attempt, id), id, user_id,
           CASE WHEN hls_status = 'ready' THEN 'ready' ELSE COALESCE(hls_error_code, 'unknown') END,
           CASE WHEN hls_generated_at > hls_requested_at THEN hls_generated_at - hls_requested_at ELSE 0 END,
           CASE WHEN hls_playable_at >= hls_requested_at THEN hls_playable_at - hls_requested_at END,
           COALESCE(hls_generated_at, hls_requested_at)
    FROM videos WHERE hls_status IN ('ready', 'failed') AND hls_requested_at IS NOT NULL;
