//! What is in an object's file: the data, a JSON footer, the footer's length (big endian, 4 bytes), a magic number.
//!
//! The footer comes last because the ETag is known only when the data has been seen, and because data that starts at
//! byte 0 can be copied or sent by the kernel without regard to us. Parts of uploads have the same format.

use std::{
    collections::BTreeMap,
    fs::File,
    io::{self, Read, Seek, SeekFrom, Write},
    path::Path,
    time::{SystemTime, UNIX_EPOCH},
};

use s3s::dto::{ETag, Timestamp};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

const MAGIC: [u8; 4] = *b"NTO1";
/// Footer length and magic number.
const TRAILER: u64 = 8;
/// Headers make up a footer, and HTTP servers cap headers far below this; a larger length means a damaged file.
const MAX_FOOTER: u64 = 1024 * 1024;

/// Headers that come back with the object as they were given.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Headers {
    pub(super) content_type: Option<String>,
    pub(super) cache_control: Option<String>,
    pub(super) content_disposition: Option<String>,
    pub(super) content_encoding: Option<String>,
    pub(super) content_language: Option<String>,
    pub(super) expires: Option<String>,
    /// `x-amz-meta-*`, without that prefix.
    pub(super) user: BTreeMap<String, String>,
}

/// Takes the [`Headers`] out of any S3 input that carries them. A macro, because the inputs share no trait.
macro_rules! headers_of {
    ($input:expr) => {
        $crate::server::storage::embedded::format::Headers {
            content_type: $input.content_type.take(),
            cache_control: $input.cache_control.take(),
            content_disposition: $input.content_disposition.take(),
            content_encoding: $input.content_encoding.take(),
            content_language: $input.content_language.take(),
            expires: $input.expires.take(),
            user: $input.metadata.take().map(|map| map.into_iter().collect()).unwrap_or_default(),
        }
    };
}
pub(super) use headers_of;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Footer {
    /// Without quotes.
    pub(super) etag: String,
    pub(super) headers: Headers,
    /// The multipart upload that made this object: a repeated "complete" is recognised by it.
    pub(super) upload: Option<Uuid>,
}

/// An object, or a part, opened for reading and positioned at its first byte.
#[derive(Debug)]
pub(super) struct Stored {
    pub(super) file: File,
    pub(super) footer: Footer,
    /// Length of the data alone.
    pub(super) length: u64,
    modified: SystemTime,
}

impl Stored {
    pub(super) fn open(path: &Path) -> io::Result<Self> {
        let mut file = File::open(path)?;
        let metadata = file.metadata()?;
        let modified = metadata.modified()?;
        let (footer, length) = read_footer(&mut file, metadata.len())?;
        file.rewind()?;
        Ok(Self { file, footer, length, modified })
    }

    pub(super) fn etag(&self) -> ETag {
        ETag::Strong(self.footer.etag.clone())
    }

    pub(super) fn last_modified(&self) -> Timestamp {
        whole_seconds(self.modified)
    }
}

/// A moment as HTTP dates express it. Comparing finer moments would call an object modified since its own date.
pub(super) fn whole_seconds(moment: SystemTime) -> Timestamp {
    let since_epoch = moment.duration_since(UNIX_EPOCH).unwrap_or_default();
    Timestamp::from(UNIX_EPOCH + std::time::Duration::from_secs(since_epoch.as_secs()))
}

/// Ends a file whose data has been written.
pub(super) fn write_footer(file: &mut File, footer: &Footer) -> io::Result<()> {
    let mut bytes = serde_json::to_vec(footer)?;
    let length = u32::try_from(bytes.len()).map_err(io::Error::other)?;
    bytes.extend_from_slice(&length.to_be_bytes());
    bytes.extend_from_slice(&MAGIC);
    file.write_all(&bytes)
}

/// Returns the footer and the length of the data before it.
fn read_footer(file: &mut File, file_length: u64) -> io::Result<(Footer, u64)> {
    let damaged = || io::Error::new(io::ErrorKind::InvalidData, "the object's file is damaged");
    let trailer_at = file_length.checked_sub(TRAILER).ok_or_else(damaged)?;
    file.seek(SeekFrom::Start(trailer_at))?;
    let mut trailer = [0; TRAILER as usize];
    file.read_exact(&mut trailer)?;
    let [a, b, c, d, magic @ ..] = trailer;
    let footer_length = u64::from(u32::from_be_bytes([a, b, c, d]));
    if magic != MAGIC || footer_length > MAX_FOOTER {
        return Err(damaged());
    }
    let length = trailer_at.checked_sub(footer_length).ok_or_else(damaged)?;
    file.seek(SeekFrom::Start(length))?;
    let mut json = Vec::new();
    file.take(footer_length).read_to_end(&mut json)?;
    Ok((serde_json::from_slice(&json)?, length))
}
