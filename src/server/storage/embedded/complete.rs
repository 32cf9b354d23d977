//! The end of a multipart upload: check the parts, join them, give the result its name.
//!
//! Joining leaves the parts untouched until the object is in place, so a crash at any moment costs at most a repeated
//! request. The kernel does the copying (see `copy`): memory does not grow with the object. Appending to
//! the first part in place would save one part's copying in a hundred and lose that safety.

use std::{io, path::Path};

use s3s::{S3Result, dto, s3_error};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::{
    EmbeddedStore,
    copy::append,
    durable::{self, Existing},
    error::{blocking, on_object, on_upload, on_write, refuse},
    format::{Footer, Stored, write_footer},
    objects::existing_from,
    parts::{PART_NUMBERS, part_name},
    receive::etag_of,
    tmp::TmpFile,
    uploads::{Upload, parse_id},
};

/// S3's minimum, for all parts but the last.
const MIN_PART: u64 = 5 * 1024 * 1024;

/// A part as the client names it.
struct Wanted {
    number: i32,
    etag: String,
}

impl EmbeddedStore {
    /// Safe to repeat: an upload that has become the object under its key answers as it did the first time.
    pub(super) async fn complete_upload(&self, input: dto::CompleteMultipartUploadInput) -> S3Result<dto::CompleteMultipartUploadOutput> {
        refuse(input.if_match.is_some(), "If-Match on CompleteMultipartUpload")?;
        let id = parse_id(&input.upload_id)?;
        let existing = existing_from(input.if_none_match.as_ref())?;
        let target = self.layout.object(&input.bucket, &input.key)?;
        let wanted = wanted_parts(input.multipart_upload)?;
        let (bucket, key) = (input.bucket.clone(), input.key.clone());
        let store = self.clone();
        let guard = self.upload_lock(id).lock_owned().await;
        let etag = blocking(move || {
            let _guard = guard;
            if let Some(etag) = completed_before(&target, id)? {
                // Left over if we crashed between the object's appearance and the parts' removal.
                store.discard_if_present(id).map_err(on_write)?;
                return Ok(etag);
            }
            let upload = store.upload(id, &bucket, &key)?;
            let etag = store.join(id, upload, &wanted, &target, existing)?;
            // The object is there, which is what was asked for. Parts that cannot be removed are swept later.
            if let Err(error) = store.discard_if_present(id) {
                tracing::warn!(%id, %error, "the parts of a completed upload could not be removed");
            }
            Ok(etag)
        })
        .await?;
        Ok(dto::CompleteMultipartUploadOutput {
            bucket: Some(input.bucket),
            key: Some(input.key),
            e_tag: Some(dto::ETag::Strong(etag)),
            ..Default::default()
        })
    }

    /// Joins the parts into the object and returns its ETag.
    fn join(&self, id: Uuid, upload: Upload, wanted: &[Wanted], target: &Path, existing: Existing) -> S3Result<String> {
        let dir = self.layout.upload(id);
        let etag = check(&dir, wanted)?;
        self.existing_bucket(&upload.bucket)?;
        let (tmp, mut file) = TmpFile::create(&self.layout).map_err(on_write)?;
        for part in wanted {
            // Opened and compared again: the part may have been replaced since the check.
            append(&open_part(&dir, part)?, &mut file).map_err(on_write)?;
        }
        let footer = Footer { etag: etag.clone(), headers: upload.headers, upload: Some(id) };
        write_footer(&mut file, &footer)
            .and_then(|()| file.sync_all())
            .and_then(|()| durable::publish(tmp, target, existing))
            .map_err(on_write)?;
        Ok(etag)
    }

    fn discard_if_present(&self, id: Uuid) -> io::Result<()> {
        match self.discard_upload(id) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            result => result,
        }
    }
}

/// The ETag of the object, if this very upload made it. A damaged object was made by nobody, and may be replaced.
fn completed_before(target: &Path, id: Uuid) -> S3Result<Option<String>> {
    match Stored::open(target) {
        Ok(stored) => Ok(Some(stored.footer).filter(|f| f.upload == Some(id)).map(|f| f.etag)),
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::InvalidData) => Ok(None),
        Err(error) => Err(on_object(error)),
    }
}

/// The client's list, once it is in ascending order and complete in itself.
fn wanted_parts(listed: Option<dto::CompletedMultipartUpload>) -> S3Result<Vec<Wanted>> {
    let mut wanted: Vec<Wanted> = Vec::new();
    for part in listed.and_then(|list| list.parts).unwrap_or_default() {
        let number = part.part_number.filter(|number| PART_NUMBERS.contains(number));
        let (Some(number), Some(etag)) = (number, part.e_tag) else { return Err(s3_error!(InvalidPart)) };
        if wanted.last().is_some_and(|previous| previous.number >= number) {
            return Err(s3_error!(InvalidPartOrder));
        }
        wanted.push(Wanted { number, etag: etag.into_value() });
    }
    if wanted.is_empty() {
        return Err(s3_error!(MalformedXML, "At least one part must be named."));
    }
    Ok(wanted)
}

/// Checks every part before anything is copied, and computes the ETag of the whole, from those of the parts as S3 does.
fn check(dir: &Path, wanted: &[Wanted]) -> S3Result<String> {
    let mut hash = Sha256::new();
    for (index, part) in wanted.iter().enumerate() {
        let stored = open_part(dir, part)?;
        if stored.length < MIN_PART && index + 1 < wanted.len() {
            return Err(s3_error!(EntityTooSmall));
        }
        hash.update(&stored.footer.etag);
    }
    Ok(etag_of(hash, wanted.len()))
}

fn open_part(dir: &Path, part: &Wanted) -> S3Result<Stored> {
    match Stored::open(&dir.join(part_name(part.number))) {
        Ok(stored) if stored.footer.etag == part.etag => Ok(stored),
        Ok(_) => Err(s3_error!(InvalidPart)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Err(s3_error!(InvalidPart)),
        Err(error) => Err(on_upload(error)),
    }
}
