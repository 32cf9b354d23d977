-- Small pictures along a recording, for the seek bar. No row: not made yet. No tiles: it was tried, and there are none.
CREATE TABLE storyboards (
    video_id    TEXT PRIMARY KEY REFERENCES videos (id) ON DELETE CASCADE,
    -- The lease token of the attempt whose objects count.
    attempt     TEXT NOT NULL,
    interval_ms BIGINT NOT NULL,
    tiles       BIGINT NOT NULL,
    -- Of one tile, in pixels.
    tile_width  BIGINT NOT NULL,
    tile_height BIGINT NOT NULL,
    -- Of all sheets.
    bytes       BIGINT NOT NULL,
    created_at  BIGINT NOT NULL
);

-- How much there is to see in the poster, in thousandths; NULL for one that was chosen before anybody looked.
ALTER TABLE videos ADD COLUMN poster_score BIGINT;
