-- What is in somebody's trash, and how much, which every page of the library tells: few rows, where their whole library would be
-- gone through.
CREATE INDEX videos_trash ON videos (user_id, trashed_at, id) WHERE trashed_at IS NOT NULL;
