//! Finds out who is asking, once a request, before any handler or server function runs.

use super::{Viewer, sessions};
use crate::{
    model::AppError,
    server::{App, Error, Result},
};
use axum::{
    extract::{FromRequestParts, Request, State},
    middleware::Next,
    response::{IntoResponse, Response},
};
use http::{HeaderMap, header::AUTHORIZATION, request::Parts};

/// The viewer, if anybody is signed in; put into every request's extensions by [`identify`].
#[derive(Clone, Debug)]
pub struct MaybeViewer(pub Option<Viewer>);

/// What pages say while they are being closed. The answer may reach nobody, and a swapped token that never arrives would sign
/// its person out: here it is looked at and not swapped.
fn is_last_word(path: &str) -> bool {
    path == "/fn/save_position" || (path.starts_with("/api/videos/") && path.ends_with("/watched"))
}

/// Middleware: Bearer token, else access cookie, else the refresh cookie, which is swapped on the way.
pub async fn identify(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let (viewer, renewed) = match resolve(&app, request.uri().path(), request.headers()).await {
        Ok(found) => found,
        Err(error) => return error.into_response(),
    };
    request.extensions_mut().insert(MaybeViewer(viewer));
    let mut response = next.run(request).await;
    if let Some(credentials) = renewed {
        credentials.set_cookies(&app, response.headers_mut());
    }
    response
}

async fn resolve(app: &App, path: &str, headers: &HeaderMap) -> Result<(Option<Viewer>, Option<sessions::Credentials>)> {
    if let Some(viewer) = by_access_token(app, headers).await? {
        return Ok((Some(viewer), None));
    }
    if headers.contains_key(AUTHORIZATION) {
        return Ok((None, None));
    }
    let Some(token) = app.cookies.read_refresh(headers) else { return Ok((None, None)) };
    if is_last_word(path) {
        return Ok((sessions::holder(app, token).await?, None));
    }
    let renewed = sessions::refresh(app, token).await?;
    Ok((renewed.as_ref().map(|credentials| credentials.viewer.clone()), renewed))
}

/// The viewer named by a good access token of a living session. Swaps nothing.
pub async fn by_access_token(app: &App, headers: &HeaderMap) -> Result<Option<Viewer>> {
    let bearer = headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok()?.strip_prefix("Bearer "));
    let Some(viewer) = bearer.or_else(|| app.cookies.read_access(headers)).and_then(|token| app.tokens.read(token)) else {
        return Ok(None);
    };
    Ok(sessions::is_live(app, &viewer.session_id).await?.then_some(viewer))
}

impl<S: Send + Sync> FromRequestParts<S> for Viewer {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self> {
        match parts.extensions.get::<MaybeViewer>() {
            Some(MaybeViewer(Some(viewer))) => Ok(viewer.clone()),
            _ => Err(AppError::unauthorized().into()),
        }
    }
}
