-- Streams that are watched while they are made, turns between people, and clearing up after attempts.

-- Why picture or sound are converted, as a sentence.
ALTER TABLE videos ADD COLUMN hls_reason TEXT;
-- The present attempt: when it began, how much of the recording has been gone through, and how much can be watched.
ALTER TABLE videos ADD COLUMN hls_started_at BIGINT;
ALTER TABLE videos ADD COLUMN hls_made_ms BIGINT;
ALTER TABLE videos ADD COLUMN hls_playable_ms BIGINT;
-- When the first two segments could be watched, and when all objects were last seen in the bucket.
ALTER TABLE videos ADD COLUMN hls_playable_at BIGINT;
ALTER TABLE videos ADD COLUMN hls_checked_at BIGINT;

-- When a worker last took something of this person's: whoever waited longest is next.
ALTER TABLE users ADD COLUMN served_at BIGINT NOT NULL DEFAULT 0;

-- The same table without its list of kinds, which SQLite cannot change in place.
CREATE TABLE jobs_of_any_kind (
    id               TEXT PRIMARY KEY,
    kind             TEXT NOT NULL,
    video_id         TEXT NOT NULL,
    user_id          TEXT NOT NULL,
    attempts         BIGINT NOT NULL DEFAULT 0,
    run_after        BIGINT NOT NULL,
    lease_token      TEXT,
    lease_expires_at BIGINT,
    created_at       BIGINT NOT NULL,
    UNIQUE (kind, video_id)
);
INSERT INTO jobs_of_any_kind
    SELECT id, kind, video_id, user_id, attempts, run_after, lease_token, lease_expires_at, created_at FROM jobs;
DROP TABLE jobs;
ALTER TABLE jobs_of_any_kind RENAME TO jobs;
CREATE INDEX jobs_due ON jobs (run_after);
CREATE INDEX jobs_user ON jobs (user_id, kind);
