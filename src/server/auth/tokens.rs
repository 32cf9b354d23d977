//! Access tokens: JSON Web Tokens of 15 minutes, one pinned algorithm, every claim required.

use crate::model::{UserId, Viewer};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, encode};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// Life of an access token, in seconds.
pub const ACCESS_SECS: i64 = 15 * 60;
const ISSUER: &str = "notetaker";
const AUDIENCE: &str = "notetaker";
const ALGORITHM: Algorithm = Algorithm::HS256;

#[derive(Serialize, Deserialize)]
struct Claims {
    iss: String,
    aud: String,
    sub: UserId,
    sid: String,
    email: String,
    exp: i64,
    iat: i64,
}

/// Signs and reads access tokens.
#[derive(Clone)]
pub struct Tokens {
    signing: EncodingKey,
    reading: DecodingKey,
    validation: Validation,
}

impl Tokens {
    pub fn new(secret: &str) -> Self {
        let mut validation = Validation::new(ALGORITHM);
        validation.set_issuer(&[ISSUER]);
        validation.set_audience(&[AUDIENCE]);
        validation.set_required_spec_claims(&["exp", "iss", "aud", "sub"]); // `sid` is required by the type
        validation.leeway = 5;
        Self { signing: EncodingKey::from_secret(secret.as_bytes()), reading: DecodingKey::from_secret(secret.as_bytes()), validation }
    }

    /// An access token for a viewer, good from `now_secs` on.
    pub fn sign(&self, viewer: &Viewer, now_secs: i64) -> anyhow::Result<String> {
        let claims = Claims {
            iss: ISSUER.into(),
            aud: AUDIENCE.into(),
            sub: viewer.user_id,
            sid: viewer.session_id.clone(),
            email: viewer.email.clone(),
            exp: now_secs + ACCESS_SECS,
            iat: now_secs,
        };
        Ok(encode(&Header::new(ALGORITHM), &claims, &self.signing)?)
    }

    /// The viewer a token names, if it is ours and still good. Whether the session lives is another question.
    pub fn read(&self, token: &str) -> Option<Viewer> {
        let claims = decode::<Claims>(token, &self.reading, &self.validation).ok()?.claims;
        Some(Viewer { user_id: claims.sub, email: claims.email, session_id: claims.sid })
    }
}

/// How a refresh token is kept: its SHA-256. The token has 256 random bits, so a slow hash would add nothing.
pub fn fingerprint(token: &str) -> String {
    hex_simd::encode_to_string(Sha256::digest(token.as_bytes()), hex_simd::AsciiCase::Lower)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn viewer() -> Viewer {
        Viewer { user_id: UserId(uuid::Uuid::new_v4()), email: "ana@example.com".into(), session_id: "s1".into() }
    }

    fn now() -> i64 {
        crate::server::clock::now_ms() / 1000
    }

    #[test]
    fn a_token_names_its_viewer() {
        let tokens = Tokens::new(&"k".repeat(32));
        let viewer = viewer();
        assert_eq!(tokens.read(&tokens.sign(&viewer, now()).unwrap()), Some(viewer));
    }

    #[test]
    fn an_expired_or_foreign_token_names_nobody() {
        let tokens = Tokens::new(&"k".repeat(32));
        assert_eq!(tokens.read(&tokens.sign(&viewer(), now() - ACCESS_SECS - 60).unwrap()), None);
        let foreign = Tokens::new(&"x".repeat(32));
        assert_eq!(tokens.read(&foreign.sign(&viewer(), now()).unwrap()), None);
    }

    #[test]
    fn a_token_of_another_algorithm_or_without_a_claim_names_nobody() {
        let secret = "k".repeat(32);
        let tokens = Tokens::new(&secret);
        let key = EncodingKey::from_secret(secret.as_bytes());
        let viewer = viewer();
        let full = serde_json::json!({ "iss": ISSUER, "aud": AUDIENCE, "sub": viewer.user_id, "sid": "s1", "email": "a@b", "exp": now() + 60, "iat": now() });
        assert!(tokens.read(&encode(&Header::new(Algorithm::HS256), &full, &key).unwrap()).is_some());
        assert_eq!(tokens.read(&encode(&Header::new(Algorithm::HS512), &full, &key).unwrap()), None);
        for claim in ["iss", "aud", "sub", "sid", "exp"] {
            let mut partial = full.clone();
            partial.as_object_mut().unwrap().remove(claim);
            assert_eq!(tokens.read(&encode(&Header::new(Algorithm::HS256), &partial, &key).unwrap()), None, "without {claim}");
        }
    }
}
