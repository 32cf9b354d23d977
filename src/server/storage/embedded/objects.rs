//! Writing and deleting whole objects.

use std::{collections::BTreeSet, path::PathBuf};

use s3s::{S3Error, S3Result, dto, s3_error};

use super::{
    EmbeddedStore,
    durable::{self, Existing},
    error::{blocking, on_write, refuse},
    format::headers_of,
};

impl EmbeddedStore {
    /// The bucket's directory, if there is such a bucket. Blocking.
    pub(super) fn existing_bucket(&self, bucket: &str) -> S3Result<PathBuf> {
        let dir = self.layout.bucket(bucket);
        if s3s::path::check_bucket_name(bucket) && dir.is_dir() { Ok(dir) } else { Err(s3_error!(NoSuchBucket)) }
    }

    pub(super) async fn put(&self, mut input: dto::PutObjectInput) -> S3Result<dto::PutObjectOutput> {
        refuse(input.if_match.is_some(), "If-Match on PutObject")?;
        let existing = existing_from(input.if_none_match.as_ref())?;
        let target = self.layout.object(&input.bucket, &input.key)?;
        let headers = headers_of!(input);
        let received = self.receive(input.body, input.content_md5).await?;
        let store = self.clone();
        let etag = blocking(move || {
            store.existing_bucket(&input.bucket)?;
            let (tmp, etag) = received.finish(&store.layout, headers, None)?;
            durable::publish(tmp, &target, existing).map_err(on_write)?;
            Ok(etag)
        })
        .await?;
        Ok(dto::PutObjectOutput { e_tag: Some(dto::ETag::Strong(etag)), ..Default::default() })
    }

    pub(super) async fn delete(&self, input: dto::DeleteObjectInput) -> S3Result<dto::DeleteObjectOutput> {
        refuse(input.if_match.is_some(), "If-Match on DeleteObject")?;
        let path = self.layout.object(&input.bucket, &input.key)?;
        let store = self.clone();
        blocking(move || {
            let bucket = store.existing_bucket(&input.bucket)?;
            let changed = durable::remove(&path, &bucket).map_err(on_write)?;
            durable::sync_dir(&changed).map_err(on_write)
        })
        .await?;
        Ok(dto::DeleteObjectOutput::default())
    }

    /// Deletes what can be deleted and reports the rest, key by key.
    pub(super) async fn delete_many(&self, input: dto::DeleteObjectsInput) -> S3Result<dto::DeleteObjectsOutput> {
        let store = self.clone();
        blocking(move || {
            let bucket = store.existing_bucket(&input.bucket)?;
            let quiet = input.delete.quiet.unwrap_or(false);
            let (mut deleted, mut errors, mut changed) = (Vec::new(), Vec::new(), BTreeSet::new());
            for dto::ObjectIdentifier { key, .. } in input.delete.objects {
                let path = store.layout.object(&input.bucket, &key).map_err(S3Error::from);
                match path.and_then(|path| durable::remove(&path, &bucket).map_err(on_write)) {
                    Ok(dir) => {
                        changed.insert(dir);
                        deleted.push(dto::DeletedObject { key: Some(key), ..Default::default() });
                    }
                    Err(error) => errors.push(dto::Error {
                        code: Some(error.code().as_str().to_owned()),
                        key: Some(key),
                        message: error.message().map(str::to_owned),
                        version_id: None,
                    }),
                }
            }
            for dir in changed {
                durable::sync_dir(&dir).map_err(on_write)?;
            }
            let deleted = (!quiet).then_some(deleted);
            Ok(dto::DeleteObjectsOutput { deleted, errors: Some(errors), request_charged: None })
        })
        .await
    }
}

/// `If-None-Match: *` means "create, do not overwrite"; S3 knows no other value for writes.
pub(super) fn existing_from(if_none_match: Option<&dto::ETagCondition>) -> S3Result<Existing> {
    refuse(if_none_match.is_some_and(|condition| !condition.is_any()), "If-None-Match other than * on a write")?;
    Ok(if if_none_match.is_some() { Existing::Keep } else { Existing::Replace })
}
