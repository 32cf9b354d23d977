-- Notes about a stretch, and edits that know what they started from.

ALTER TABLE notes ADD COLUMN end_ms BIGINT;
-- Counts the edits. An UPDATE names the one it started from.
ALTER TABLE notes ADD COLUMN version BIGINT NOT NULL DEFAULT 1;
-- The note this is another version of, written at the same time on another device. That one may be gone.
ALTER TABLE notes ADD COLUMN copy_of TEXT;
