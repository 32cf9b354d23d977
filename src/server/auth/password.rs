//! Passwords: argon2id, off the async threads and never more at once than there are cores.

use crate::{
    model::{AppError, ErrorCode},
    server::{Error, Result},
};
use argon2::{Argon2, PasswordHasher, PasswordVerifier, password_hash::phc::PasswordHash};
use std::{
    sync::{Arc, LazyLock},
    time::Duration,
};
use tokio::sync::Semaphore;

pub const MIN_CHARS: usize = 8;
/// Long enough for any passphrase; a bound, since hashing reads all of it.
pub const MAX_CHARS: usize = 256;
/// Somebody who waits longer for a free core is asked to come back.
const QUEUE_TIMEOUT: Duration = Duration::from_secs(5);

/// Compared with when there is no such person, so that the answer takes as long as for one there is.
static NOBODY: LazyLock<Option<String>> = LazyLock::new(|| hash("nobody has this password"));

/// The hashing bench: as many places as cores.
#[derive(Clone, Debug)]
pub struct Passwords(Arc<Semaphore>);

impl Default for Passwords {
    fn default() -> Self {
        Self(Arc::new(Semaphore::new(std::thread::available_parallelism().map_or(1, usize::from))))
    }
}

impl Passwords {
    /// The PHC string to keep. The parameters are argon2's defaults, OWASP's first recommendation: 19 MiB, 2 passes.
    pub async fn hash(&self, password: String) -> Result<String> {
        self.run(move || hash(&password)).await?.ok_or_else(|| Error::Other(anyhow::anyhow!("argon2 refused to hash")))
    }

    /// Does the password fit? `None` for an unknown person takes as long and is always false.
    pub async fn verify(&self, password: String, hash: Option<String>) -> Result<bool> {
        self.run(move || {
            let known = hash.is_some();
            let Some(hash) = hash.or_else(|| NOBODY.clone()) else { return false };
            let fits = PasswordHash::new(&hash).is_ok_and(|hash| Argon2::default().verify_password(password.as_bytes(), &hash).is_ok());
            fits && known
        })
        .await
    }

    async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
        let place = tokio::time::timeout(QUEUE_TIMEOUT, self.0.clone().acquire_owned())
            .await
            .map_err(|_| too_many())?
            .map_err(|error| Error::Other(error.into()))?;
        tokio::task::spawn_blocking(move || {
            let _place = place;
            work()
        })
        .await
        .map_err(|error| Error::Other(error.into()))
    }
}

/// What a caller is told who asks too often.
pub fn too_many() -> AppError {
    AppError::new(ErrorCode::TooManyRequests, "Too many people are signing in right now. Please try again in a moment.")
}

fn hash(password: &str) -> Option<String> {
    Argon2::default().hash_password(password.as_bytes()).ok().map(|hash| hash.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_password_fits_its_own_hash_only() {
        let bench = Passwords::default();
        let hash = bench.hash("correct horse".into()).await.unwrap();
        assert!(hash.starts_with("$argon2id$"));
        assert!(bench.verify("correct horse".into(), Some(hash.clone())).await.unwrap());
        assert!(!bench.verify("battery staple".into(), Some(hash)).await.unwrap());
        assert!(!bench.verify("nobody has this password".into(), None).await.unwrap());
    }
}
