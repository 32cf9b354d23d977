//! `POST /theme`: light, dark or the system's, remembered in a cookie. `browser/theme.js` does the same in the page; this is
//! for where no script runs, and keeps the cookie for longer than some browsers let a script.

use super::safe_next;
use crate::{
    model::{AppError, page::Theme},
    server::{App, Result, auth::cookies},
};
use axum::{
    Form, Router,
    extract::State,
    response::{IntoResponse, Redirect, Response},
    routing::post,
};
use http::{HeaderMap, HeaderValue, header::SET_COOKIE};
use serde::Deserialize;

const COOKIE: &str = "theme";
const A_YEAR_SECS: u32 = 365 * 24 * 3600;

pub fn router() -> Router<App> {
    Router::new().route("/theme", post(choose))
}

#[derive(Deserialize)]
struct Choice {
    #[serde(default)]
    theme: String,
    /// The page to go back to, on our own site.
    #[serde(default)]
    next: String,
}

async fn choose(State(app): State<App>, Form(choice): Form<Choice>) -> Result<Response> {
    let (value, max_age) = match Theme::named(&choice.theme) {
        Some(theme) => (theme.name(), A_YEAR_SECS),
        // The system's needs no cookie.
        None if choice.theme == "system" => ("", 0),
        None => return Err(AppError::invalid("A theme is light, dark or system.").into()),
    };
    // No HttpOnly: the page's script reads it. It says nothing about anybody.
    let secure = if app.cookies.secure { "; Secure" } else { "" };
    let cookie = format!("{COOKIE}={value}; Path=/; SameSite=Lax; Max-Age={max_age}{secure}");
    let mut response = Redirect::to(safe_next(&choice.next)).into_response();
    response.headers_mut().insert(SET_COOKIE, HeaderValue::from_str(&cookie).map_err(anyhow::Error::from)?);
    Ok(response)
}

/// The theme chosen by whoever sent these headers.
pub fn chosen(headers: &HeaderMap) -> Option<Theme> {
    Theme::named(cookies::read(headers, COOKIE)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cookie_that_is_no_theme_is_no_choice() {
        let chosen =
            |cookie: &'static str| super::chosen(&HeaderMap::from_iter([(http::header::COOKIE, HeaderValue::from_static(cookie))]));
        assert_eq!(chosen("nt_access=x; theme=dark"), Some(Theme::Dark));
        assert_eq!(chosen("theme=blue"), None);
        assert_eq!(chosen("mytheme=dark"), None);
    }
}
