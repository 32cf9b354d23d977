//! `/hls/{grant}/playlist.m3u8` and `/hls/{grant}/segment{n}.ts`: the grant in the path is the permission.

use crate::{
    model::AppError,
    server::{
        App, Result,
        auth::identify::by_access_token,
        clock::now_ms,
        storage::presign::Signed,
        stream::{
            access::{self, Allowed},
            names, serve,
        },
    },
};
use axum::{
    Router,
    extract::{Path, State},
    response::{IntoResponse, Response},
    routing::get,
};
use http::{HeaderMap, HeaderValue, StatusCode, header};

pub fn router() -> Router<App> {
    Router::new().route("/hls/{grant}/{name}", get(file))
}

async fn file(State(app): State<App>, Path((grant, name)): Path<(String, String)>, headers: HeaderMap) -> Result<Response> {
    let is_playlist = name == "playlist.m3u8";
    if !is_playlist && !names::is_segment(&name) {
        return Err(AppError::forbidden().into());
    }
    let allowed = access::check(&app, app.grants.open(&grant, now_ms())?).await?;
    refuse_another_person(&app, &allowed, &headers).await?;
    if is_playlist {
        let body = serve::playlist(&app, &allowed).await?;
        let headers = [(header::CONTENT_TYPE, "application/vnd.apple.mpegurl"), (header::CACHE_CONTROL, "private, no-store")];
        return Ok((headers, body).into_response());
    }
    Ok(redirect(&serve::segment(&app, &allowed, &name).await?))
}

/// The grant is enough: some players send no cookie. But a cookie that says "somebody else" means the address leaked.
async fn refuse_another_person(app: &App, allowed: &Allowed, headers: &HeaderMap) -> Result<()> {
    match by_access_token(app, headers).await? {
        Some(viewer) if viewer.user_id != allowed.user() => Err(AppError::forbidden().into()),
        _ => Ok(()),
    }
}

/// A redirect that is kept for half of what the signed address has left: it never leads to an expired one.
pub fn redirect(signed: &Signed) -> Response {
    let keep = format!("private, max-age={}", signed.remaining.as_secs() / 2);
    match (HeaderValue::from_str(&signed.url), HeaderValue::from_str(&keep)) {
        (Ok(location), Ok(keep)) => (StatusCode::FOUND, [(header::LOCATION, location), (header::CACHE_CONTROL, keep)]).into_response(),
        _ => crate::server::Error::Other(anyhow::anyhow!("a signed address does not fit into a header")).into_response(),
    }
}
