-- Transcripts that can be edited, and recordings that are transcribed by themselves.

ALTER TABLE transcripts ADD COLUMN language TEXT;
-- One higher with every change; a new transcript begins at the milliseconds of that moment, so that no version ever comes again.
ALTER TABLE transcripts ADD COLUMN version BIGINT NOT NULL DEFAULT 1;

-- Turns between people in the lanes of the background, as `served_at` for what viewers wait for.
ALTER TABLE users ADD COLUMN pictured_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE users ADD COLUMN transcribed_at BIGINT NOT NULL DEFAULT 0;

-- A transcription that was asked for and is not done. The row goes when it is.
CREATE TABLE transcriptions (
    video_id      TEXT PRIMARY KEY REFERENCES videos (id) ON DELETE CASCADE,
    status        TEXT NOT NULL CHECK (status IN ('waiting', 'running', 'failed')),
    -- The lease token of the worker that may commit.
    attempt       TEXT,
    -- The version of the transcript that it may replace; 0 when there was none.
    replaces      BIGINT NOT NULL,
    requested_at  BIGINT NOT NULL,
    started_at    BIGINT,
    -- In milliseconds of the recording: what was there when this attempt began, what is there now, and all of it.
    from_ms       BIGINT NOT NULL DEFAULT 0,
    done_ms       BIGINT NOT NULL DEFAULT 0,
    total_ms      BIGINT NOT NULL DEFAULT 0,
    error_code    TEXT,
    error_message TEXT
);

-- What is written down already, so that the next attempt goes on from there.
CREATE TABLE transcription_pieces (
    video_id    TEXT NOT NULL REFERENCES transcriptions (video_id) ON DELETE CASCADE,
    start_ms    BIGINT NOT NULL,
    end_ms      BIGINT NOT NULL,
    -- Who wrote it down: what another model or server wrote is not mixed with it.
    transcriber TEXT NOT NULL,
    language    TEXT,
    sentences   TEXT NOT NULL,
    PRIMARY KEY (video_id, start_ms, end_ms)
);
