-- The library: tags, the trash, and what recordings are sorted and found by. The tables of the search index are made in
-- db/search, since each database has words of its own for them.

-- When it was moved to the trash; null while it is in use.
ALTER TABLE videos ADD COLUMN trashed_at BIGINT;
-- When its owner last watched it.
ALTER TABLE videos ADD COLUMN watched_at BIGINT;
-- The title as it is sorted by; and by which rule title, notes and transcript were taken into the index, 0 for not at all.
-- Both are filled in the background for recordings that are here already.
ALTER TABLE videos ADD COLUMN title_key TEXT NOT NULL DEFAULT '';
ALTER TABLE videos ADD COLUMN indexed BIGINT NOT NULL DEFAULT 0;
UPDATE videos SET title_key = LOWER(title);
UPDATE videos SET watched_at = COALESCE((SELECT MAX(updated_at) FROM positions WHERE positions.video_id = videos.id), hls_generated_at, created_at)
    WHERE views > 0 OR EXISTS (SELECT 1 FROM positions WHERE positions.video_id = videos.id);
CREATE INDEX videos_trashed ON videos (trashed_at);
CREATE INDEX videos_indexed ON videos (indexed);
CREATE INDEX videos_user_title ON videos (user_id, title_key, id);

-- A word or two that a person put on a recording. Two that differ in case alone are one: `key` is what they share.
CREATE TABLE tags (
    video_id   TEXT NOT NULL REFERENCES videos (id) ON DELETE CASCADE,
    user_id    TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    key        TEXT NOT NULL,
    label      TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (video_id, key)
);
CREATE INDEX tags_user ON tags (user_id, key);
