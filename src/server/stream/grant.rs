//! The permission in a stream's address: `/hls/{kid.payload.mac}/playlist.m3u8`. It stands in the path, so the relative
//! names inside the playlist inherit it, in every player.

use crate::{
    model::{AppError, UserId, VideoId, Viewer},
    server::clock::millis,
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use hkdf::Hkdf;
use hmac::{Hmac, KeyInit, Mac};
use serde::{Deserialize, Serialize};
use sha2::Sha256;
use std::time::Duration;

/// What an address permits: one attempt of one video, to one session, until a time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Grant {
    #[serde(rename = "v")]
    pub video: VideoId,
    #[serde(rename = "a")]
    pub attempt: String,
    #[serde(rename = "u")]
    pub user: UserId,
    #[serde(rename = "s")]
    pub session: String,
    /// Milliseconds since 1970.
    #[serde(rename = "e")]
    pub expires_at: i64,
}

/// No grant outlives this, however long the recording.
const MAX_LIFE: Duration = Duration::from_secs(12 * 3600);

impl Grant {
    /// A grant that lives `ttl`, and in proportion longer for recordings over half an hour: with the usual hour that is
    /// max(1 h, 2 × duration), at most 12 h.
    pub fn issue(video: VideoId, attempt: String, viewer: &Viewer, duration_ms: Option<i64>, ttl: Duration, now_ms: i64) -> Self {
        let hours = duration_ms.unwrap_or(0) as f64 / 3_600_000.0;
        let life = ttl.mul_f64((2.0 * hours).max(1.0)).min(MAX_LIFE);
        Self { video, attempt, user: viewer.user_id, session: viewer.session_id.clone(), expires_at: now_ms + millis(life) }
    }

    /// Whole seconds until it opens nothing any more.
    pub fn lives_secs(&self, now_ms: i64) -> u32 {
        ((self.expires_at - now_ms) / 1_000).clamp(0, i64::from(u32::MAX)) as u32
    }
}

/// Seals and opens grants with a key of their own, derived from the server's secret so that all servers agree.
#[derive(Clone)]
pub struct Grants {
    kid: String,
    key: [u8; 32],
}

impl Grants {
    pub fn new(secret: &str) -> Self {
        let derive = |label: &[u8], out: &mut [u8]| {
            // Fails only for outputs over 8,160 bytes (RFC 5869, 255 hashes).
            let _ = Hkdf::<Sha256>::new(None, secret.as_bytes()).expand(label, out);
        };
        let (mut key, mut kid) = ([0; 32], [0; 4]);
        derive(b"notetaker stream grant v1", &mut key);
        derive(b"notetaker stream grant v1 kid", &mut kid);
        Self { kid: URL_SAFE_NO_PAD.encode(kid), key }
    }

    /// The grant as it stands in the path.
    pub fn seal(&self, grant: &Grant) -> anyhow::Result<String> {
        let payload = URL_SAFE_NO_PAD.encode(serde_json::to_vec(grant)?);
        let signed = format!("{}.{payload}", self.kid);
        let mac = URL_SAFE_NO_PAD.encode(self.mac(&signed)?.finalize().into_bytes());
        Ok(format!("{signed}.{mac}"))
    }

    /// The grant that a path carries, if the seal is ours and the time has not come.
    pub fn open(&self, sealed: &str, now_ms: i64) -> Result<Grant, AppError> {
        self.try_open(sealed).filter(|grant| grant.expires_at > now_ms).ok_or_else(AppError::forbidden)
    }

    fn try_open(&self, sealed: &str) -> Option<Grant> {
        let (signed, mac) = sealed.rsplit_once('.')?;
        let (kid, payload) = signed.split_once('.')?;
        let mac = URL_SAFE_NO_PAD.decode(mac).ok()?;
        if kid != self.kid {
            return None;
        }
        self.mac(signed).ok()?.verify_slice(&mac).ok()?; // constant time
        serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload).ok()?).ok()
    }

    fn mac(&self, signed: &str) -> anyhow::Result<Hmac<Sha256>> {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.key)?;
        mac.update(signed.as_bytes());
        Ok(mac)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grant(duration_ms: i64, ttl: u64) -> Grant {
        let viewer = Viewer { user_id: UserId(uuid::Uuid::new_v4()), email: String::new(), session_id: "s".into() };
        Grant::issue(VideoId(uuid::Uuid::new_v4()), "a1".into(), &viewer, Some(duration_ms), Duration::from_secs(ttl), 0)
    }

    #[test]
    fn a_sealed_grant_opens_until_it_expires() {
        let grants = Grants::new(&"k".repeat(32));
        let grant = grant(60_000, 3600);
        let sealed = grants.seal(&grant).unwrap();
        assert_eq!(grants.open(&sealed, 3_599_999).unwrap(), grant);
        assert!(grants.open(&sealed, 3_600_000).is_err());
    }

    #[test]
    fn a_changed_or_foreign_grant_does_not_open() {
        let grants = Grants::new(&"k".repeat(32));
        let sealed = grants.seal(&grant(1, 3600)).unwrap();
        for i in 0..sealed.len() {
            let mut bytes = sealed.clone().into_bytes();
            bytes[i] = if bytes[i] == b'A' { b'Q' } else { b'A' };
            let changed = String::from_utf8(bytes).unwrap();
            // The last character of the MAC has two bits to spare, which the decoder insists are zero.
            assert!(changed == sealed || grants.open(&changed, 0).is_err(), "byte {i}");
        }
        assert!(Grants::new(&"x".repeat(32)).open(&sealed, 0).is_err());
        assert!(grants.open("", 0).is_err());
    }

    #[test]
    fn a_grant_lives_twice_as_long_as_a_long_recording_but_half_a_day_at_most() {
        assert_eq!(grant(300_000, 3600).expires_at, 3_600_000);
        assert_eq!(grant(3_600_000, 3600).expires_at, 7_200_000);
        assert_eq!(grant(36_000_000, 3600).expires_at, 43_200_000);
        assert_eq!(grant(20_000, 5).expires_at, 5_000);
    }

    #[test]
    fn the_life_of_a_grant_is_told_in_whole_seconds_and_never_too_long() {
        assert_eq!(grant(20_000, 5).lives_secs(0), 5);
        assert_eq!(grant(20_000, 5).lives_secs(1), 4);
        assert_eq!(grant(20_000, 5).lives_secs(9_000), 0);
    }
}
