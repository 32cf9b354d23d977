-- One schema for SQLite and PostgreSQL: ids TEXT, instants BIGINT milliseconds since 1970, no BOOLEAN.

CREATE TABLE users (
    id            TEXT PRIMARY KEY,
    email         TEXT NOT NULL UNIQUE,
    password_hash TEXT NOT NULL,
    created_at    BIGINT NOT NULL
);

-- A signed-in browser or program. The refresh token is kept only as a SHA-256 hash; `previous_hash` is the one
-- before the last rotation, accepted for a few seconds so that two tabs do not sign each other out.
CREATE TABLE sessions (
    id            TEXT PRIMARY KEY,
    user_id       TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    refresh_hash  TEXT NOT NULL,
    previous_hash TEXT,
    rotated_at    BIGINT NOT NULL,
    created_at    BIGINT NOT NULL,
    expires_at    BIGINT NOT NULL,
    revoked_at    BIGINT
);
CREATE INDEX sessions_refresh ON sessions (refresh_hash);
CREATE INDEX sessions_previous ON sessions (previous_hash);
CREATE INDEX sessions_user ON sessions (user_id);

CREATE TABLE videos (
    id                TEXT PRIMARY KEY,
    user_id           TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    title             TEXT NOT NULL,
    file_name         TEXT NOT NULL,
    size_bytes        BIGINT NOT NULL,
    state             TEXT NOT NULL CHECK (state IN ('uploading', 'stored')),
    upload_id         TEXT,
    part_size         BIGINT,
    duration_ms       BIGINT,
    width             BIGINT,
    height            BIGINT,
    container         TEXT,
    video_codec       TEXT,
    audio_codec       TEXT,
    -- What ffprobe said, as JSON: the planner reads it, so a plan needs no second probe.
    probe             TEXT,
    poster_key        TEXT,
    views             BIGINT NOT NULL DEFAULT 0,
    hls_status        TEXT CHECK (hls_status IN ('generating', 'ready', 'failed')),
    -- The attempt whose objects count. While generating it is the lease token of the worker that may commit.
    hls_attempt       TEXT,
    hls_playlist_key  TEXT,
    hls_requested_at  BIGINT,
    hls_generated_at  BIGINT,
    hls_error_code    TEXT,
    hls_error_message TEXT,
    hls_segments      BIGINT,
    hls_bytes         BIGINT,
    created_at        BIGINT NOT NULL,
    updated_at        BIGINT NOT NULL
);
CREATE INDEX videos_user_created ON videos (user_id, created_at, id);
CREATE INDEX videos_hls_status ON videos (hls_status);
CREATE INDEX videos_state_created ON videos (state, created_at);

-- Work to be done. No foreign key to videos: clearing up after a deleted video is a job too.
CREATE TABLE jobs (
    id               TEXT PRIMARY KEY,
    kind             TEXT NOT NULL CHECK (kind IN ('generate_hls', 'purge_video')),
    video_id         TEXT NOT NULL,
    user_id          TEXT NOT NULL,
    attempts         BIGINT NOT NULL DEFAULT 0,
    run_after        BIGINT NOT NULL,
    lease_token      TEXT,
    lease_expires_at BIGINT,
    created_at       BIGINT NOT NULL,
    UNIQUE (kind, video_id)
);
CREATE INDEX jobs_due ON jobs (run_after);

CREATE TABLE notes (
    id         TEXT PRIMARY KEY,
    video_id   TEXT NOT NULL REFERENCES videos (id) ON DELETE CASCADE,
    user_id    TEXT NOT NULL,
    at_ms      BIGINT NOT NULL,
    body       TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE INDEX notes_video ON notes (video_id, at_ms);

CREATE TABLE transcripts (
    video_id   TEXT PRIMARY KEY REFERENCES videos (id) ON DELETE CASCADE,
    file_name  TEXT NOT NULL,
    -- The sentences as one JSON array: they are always read and replaced as a whole.
    sentences  TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
