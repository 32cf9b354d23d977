//! The parts of a multipart upload: store one, list those that have arrived.

use std::{fs, io, path::Path};

use s3s::{S3Result, dto, s3_error};

use super::{
    EmbeddedStore, durable,
    error::{blocking, on_upload},
    format::{Headers, Stored},
    listing::MAX_PAGE,
    reading::as_i64,
    uploads::parse_id,
};

/// S3's limits on part numbers.
pub(super) const PART_NUMBERS: std::ops::RangeInclusive<i32> = 1..=10_000;
const PART_SUFFIX: &str = ".part";

pub(super) fn part_name(number: i32) -> String {
    format!("{number}{PART_SUFFIX}")
}

impl EmbeddedStore {
    /// Stores a part, over an earlier one of the same number.
    pub(super) async fn put_part(&self, input: dto::UploadPartInput) -> S3Result<dto::UploadPartOutput> {
        let id = parse_id(&input.upload_id)?;
        if !PART_NUMBERS.contains(&input.part_number) {
            return Err(s3_error!(InvalidArgument, "Part numbers go from 1 to 10000."));
        }
        let store = self.clone();
        // Asked before the body is read, not after gigabytes of it.
        blocking(move || store.upload(id, &input.bucket, &input.key)).await?;
        let received = self.receive(input.body, input.content_md5).await?;
        let (layout, target) = (self.layout.clone(), self.layout.upload(id).join(part_name(input.part_number)));
        let etag = blocking(move || {
            let (tmp, etag) = received.finish(&layout, Headers::default(), Some(id))?;
            durable::publish_beside(tmp, &target).map_err(on_upload)?;
            Ok(etag)
        })
        .await?;
        Ok(dto::UploadPartOutput { e_tag: Some(dto::ETag::Strong(etag)), ..Default::default() })
    }

    /// Parts in order of number: what a browser asks for in order to resume after its tab was closed.
    pub(super) async fn list_parts(&self, input: dto::ListPartsInput) -> S3Result<dto::ListPartsOutput> {
        let id = parse_id(&input.upload_id)?;
        let marker = input.part_number_marker.unwrap_or(0);
        let limit = input.max_parts.unwrap_or(MAX_PAGE).clamp(1, MAX_PAGE);
        let store = self.clone();
        let (bucket, key) = (input.bucket.clone(), input.key.clone());
        let (parts, truncated) = blocking(move || {
            store.upload(id, &bucket, &key)?;
            let dir = store.layout.upload(id);
            let mut numbers = numbers_in(&dir).map_err(on_upload)?;
            numbers.retain(|number| *number > marker);
            numbers.sort_unstable();
            let limit = usize::try_from(limit).unwrap_or_default();
            let truncated = numbers.len() > limit;
            numbers.truncate(limit);
            let parts = numbers.into_iter().map(|number| describe(&dir, number)).collect::<S3Result<Vec<_>>>()?;
            Ok((parts, truncated))
        })
        .await?;
        Ok(dto::ListPartsOutput {
            bucket: Some(input.bucket),
            key: Some(input.key),
            upload_id: Some(input.upload_id),
            part_number_marker: input.part_number_marker,
            max_parts: Some(limit),
            is_truncated: Some(truncated),
            next_part_number_marker: parts.last().and_then(|part| part.part_number).filter(|_| truncated),
            parts: Some(parts),
            ..Default::default()
        })
    }
}

fn numbers_in(dir: &Path) -> io::Result<Vec<i32>> {
    let mut numbers = Vec::new();
    for entry in fs::read_dir(dir)? {
        let name = entry?.file_name();
        let number: Option<i32> = name.to_str().and_then(|name| name.strip_suffix(PART_SUFFIX)).and_then(|n| n.parse().ok());
        numbers.extend(number);
    }
    Ok(numbers)
}

fn describe(dir: &Path, number: i32) -> S3Result<dto::Part> {
    let stored = Stored::open(&dir.join(part_name(number))).map_err(on_upload)?;
    Ok(dto::Part {
        part_number: Some(number),
        size: Some(as_i64(stored.length)?),
        e_tag: Some(stored.etag()),
        last_modified: Some(stored.last_modified()),
        ..Default::default()
    })
}
