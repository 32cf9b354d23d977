-- What the patience with a job is counted by: failures apart from the deaths of those who worked on it, and the time without room.

-- How often it failed in passing. `attempts` counts claims, and so crashes and killed servers, too.
ALTER TABLE jobs ADD COLUMN failures BIGINT NOT NULL DEFAULT 0;
-- Since when the disk has had no room for it; null when it lacks none.
ALTER TABLE jobs ADD COLUMN starved_at BIGINT;
