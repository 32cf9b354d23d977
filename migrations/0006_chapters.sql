-- Where the parts of a recording begin, and how a search for them in the pictures went.

CREATE TABLE chapters (
    id         TEXT PRIMARY KEY,
    video_id   TEXT NOT NULL REFERENCES videos (id) ON DELETE CASCADE,
    -- Whole seconds, as addresses (`?t=754`) and people name them.
    start_ms   BIGINT NOT NULL,
    title      TEXT NOT NULL,
    -- What was proposed may be replaced by the next proposal; what a person made or touched is theirs.
    origin     TEXT NOT NULL CHECK (origin IN ('hand', 'proposed')),
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    UNIQUE (video_id, start_ms)
);

-- One row a recording: the last search for changes of scene. Without an outcome it waits or runs.
CREATE TABLE scene_searches (
    video_id TEXT PRIMARY KEY REFERENCES videos (id) ON DELETE CASCADE,
    asked_at BIGINT NOT NULL,
    -- How much of the recording has been gone through; NULL until a worker began.
    percent  BIGINT,
    outcome  TEXT CHECK (outcome IN ('found', 'nothing', 'failed')),
    -- What the person is told of it.
    message  TEXT
);
