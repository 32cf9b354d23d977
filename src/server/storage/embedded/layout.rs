//! Where things live on disk, and which keys are allowed. Pure: nothing here touches a file.
//!
//! ```text
//! root/objects/<bucket>/videos~/42~/master.m3u8.o     the object "videos/42/master.m3u8"
//! root/uploads/<upload id>/upload.json, 1.part, …     a multipart upload in progress
//! root/tmp/<random>                                   being written; renamed when complete
//! ```
//!
//! A directory's name ends in `~`, an object's in `.o`, and no encoded segment contains `~`: the object `a` and the
//! objects below `a/` never meet. Everything but `a-z 0-9 - _ .` is percent-encoded, upper case too, so that keys
//! stay distinct on file systems which ignore case.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use uuid::Uuid;

/// The longest file name that common file systems take.
const MAX_NAME: usize = 255;
/// The longest key that S3 takes.
const MAX_KEY: usize = 1024;
const OBJECT_SUFFIX: &str = ".o";
const DIRECTORY_SUFFIX: &str = "~";

/// Why a key is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(super) enum KeyError {
    #[error("A key may not be empty, nor begin or end with a slash, nor contain two slashes in a row.")]
    EmptySegment,
    #[error("A key may not contain the segments '.' or '..'.")]
    DotSegment,
    #[error("A key may not contain control characters.")]
    ControlCharacter,
    #[error("The key, or one of its segments, is too long.")]
    TooLong,
}

/// A name found in a bucket's directory.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Name {
    Object(String),
    Directory(String),
}

#[derive(Debug, Clone)]
pub(super) struct Layout {
    root: Arc<Path>,
}

impl Layout {
    pub(super) fn new(root: &Path) -> Self {
        Self { root: root.into() }
    }

    pub(super) fn tmp(&self) -> PathBuf {
        self.root.join("tmp")
    }

    pub(super) fn uploads(&self) -> PathBuf {
        self.root.join("uploads")
    }

    pub(super) fn upload(&self, id: Uuid) -> PathBuf {
        self.uploads().join(id.to_string())
    }

    /// `bucket` must be a valid bucket name, which excludes slashes and `..`.
    pub(super) fn bucket(&self, bucket: &str) -> PathBuf {
        self.root.join("objects").join(bucket)
    }

    /// The file that holds `key`.
    pub(super) fn object(&self, bucket: &str, key: &str) -> Result<PathBuf, KeyError> {
        if key.len() > MAX_KEY {
            return Err(KeyError::TooLong);
        }
        // Neither XML nor a log line can carry them.
        if key.chars().any(char::is_control) {
            return Err(KeyError::ControlCharacter);
        }
        let (parents, last) = key.rsplit_once('/').map_or((None, key), |(parents, last)| (Some(parents), last));
        let mut path = self.bucket(bucket);
        for segment in parents.iter().flat_map(|p| p.split('/')) {
            path.push(file_name(segment, DIRECTORY_SUFFIX)?);
        }
        path.push(file_name(last, OBJECT_SUFFIX)?);
        Ok(path)
    }

    /// The directory that holds every key beginning with `prefix`, which is empty or ends in a slash. `None` when no
    /// valid key begins with it.
    pub(super) fn directory(&self, bucket: &str, prefix: &str) -> Option<PathBuf> {
        let mut path = self.bucket(bucket);
        if let Some(parents) = prefix.strip_suffix('/') {
            for segment in parents.split('/') {
                path.push(file_name(segment, DIRECTORY_SUFFIX).ok()?);
            }
        }
        Some(path)
    }
}

/// Reads a file name back. `None` for anything that [`Layout`] did not write, such as a stray `.DS_Store`.
pub(super) fn parse_name(name: &str) -> Option<Name> {
    if let Some(encoded) = name.strip_suffix(DIRECTORY_SUFFIX) {
        decode(encoded).map(Name::Directory)
    } else {
        decode(name.strip_suffix(OBJECT_SUFFIX)?).map(Name::Object)
    }
}

fn file_name(segment: &str, suffix: &str) -> Result<String, KeyError> {
    match segment {
        "" => return Err(KeyError::EmptySegment),
        "." | ".." => return Err(KeyError::DotSegment),
        _ => {}
    }
    let name = encode(segment) + suffix;
    if name.len() > MAX_NAME { Err(KeyError::TooLong) } else { Ok(name) }
}

fn encode(segment: &str) -> String {
    let mut out = String::with_capacity(segment.len() + DIRECTORY_SUFFIX.len());
    for byte in segment.bytes() {
        match byte {
            b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' => out.push(char::from(byte)),
            _ => out.push_str(&format!("%{byte:02x}")),
        }
    }
    out
}

fn decode(encoded: &str) -> Option<String> {
    let mut out = Vec::with_capacity(encoded.len());
    let mut rest = encoded.as_bytes();
    while let Some((&first, tail)) = rest.split_first() {
        if first == b'%' {
            let digits = std::str::from_utf8(tail.get(..2)?).ok()?;
            out.push(u8::from_str_radix(digits, 16).ok()?);
            rest = tail.get(2..)?;
        } else {
            out.push(first);
            rest = tail;
        }
    }
    // Only the canonical spelling counts: two files must never claim the same key.
    String::from_utf8(out).ok().filter(|segment| !segment.is_empty() && encode(segment) == encoded)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn object(key: &str) -> Result<String, KeyError> {
        let path = Layout::new(Path::new("/r")).object("b", key)?;
        Ok(path.to_string_lossy().into_owned())
    }

    #[test]
    fn a_key_and_its_children_have_different_paths() {
        assert_eq!(object("a"), Ok("/r/objects/b/a.o".into()));
        assert_eq!(object("a/b"), Ok("/r/objects/b/a~/b.o".into()));
        assert_eq!(object("a.o/b"), Ok("/r/objects/b/a.o~/b.o".into()));
        assert_eq!(object("a~"), Ok("/r/objects/b/a%7e.o".into()));
    }

    #[test]
    fn keys_that_could_leave_the_bucket_are_refused() {
        for key in ["", "/", "/a", "a/", "a//b"] {
            assert_eq!(object(key), Err(KeyError::EmptySegment), "{key}");
        }
        for key in ["..", "../a", "a/../../b", "a/.", "./a"] {
            assert_eq!(object(key), Err(KeyError::DotSegment), "{key}");
        }
        assert_eq!(object("a\0b"), Err(KeyError::ControlCharacter));
        assert_eq!(object(&"x".repeat(254)), Err(KeyError::TooLong));
        assert_eq!(object(&"x/".repeat(600)), Err(KeyError::TooLong));
    }

    #[test]
    fn names_read_back_to_the_segment_they_came_from() {
        for segment in ["plain", "Ümläut & space", "%41", ".hidden", "back\\slash", "a~b", "README.o"] {
            let name = encode(segment);
            assert_eq!(parse_name(&format!("{name}.o")), Some(Name::Object(segment.into())));
            assert_eq!(parse_name(&format!("{name}~")), Some(Name::Directory(segment.into())));
            assert_eq!(name, name.to_lowercase(), "two keys that differ in case need two files everywhere");
        }
        for foreign in [".DS_Store", "A.o", "%4.o", "%61.o", ".o", "~", "x"] {
            assert_eq!(parse_name(foreign), None, "{foreign}");
        }
    }
}
