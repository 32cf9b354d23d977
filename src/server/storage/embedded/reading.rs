//! Reading objects: GET and HEAD, whole or in ranges, conditional or not.

use std::{
    io::{Seek, SeekFrom},
    ops::Range,
};

use http::{HeaderMap, HeaderValue, header};
use s3s::{S3Error, S3Result, dto, s3_error};
use tokio::io::AsyncReadExt;
use tokio_util::io::ReaderStream;

use super::{
    BUFFER, EmbeddedStore,
    conditions::{Conditions, Verdict, if_range_holds},
    error::{blocking, on_object, refuse},
    format::Stored,
};

impl EmbeddedStore {
    /// Response headers that the query overrides (`response-content-disposition=…`) are replaced by s3s on the way out. The
    /// query is part of what is signed, and nothing unsigned gets this far.
    pub(super) async fn get(&self, input: dto::GetObjectInput, request_headers: HeaderMap) -> S3Result<dto::GetObjectOutput> {
        refuse(input.part_number.is_some(), "partNumber on GetObject")?;
        let path = self.layout.object(&input.bucket, &input.key)?;
        let conditions = Conditions {
            if_match: input.if_match,
            if_none_match: input.if_none_match,
            if_modified_since: input.if_modified_since,
            if_unmodified_since: input.if_unmodified_since,
        };
        let (stored, range) = blocking(move || {
            let mut stored = Stored::open(&path).map_err(on_object)?;
            check(&conditions, &stored)?;
            let wanted = input.range.filter(|_| if_range_holds(&request_headers, &stored.etag(), &stored.last_modified()));
            let range = wanted.map(|range| satisfy(range, stored.length)).transpose()?;
            stored.file.seek(SeekFrom::Start(range.as_ref().map_or(0, |r| r.start))).map_err(on_object)?;
            Ok((stored, range))
        })
        .await?;

        let content_range = range.as_ref().map(|r| format!("bytes {}-{}/{}", r.start, r.end - 1, stored.length));
        let length = range.map_or(stored.length, |r| r.end - r.start);
        let (e_tag, last_modified) = (stored.etag(), stored.last_modified());
        let mut file = tokio::fs::File::from_std(stored.file);
        file.set_max_buf_size(BUFFER);
        let headers = stored.footer.headers;
        Ok(dto::GetObjectOutput {
            body: Some(dto::StreamingBlob::wrap(ReaderStream::with_capacity(file.take(length), BUFFER))),
            content_length: Some(as_i64(length)?),
            content_range,
            accept_ranges: Some("bytes".to_owned()),
            e_tag: Some(e_tag),
            last_modified: Some(last_modified),
            content_type: headers.content_type,
            cache_control: headers.cache_control,
            content_disposition: headers.content_disposition,
            content_encoding: headers.content_encoding,
            content_language: headers.content_language,
            expires: headers.expires,
            metadata: Some(headers.user.into_iter().collect()),
            ..Default::default()
        })
    }

    pub(super) async fn head(&self, input: dto::HeadObjectInput) -> S3Result<dto::HeadObjectOutput> {
        refuse(input.part_number.is_some(), "partNumber on HeadObject")?;
        let path = self.layout.object(&input.bucket, &input.key)?;
        let conditions = Conditions {
            if_match: input.if_match,
            if_none_match: input.if_none_match,
            if_modified_since: input.if_modified_since,
            if_unmodified_since: input.if_unmodified_since,
        };
        let stored = blocking(move || {
            let stored = Stored::open(&path).map_err(on_object)?;
            check(&conditions, &stored)?;
            Ok(stored)
        })
        .await?;
        Ok(dto::HeadObjectOutput {
            content_length: Some(as_i64(stored.length)?),
            accept_ranges: Some("bytes".to_owned()),
            e_tag: Some(stored.etag()),
            last_modified: Some(stored.last_modified()),
            content_type: input.response_content_type.or(stored.footer.headers.content_type),
            cache_control: input.response_cache_control.or(stored.footer.headers.cache_control),
            content_disposition: input.response_content_disposition.or(stored.footer.headers.content_disposition),
            content_encoding: input.response_content_encoding.or(stored.footer.headers.content_encoding),
            content_language: input.response_content_language.or(stored.footer.headers.content_language),
            expires: stored.footer.headers.expires,
            metadata: Some(stored.footer.headers.user.into_iter().collect()),
            ..Default::default()
        })
    }
}

/// S3 counts in signed numbers.
pub(super) fn as_i64(length: u64) -> S3Result<i64> {
    i64::try_from(length).map_err(S3Error::internal_error)
}

/// Turns the verdict on a read into S3's answer. A 304 carries the headers by which a cache renews its copy.
fn check(conditions: &Conditions, stored: &Stored) -> S3Result {
    match conditions.judge(&stored.etag(), &stored.last_modified()) {
        Verdict::Proceed => Ok(()),
        Verdict::Failed => Err(s3_error!(PreconditionFailed)),
        Verdict::NotModified => {
            let mut headers = HeaderMap::new();
            headers.extend(stored.etag().to_http_header().ok().map(|value| (header::ETAG, value)));
            let cache_control = stored.footer.headers.cache_control.as_deref();
            let cache_control = cache_control.and_then(|text| HeaderValue::from_str(text).ok());
            headers.extend(cache_control.map(|value| (header::CACHE_CONTROL, value)));
            let mut error = s3_error!(NotModified);
            error.set_headers(headers);
            Err(error)
        }
    }
}

/// The bytes that a range stands for, never none; else a 416 that says how long the object is.
fn satisfy(range: dto::Range, length: u64) -> S3Result<Range<u64>> {
    match range.check(length) {
        Ok(bytes) if !bytes.is_empty() => Ok(bytes),
        _ => {
            let mut headers = HeaderMap::new();
            headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/xml"));
            headers.extend(HeaderValue::try_from(format!("bytes */{length}")).ok().map(|value| (header::CONTENT_RANGE, value)));
            let mut error = s3_error!(InvalidRange);
            error.set_headers(headers);
            Err(error)
        }
    }
}
