//! ListObjectsV2: one page of keys, with those that share a prefix up to the delimiter rolled into one.

use std::io;

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use s3s::{S3Result, dto, s3_error};

use super::{
    EmbeddedStore,
    error::{blocking, on_write},
    format::Stored,
    layout::Layout,
    reading::as_i64,
    walk::Walk,
};

/// S3 never returns more per page, whatever is asked for.
pub(super) const MAX_PAGE: i32 = 1000;

#[derive(Default)]
struct Page {
    objects: Vec<dto::Object>,
    prefixes: Vec<dto::CommonPrefix>,
    /// The last key or common prefix of this page, if there is another page.
    next: Option<String>,
}

struct Query {
    bucket: String,
    prefix: String,
    delimiter: Option<String>,
    /// Where the page before this one ended.
    resume: Option<String>,
    start_after: Option<String>,
    limit: usize,
}

impl EmbeddedStore {
    pub(super) async fn list(&self, input: dto::ListObjectsV2Input) -> S3Result<dto::ListObjectsV2Output> {
        let max_keys = input.max_keys.unwrap_or(MAX_PAGE).clamp(0, MAX_PAGE);
        let query = Query {
            bucket: input.bucket.clone(),
            prefix: input.prefix.clone().unwrap_or_default(),
            delimiter: input.delimiter.clone().filter(|delimiter| !delimiter.is_empty()),
            resume: input.continuation_token.as_deref().map(decode_token).transpose()?,
            start_after: input.start_after.clone(),
            limit: usize::try_from(max_keys).unwrap_or_default(),
        };
        let store = self.clone();
        let page = blocking(move || {
            store.existing_bucket(&query.bucket)?;
            query.page(&store.layout)
        })
        .await?;
        let count = page.objects.len() + page.prefixes.len();
        Ok(dto::ListObjectsV2Output {
            name: Some(input.bucket),
            prefix: input.prefix,
            delimiter: input.delimiter,
            start_after: input.start_after,
            continuation_token: input.continuation_token,
            max_keys: Some(max_keys),
            key_count: i32::try_from(count).ok(),
            is_truncated: Some(page.next.is_some()),
            next_continuation_token: page.next.map(|last| BASE64_URL_SAFE_NO_PAD.encode(last)),
            contents: Some(page.objects),
            common_prefixes: Some(page.prefixes),
            ..Default::default()
        })
    }
}

impl Query {
    fn page(&self, layout: &Layout) -> S3Result<Page> {
        let mut page = Page::default();
        if self.limit == 0 {
            return Ok(page);
        }
        let after = self.resume.as_ref().or(self.start_after.as_ref()).map_or("", String::as_str);
        let mut walk = Walk::new(layout, &self.bucket, &self.prefix, after).map_err(on_write)?;
        if let Some(resume) = &self.resume
            && self.common_prefix(resume) == Some(resume)
        {
            walk.prune(resume.clone());
        }
        let mut last = None;
        while let Some(found) = walk.next() {
            let (key, path) = found.map_err(on_write)?;
            if page.objects.len() + page.prefixes.len() == self.limit {
                page.next = last;
                break;
            }
            if let Some(common) = self.common_prefix(&key) {
                walk.prune(common.to_owned());
                page.prefixes.push(dto::CommonPrefix { prefix: Some(common.to_owned()) });
                last = Some(common.to_owned());
                continue;
            }
            match Stored::open(&path) {
                Ok(stored) => {
                    page.objects.push(describe(key.clone(), &stored)?);
                    last = Some(key);
                }
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                // One bad file must not hide all the others.
                Err(error) => tracing::warn!(%key, %error, "an object cannot be read and is left out of the listing"),
            }
        }
        Ok(page)
    }

    /// What a key is rolled into: itself, up to and including the first delimiter after the prefix.
    fn common_prefix<'a>(&self, key: &'a str) -> Option<&'a str> {
        let delimiter = self.delimiter.as_deref()?;
        let rest = key.strip_prefix(&self.prefix)?;
        let end = self.prefix.len() + rest.find(delimiter)? + delimiter.len();
        key.get(..end)
    }
}

fn describe(key: String, stored: &Stored) -> S3Result<dto::Object> {
    Ok(dto::Object {
        key: Some(key),
        size: Some(as_i64(stored.length)?),
        e_tag: Some(stored.etag()),
        last_modified: Some(stored.last_modified()),
        ..Default::default()
    })
}

fn decode_token(token: &str) -> S3Result<String> {
    let bytes = BASE64_URL_SAFE_NO_PAD.decode(token).ok();
    bytes
        .and_then(|bytes| String::from_utf8(bytes).ok())
        .ok_or_else(|| s3_error!(InvalidArgument, "The continuation token is not one of ours."))
}
