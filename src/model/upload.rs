//! A multipart upload that goes straight from the browser to the bucket.

use super::Video;
use serde::{Deserialize, Serialize};

/// One part that may be sent, and where to PUT it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PartUrl {
    /// 1-based; part `n` covers bytes `(n-1)·part_size ..` of the file.
    pub number: i64,
    /// Presigned, valid for an hour.
    pub url: String,
}

/// One part the bucket already has.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReceivedPart {
    pub number: i64,
    pub etag: String,
    pub size: i64,
}

/// A fresh upload: cut the file into `part_size` pieces and PUT each to its URL.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct UploadPlan {
    pub upload_id: String,
    /// Bytes; the last part is what is left.
    pub part_size: i64,
    pub parts: Vec<PartUrl>,
}

/// How far an upload has come: what is there, and fresh URLs for what is not.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct UploadProgress {
    pub upload_id: String,
    pub part_size: i64,
    pub received: Vec<ReceivedPart>,
    pub parts: Vec<PartUrl>,
}

/// The answer to "I would like to upload this".
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NewUpload {
    pub video: Video,
    pub upload: UploadPlan,
}

const MIB: i64 = 1 << 20;
/// S3's smallest part (but for the last) is 5 MiB; 8 keeps an hour's recording at a dozen requests.
pub const MIN_PART_SIZE: i64 = 8 * MIB;
/// S3 takes at most 10,000 parts; staying far below keeps the answer with all URLs small.
pub const MAX_PARTS: i64 = 1_000;
/// S3's largest single object through the parts above: 5 TiB; a recording over 50 GiB is surely a mistake.
pub const MAX_FILE_SIZE: i64 = 50 * 1024 * MIB;

/// The part size for a file, in bytes: 8 MiB, or more when that would be over [`MAX_PARTS`] parts.
pub fn part_size(file_size: i64) -> i64 {
    let needed = (file_size + MAX_PARTS - 1) / MAX_PARTS;
    ((needed + MIB - 1) / MIB * MIB).max(MIN_PART_SIZE)
}

/// How many parts a file has.
pub fn part_count(file_size: i64, part_size: i64) -> i64 {
    (file_size + part_size - 1) / part_size
}

/// The length of part `number`, in bytes.
pub fn part_len(file_size: i64, part_size: i64, number: i64) -> i64 {
    (file_size - (number - 1) * part_size).clamp(0, part_size)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_cover_the_file_exactly() {
        for size in [1, MIN_PART_SIZE - 1, MIN_PART_SIZE, MIN_PART_SIZE + 1, 20_000 * MIB + 7, MAX_FILE_SIZE] {
            let part = part_size(size);
            let count = part_count(size, part);
            assert!(count <= MAX_PARTS, "{size} gives {count} parts");
            assert_eq!((1..=count).map(|n| part_len(size, part, n)).sum::<i64>(), size);
        }
    }
}
