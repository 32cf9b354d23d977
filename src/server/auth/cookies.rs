//! The two cookies: a short access token and a long refresh token. Both HttpOnly and SameSite=Lax.

use super::tokens::ACCESS_SECS;
use http::{
    HeaderMap, HeaderValue,
    header::{COOKIE, SET_COOKIE},
};

/// Life of a refresh token since its last use, in seconds: a month without a visit signs out.
pub const REFRESH_SECS: i64 = 30 * 24 * 3600;

/// How cookies are named and marked. Over https they carry the `__Host-` prefix, so no subdomain can set them.
#[derive(Clone, Copy, Debug)]
pub struct Cookies {
    pub secure: bool,
}

impl Cookies {
    fn access(self) -> &'static str {
        if self.secure { "__Host-nt_access" } else { "nt_access" }
    }

    fn refresh(self) -> &'static str {
        if self.secure { "__Host-nt_refresh" } else { "nt_refresh" }
    }

    pub fn read_access(self, headers: &HeaderMap) -> Option<&str> {
        read(headers, self.access())
    }

    pub fn read_refresh(self, headers: &HeaderMap) -> Option<&str> {
        read(headers, self.refresh())
    }

    pub fn set_access(self, token: &str) -> Option<HeaderValue> {
        self.set(self.access(), token, ACCESS_SECS)
    }

    pub fn set_refresh(self, token: &str) -> Option<HeaderValue> {
        self.set(self.refresh(), token, REFRESH_SECS)
    }

    /// Takes both cookies back.
    pub fn clear(self, headers: &mut HeaderMap) {
        for value in [self.set(self.access(), "", 0), self.set(self.refresh(), "", 0)].into_iter().flatten() {
            headers.append(SET_COOKIE, value);
        }
    }

    fn set(self, name: &str, value: &str, max_age: i64) -> Option<HeaderValue> {
        let secure = if self.secure { "; Secure" } else { "" };
        HeaderValue::from_str(&format!("{name}={value}; Path=/; HttpOnly; SameSite=Lax; Max-Age={max_age}{secure}")).ok()
    }
}

/// The value of a cookie, ours or any.
pub fn read<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers
        .get_all(COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find_map(|(key, value)| (key == name && !value.is_empty()).then_some(value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cookies_are_host_bound_and_secure_only_over_https() {
        let set = Cookies { secure: true }.set_access("t").unwrap();
        let set = set.to_str().unwrap();
        assert!(set.starts_with("__Host-nt_access=t; Path=/; HttpOnly; SameSite=Lax") && set.ends_with("; Secure"));
        assert!(!Cookies { secure: false }.set_access("t").unwrap().to_str().unwrap().contains("Secure"));
    }

    #[test]
    fn a_cookie_is_found_among_others() {
        let mut headers = HeaderMap::new();
        headers.insert(COOKIE, HeaderValue::from_static("a=1; nt_access=tok; xnt_access=no"));
        assert_eq!(Cookies { secure: false }.read_access(&headers), Some("tok"));
        assert_eq!(Cookies { secure: false }.read_refresh(&headers), None);
    }
}
