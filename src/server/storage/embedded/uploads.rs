//! Multipart uploads as a whole: begin, list, abort. Parts are in `parts`, the end in
//! `complete`.
//!
//! An upload is a directory below `uploads/`, made in `tmp/` and renamed, and renamed back to be removed: it is there
//! with its description, or not there at all. Its modification time is that of the last part to arrive.

use std::{fs, io, path::Path};

use s3s::{S3Result, dto, s3_error};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    EmbeddedStore, durable,
    error::{blocking, on_upload, on_write, refuse},
    format::{Headers, headers_of, whole_seconds},
    listing::MAX_PAGE,
};

const DESCRIPTION: &str = "upload.json";

/// What will become of the parts.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Upload {
    pub(super) bucket: String,
    pub(super) key: String,
    pub(super) headers: Headers,
}

impl EmbeddedStore {
    pub(super) async fn create_upload(&self, mut input: dto::CreateMultipartUploadInput) -> S3Result<dto::CreateMultipartUploadOutput> {
        self.layout.object(&input.bucket, &input.key)?;
        let id = Uuid::new_v4();
        let headers = headers_of!(input);
        let upload = Upload { bucket: input.bucket.clone(), key: input.key.clone(), headers };
        let store = self.clone();
        blocking(move || {
            store.existing_bucket(&upload.bucket)?;
            store.write_description(id, &upload).map_err(on_write)
        })
        .await?;
        Ok(dto::CreateMultipartUploadOutput {
            bucket: Some(input.bucket),
            key: Some(input.key),
            upload_id: Some(id.to_string()),
            ..Default::default()
        })
    }

    pub(super) async fn abort_upload(&self, input: dto::AbortMultipartUploadInput) -> S3Result<dto::AbortMultipartUploadOutput> {
        let id = parse_id(&input.upload_id)?;
        let store = self.clone();
        let guard = self.upload_lock(id).lock_owned().await;
        blocking(move || {
            let _guard = guard;
            store.upload(id, &input.bucket, &input.key)?;
            store.discard_upload(id).map_err(on_upload)
        })
        .await?;
        Ok(dto::AbortMultipartUploadOutput::default())
    }

    pub(super) async fn list_uploads(&self, input: dto::ListMultipartUploadsInput) -> S3Result<dto::ListMultipartUploadsOutput> {
        refuse(input.delimiter.is_some(), "delimiter on ListMultipartUploads")?;
        let limit = input.max_uploads.unwrap_or(MAX_PAGE).clamp(1, MAX_PAGE);
        let prefix = input.prefix.clone().unwrap_or_default();
        // S3's order is by key, then by upload. Without an upload to go after, all uploads of the marked key are over.
        let marker = input.key_marker.clone().map(|key| (key, input.upload_id_marker.clone()));
        let is_after = move |key: &str, id: &str| match &marker {
            None => true,
            Some((after, None)) => key > after.as_str(),
            Some((after, Some(after_id))) => (key, id) > (after.as_str(), after_id.as_str()),
        };
        let store = self.clone();
        let bucket = input.bucket.clone();
        let mut found = blocking(move || {
            store.existing_bucket(&bucket)?;
            let mut found = store.uploads_in(&bucket).map_err(on_write)?;
            found.retain(|u| u.key.starts_with(&prefix) && is_after(&u.key, &u.id));
            found.sort_unstable_by(|a, b| (&a.key, &a.id).cmp(&(&b.key, &b.id)));
            Ok(found)
        })
        .await?;
        let truncated = found.len() > usize::try_from(limit).unwrap_or_default();
        found.truncate(usize::try_from(limit).unwrap_or_default());
        let last = found.last().filter(|_| truncated);
        Ok(dto::ListMultipartUploadsOutput {
            bucket: Some(input.bucket),
            prefix: input.prefix,
            key_marker: input.key_marker,
            upload_id_marker: input.upload_id_marker,
            max_uploads: Some(limit),
            is_truncated: Some(truncated),
            next_key_marker: last.map(|u| u.key.clone()),
            next_upload_id_marker: last.map(|u| u.id.clone()),
            uploads: Some(found.into_iter().map(Found::into_dto).collect()),
            ..Default::default()
        })
    }

    /// The upload's description, if it is in progress and is for this key. Blocking.
    pub(super) fn upload(&self, id: Uuid, bucket: &str, key: &str) -> S3Result<Upload> {
        let upload = read_description(&self.layout.upload(id)).map_err(on_upload)?;
        if upload.bucket == bucket && upload.key == key { Ok(upload) } else { Err(s3_error!(NoSuchUpload)) }
    }

    /// Ends an upload: in one step it is gone, then its parts are removed at leisure. Blocking.
    pub(super) fn discard_upload(&self, id: Uuid) -> io::Result<()> {
        let discarded = self.layout.tmp().join(Uuid::new_v4().to_string());
        fs::rename(self.layout.upload(id), &discarded)?;
        fs::remove_dir_all(discarded)
    }

    fn write_description(&self, id: Uuid, upload: &Upload) -> io::Result<()> {
        let unfinished = self.layout.tmp().join(id.to_string());
        fs::create_dir(&unfinished)?;
        let path = unfinished.join(DESCRIPTION);
        fs::write(&path, serde_json::to_vec(upload)?)?;
        fs::File::open(&path)?.sync_all()?;
        durable::sync_dir(&unfinished)?;
        fs::rename(&unfinished, self.layout.upload(id))?;
        durable::sync_dir(&self.layout.uploads())
    }

    fn uploads_in(&self, bucket: &str) -> io::Result<Vec<Found>> {
        let mut found = Vec::new();
        for entry in fs::read_dir(self.layout.uploads())? {
            let dir = entry?.path();
            // An upload may end while we look.
            let (Ok(upload), Ok(about)) = (read_description(&dir), fs::metadata(dir.join(DESCRIPTION))) else {
                continue;
            };
            let id = dir.file_name().and_then(|name| name.to_str()).unwrap_or_default().to_owned();
            if upload.bucket == bucket {
                found.push(Found { key: upload.key, id, initiated: whole_seconds(about.modified()?) });
            }
        }
        Ok(found)
    }
}

/// An upload in progress.
struct Found {
    key: String,
    id: String,
    initiated: dto::Timestamp,
}

impl Found {
    fn into_dto(self) -> dto::MultipartUpload {
        dto::MultipartUpload { key: Some(self.key), upload_id: Some(self.id), initiated: Some(self.initiated), ..Default::default() }
    }
}

/// Upload ids are ours; anything else names no upload, and no path either.
pub(super) fn parse_id(upload_id: &str) -> S3Result<Uuid> {
    Uuid::parse_str(upload_id).map_err(|_| s3_error!(NoSuchUpload))
}

fn read_description(dir: &Path) -> io::Result<Upload> {
    Ok(serde_json::from_slice(&fs::read(dir.join(DESCRIPTION))?)?)
}
