//! `POST /sign-in`, `/sign-up`, `/sign-out`: plain forms, which work without JavaScript. What was wrong goes back in the
//! address, and the page shows it beside the field. [`theme`] is the switch in the header, [`library`] and [`recordings`] what can be done
//! with a recording where no script runs.

pub mod library;
pub mod recordings;
pub mod theme;

use super::auth::end_session;
use crate::{
    model::AppError,
    server::{
        App, Result,
        auth::account::{self, Outcome},
    },
};
use axum::{
    Form, Router,
    extract::State,
    response::{IntoResponse, Redirect, Response},
    routing::post,
};
use http::HeaderMap;
use serde::Deserialize;
use url::form_urlencoded;

pub fn router() -> Router<App> {
    Router::new()
        .route("/sign-in", post(sign_in))
        .route("/sign-up", post(sign_up))
        .route("/sign-out", post(sign_out))
        .merge(theme::router())
}

#[derive(Deserialize)]
struct Credentials {
    #[serde(default)]
    email: String,
    #[serde(default)]
    password: String,
    /// Where to go afterwards, on our own site.
    #[serde(default)]
    next: String,
}

async fn sign_in(State(app): State<App>, Form(form): Form<Credentials>) -> Response {
    let outcome = account::sign_in(&app, &form.email, &form.password).await;
    answer(&app, "/sign-in", &form, outcome)
}

async fn sign_up(State(app): State<App>, Form(form): Form<Credentials>) -> Response {
    let outcome = account::sign_up(&app, &form.email, &form.password).await;
    answer(&app, "/sign-up", &form, outcome)
}

async fn sign_out(State(app): State<App>, headers: HeaderMap) -> Result<Response> {
    end_session(&app, &headers).await?;
    let mut response = Redirect::to("/sign-in").into_response();
    app.cookies.clear(response.headers_mut());
    Ok(response)
}

fn answer(app: &App, page: &str, form: &Credentials, outcome: Outcome) -> Response {
    let error = match outcome {
        Ok(Ok(credentials)) => {
            let mut response = Redirect::to(safe_next(&form.next)).into_response();
            credentials.set_cookies(app, response.headers_mut());
            return response;
        }
        Ok(Err(problem)) => problem.as_str(),
        Err(error) => match AppError::from(error).code {
            crate::model::ErrorCode::TooManyRequests => "too_many_requests",
            _ => "unavailable",
        },
    };
    let query = form_urlencoded::Serializer::new(String::new())
        .append_pair("error", error)
        .append_pair("email", form.email.trim())
        .append_pair("next", safe_next(&form.next))
        .finish();
    Redirect::to(&format!("{page}?{query}")).into_response()
}

/// A path of ours, or the library: never an address that leads away (`//evil`, `/\evil`, `https:`), nor one with what no
/// address has (browsers drop a tab or a line break, and `/<tab>/evil` leads away again).
pub fn safe_next(next: &str) -> &str {
    let plain = next.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    if plain && next.starts_with('/') && !next.starts_with("//") { next } else { "/" }
}

#[cfg(test)]
mod tests {
    use super::safe_next;

    #[test]
    fn nobody_is_led_away_after_signing_in() {
        assert_eq!(safe_next("/videos/1?t=5"), "/videos/1?t=5");
        for bad in ["", "//evil.example", "/\\evil.example", "/\t/evil.example", "/\u{7f}", "https://evil.example", "javascript:alert(1)"] {
            assert_eq!(safe_next(bad), "/", "{bad}");
        }
    }
}
