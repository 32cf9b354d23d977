-- Where people left off. One row a person and recording: whoever will be let in to watch keeps a place of their own.
CREATE TABLE positions (
    user_id     TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    video_id    TEXT NOT NULL REFERENCES videos (id) ON DELETE CASCADE,
    position_ms BIGINT NOT NULL,
    updated_at  BIGINT NOT NULL,
    PRIMARY KEY (user_id, video_id)
);
CREATE INDEX positions_video ON positions (video_id);
