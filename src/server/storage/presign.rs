//! Addresses that carry their own permission for a while.

use super::{Bucket, BucketError, Key};
use aws_sdk_s3::{operation::get_object::builders::GetObjectFluentBuilder, presigning::PresigningConfig};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// How long a browser may take over one part of an upload.
const PART_TTL: Duration = Duration::from_secs(3600);

/// A signed address and how long it is good for.
#[derive(Clone, Debug)]
pub struct Signed {
    pub url: String,
    /// From now, not from the signing time.
    pub remaining: Duration,
}

/// The signing time for `now`: floored to a third of the life, so that everybody who asks within that window gets the
/// byte-identical address (browser and edge caches can hit) and two thirds of the life are always left.
fn window(now: Duration, ttl: Duration) -> Duration {
    let step = (ttl.as_secs() / 3).max(1);
    Duration::from_secs(now.as_secs() / step * step)
}

impl Bucket {
    /// An address to GET an object from, living `ttl` from the start of the current window.
    pub async fn presign_get(&self, key: &Key, ttl: Duration) -> Result<Signed, BucketError> {
        self.sign(key, ttl, |get| get).await
    }

    /// The same for a file to be saved; `disposition` is the bucket's `Content-Disposition`. No type a player knows goes with
    /// it: some browsers change the ending of a name to what they think the type's is.
    pub async fn presign_download(&self, key: &Key, disposition: &str, ttl: Duration) -> Result<Signed, BucketError> {
        self.sign(key, ttl, |get| get.response_content_disposition(disposition).response_content_type("application/octet-stream")).await
    }

    async fn sign(
        &self,
        key: &Key,
        ttl: Duration,
        ask: impl FnOnce(GetObjectFluentBuilder) -> GetObjectFluentBuilder,
    ) -> Result<Signed, BucketError> {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let start = window(now, ttl);
        let config = config(UNIX_EPOCH + start, ttl)?;
        let get = ask(self.signer.get_object().bucket(&self.name).key(key.path()));
        let request = get.presigned(config).await.map_err(unsignable)?;
        Ok(Signed { url: request.uri().to_owned(), remaining: (start + ttl).saturating_sub(now) })
    }

    /// An address to PUT one part of an upload to.
    pub async fn presign_part(&self, key: &Key, upload_id: &str, number: i64) -> Result<String, BucketError> {
        let number = i32::try_from(number).unwrap_or(i32::MAX);
        let config = config(SystemTime::now(), PART_TTL)?;
        let part = self.signer.upload_part().bucket(&self.name).key(key.path()).upload_id(upload_id).part_number(number);
        Ok(part.presigned(config).await.map_err(unsignable)?.uri().to_owned())
    }
}

fn config(start: SystemTime, ttl: Duration) -> Result<PresigningConfig, BucketError> {
    PresigningConfig::builder().start_time(start).expires_in(ttl).build().map_err(unsignable)
}

fn unsignable(error: impl std::fmt::Display) -> BucketError {
    BucketError::Failed { operation: "presign", detail: error.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everybody_within_a_window_signs_at_the_same_second_and_two_thirds_of_the_life_remain() {
        let ttl = Duration::from_secs(900);
        for second in [1_000_000_200, 1_000_000_350, 1_000_000_499] {
            let now = Duration::from_secs(second);
            assert_eq!(window(now, ttl), Duration::from_secs(1_000_000_200));
            assert!(window(now, ttl) + ttl - now >= Duration::from_secs(600));
        }
    }

    #[test]
    fn a_life_of_one_second_still_has_a_window() {
        assert_eq!(window(Duration::from_secs(7), Duration::from_secs(1)), Duration::from_secs(7));
    }
}
