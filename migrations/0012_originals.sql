-- Why a copy of this recording would not play well, as an attempt to copy it has shown: it is converted from then on.
ALTER TABLE videos ADD COLUMN hls_copy_fails TEXT;

-- When somebody last looked whether the original is in the bucket, and since when it has not been; null while it is there.
ALTER TABLE videos ADD COLUMN source_checked_at BIGINT;
ALTER TABLE videos ADD COLUMN source_gone_at BIGINT;
