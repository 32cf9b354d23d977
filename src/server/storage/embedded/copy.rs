//! CopyObject. The kernel copies (`copy_file_range`): the data never enters this process, and file systems that share
//! blocks, such as XFS and btrfs, copy nothing at all.

use std::io::{self, Read};

use s3s::{S3Result, dto, s3_error};

use super::{
    EmbeddedStore,
    conditions::{Conditions, Verdict},
    durable,
    error::{blocking, on_object, on_write, refuse},
    format::{Footer, Stored, headers_of, write_footer},
    objects::existing_from,
    tmp::TmpFile,
};

impl EmbeddedStore {
    /// The copy keeps the source's ETag, since its content is the same.
    pub(super) async fn copy(&self, mut input: dto::CopyObjectInput) -> S3Result<dto::CopyObjectOutput> {
        refuse(input.if_match.is_some(), "If-Match on CopyObject")?;
        let existing = existing_from(input.if_none_match.as_ref())?;
        let dto::CopySource::Bucket { bucket: from_bucket, key: from_key, .. } = &input.copy_source else {
            return Err(s3_error!(NotImplemented, "Only a bucket and key can be copied from."));
        };
        let source = self.layout.object(from_bucket, from_key)?;
        let target = self.layout.object(&input.bucket, &input.key)?;
        let conditions = Conditions {
            if_match: input.copy_source_if_match.take(),
            if_none_match: input.copy_source_if_none_match.take(),
            if_modified_since: input.copy_source_if_modified_since.take(),
            if_unmodified_since: input.copy_source_if_unmodified_since.take(),
        };
        let replace = input.metadata_directive.as_ref().is_some_and(|d| d.as_str() == dto::MetadataDirective::REPLACE);
        let new_headers = headers_of!(input);
        let from_bucket = from_bucket.clone();
        let store = self.clone();
        let copied = blocking(move || {
            store.existing_bucket(&from_bucket)?;
            store.existing_bucket(&input.bucket)?;
            let source = Stored::open(&source).map_err(on_object)?;
            if conditions.judge(&source.etag(), &source.last_modified()) != Verdict::Proceed {
                return Err(s3_error!(PreconditionFailed));
            }
            let headers = if replace { new_headers } else { source.footer.headers.clone() };
            let footer = Footer { etag: source.footer.etag.clone(), headers, upload: None };
            let (tmp, mut file) = TmpFile::create(&store.layout).map_err(on_write)?;
            append(&source, &mut file)
                .and_then(|()| write_footer(&mut file, &footer))
                .and_then(|()| file.sync_all())
                .and_then(|()| durable::publish(tmp, &target, existing))
                .map_err(on_write)?;
            Stored::open(&target).map_err(on_object)
        })
        .await?;
        Ok(dto::CopyObjectOutput {
            copy_object_result: Some(dto::CopyObjectResult {
                e_tag: Some(copied.etag()),
                last_modified: Some(copied.last_modified()),
                ..Default::default()
            }),
            ..Default::default()
        })
    }
}

/// Appends the data of `source`, without its footer, to `file`.
pub(super) fn append(source: &Stored, file: &mut std::fs::File) -> io::Result<()> {
    // File to file, so that the standard library hands the whole job to the kernel.
    let copied = io::copy(&mut (&source.file).take(source.length), file)?;
    if copied == source.length { Ok(()) } else { Err(io::ErrorKind::UnexpectedEof.into()) }
}
