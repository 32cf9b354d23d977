//! Multipart uploads: opened and closed by us, filled by the browser.

use super::{Bucket, BucketError, Key, bucket::failed};
use crate::model::ReceivedPart;
use aws_sdk_s3::{
    primitives::ByteStream,
    types::{CompletedMultipartUpload, CompletedPart},
};
use std::{
    ops::Range,
    path::Path,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

impl Bucket {
    /// Opens an upload and returns its id.
    pub async fn create_upload(&self, key: &Key) -> Result<String, BucketError> {
        let created = self
            .client
            .create_multipart_upload()
            .bucket(&self.name)
            .key(key.path())
            .content_type(key.content_type())
            .cache_control(key.cache_control())
            .send()
            .await
            .map_err(failed("create_multipart_upload"))?;
        created.upload_id.ok_or(BucketError::Failed { operation: "create_multipart_upload", detail: "no upload id came back".into() })
    }

    /// The parts the bucket has, by number.
    pub async fn list_parts(&self, key: &Key, upload_id: &str) -> Result<Vec<ReceivedPart>, BucketError> {
        let mut parts = Vec::new();
        let mut marker: Option<String> = None;
        loop {
            let page = self
                .client
                .list_parts()
                .bucket(&self.name)
                .key(key.path())
                .upload_id(upload_id)
                .set_part_number_marker(marker)
                .send()
                .await
                .map_err(failed("list_parts"))?;
            parts.extend(page.parts().iter().map(|part| ReceivedPart {
                number: part.part_number().unwrap_or(0).into(),
                etag: part.e_tag().unwrap_or_default().to_owned(),
                size: part.size().unwrap_or(0),
            }));
            marker = page.next_part_number_marker.filter(|_| page.is_truncated == Some(true));
            if marker.is_none() {
                return Ok(parts);
            }
        }
    }

    /// Sends one part from a file, for programs; browsers use presigned addresses.
    pub async fn upload_part(&self, key: &Key, upload_id: &str, number: i64, file: &Path, range: Range<u64>) -> Result<(), BucketError> {
        let length = aws_sdk_s3::primitives::Length::Exact(range.end - range.start);
        let body = ByteStream::read_from().path(file).offset(range.start).length(length).build().await;
        self.client
            .upload_part()
            .bucket(&self.name)
            .key(key.path())
            .upload_id(upload_id)
            .part_number(i32::try_from(number).unwrap_or(i32::MAX))
            .body(body.map_err(|error| BucketError::Io(std::io::Error::other(error)))?)
            .send()
            .await
            .map(drop)
            .map_err(failed("upload_part"))
    }

    /// Makes one object of the parts.
    pub async fn complete_upload(&self, key: &Key, upload_id: &str, parts: &[ReceivedPart]) -> Result<(), BucketError> {
        let parts = parts
            .iter()
            .map(|part| CompletedPart::builder().part_number(i32::try_from(part.number).unwrap_or(i32::MAX)).e_tag(&part.etag).build())
            .collect();
        self.client
            .complete_multipart_upload()
            .bucket(&self.name)
            .key(key.path())
            .upload_id(upload_id)
            .multipart_upload(CompletedMultipartUpload::builder().set_parts(Some(parts)).build())
            .send()
            .await
            .map(drop)
            .map_err(failed("complete_multipart_upload"))
    }

    /// The uploads under `prefix` that were opened longer than `age` ago: key and id of each. Nobody sees them in a list of objects,
    /// and everybody pays for their parts.
    pub async fn uploads_older_than(&self, prefix: &str, age: Duration) -> Result<Vec<(String, String)>, BucketError> {
        let opened_before = (SystemTime::now() - age).duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
        let (mut old, mut marker) = (Vec::new(), (None, None));
        loop {
            let request = self.client.list_multipart_uploads().bucket(&self.name).prefix(prefix);
            let request = request.set_key_marker(marker.0).set_upload_id_marker(marker.1);
            let page = request.send().await.map_err(failed("list_multipart_uploads"))?;
            for upload in page.uploads() {
                let is_old = upload.initiated().is_some_and(|opened| u64::try_from(opened.secs()).is_ok_and(|at| at <= opened_before));
                if let (true, Some(key), Some(id)) = (is_old, upload.key(), upload.upload_id()) {
                    old.push((key.to_owned(), id.to_owned()));
                }
            }
            if page.is_truncated != Some(true) || page.next_key_marker.is_none() {
                return Ok(old);
            }
            marker = (page.next_key_marker, page.next_upload_id_marker);
        }
    }

    /// Forgets an upload and its parts; one that is not there is fine.
    pub async fn abort_upload(&self, path: &str, upload_id: &str) -> Result<(), BucketError> {
        let aborted = self.client.abort_multipart_upload().bucket(&self.name).key(path).upload_id(upload_id).send().await;
        match aborted.map_err(failed("abort_multipart_upload")) {
            Ok(_) | Err(BucketError::NoSuchUpload | BucketError::NotFound) => Ok(()),
            Err(error) => Err(error),
        }
    }
}
