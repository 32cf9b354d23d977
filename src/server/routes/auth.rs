//! `POST /api/auth/…`: the REST side of accounts.

use super::Body;
use crate::{
    model::{AppError, UserId},
    server::{
        App, Result,
        auth::{
            account,
            identify::by_access_token,
            sessions::{self, Credentials},
            tokens::{ACCESS_SECS, fingerprint},
        },
    },
};
use axum::{
    Json, Router,
    extract::State,
    response::{IntoResponse, Response},
    routing::post,
};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

pub fn router() -> Router<App> {
    Router::new()
        .route("/api/auth/register", post(register))
        .route("/api/auth/login", post(login))
        .route("/api/auth/refresh", post(refresh))
        .route("/api/auth/logout", post(logout))
}

/// An e-mail and a password of 8 to 256 characters.
#[derive(Deserialize, ToSchema)]
pub struct Login {
    email: String,
    password: String,
}

/// An access token (a JWT to send as `Authorization: Bearer …`) and whose it is.
#[derive(Serialize, ToSchema)]
pub struct Session {
    access_token: String,
    /// Seconds.
    expires_in: i64,
    user: Person,
}

#[derive(Serialize, ToSchema)]
pub struct Person {
    #[schema(value_type = String)]
    id: UserId,
    email: String,
}

#[utoipa::path(post, path = "/api/auth/register", request_body = Login, tag = "auth",
    responses((status = 201, body = Session, description = "The account is made and signed in; cookies are set"), (status = 409, description = "conflict: the e-mail is taken"), (status = 422, description = "invalid")))]
pub async fn register(State(app): State<App>, Body(login): Body<Login>) -> Result<Response> {
    let credentials = account::sign_up(&app, &login.email, &login.password).await?.map_err(AppError::from)?;
    Ok(signed_in(&app, StatusCode::CREATED, credentials))
}

#[utoipa::path(post, path = "/api/auth/login", request_body = Login, tag = "auth",
    responses((status = 200, body = Session, description = "Signed in; cookies are set"), (status = 401, description = "wrong_credentials"), (status = 429, description = "too_many_requests")))]
pub async fn login(State(app): State<App>, Body(login): Body<Login>) -> Result<Response> {
    let credentials = account::sign_in(&app, &login.email, &login.password).await?.map_err(AppError::from)?;
    Ok(signed_in(&app, StatusCode::OK, credentials))
}

#[utoipa::path(post, path = "/api/auth/refresh", tag = "auth",
    responses((status = 200, body = Session, description = "The refresh cookie was swapped for a new one"), (status = 401, description = "unauthorized")))]
pub async fn refresh(State(app): State<App>, headers: HeaderMap) -> Result<Response> {
    let credentials = match app.cookies.read_refresh(&headers) {
        Some(token) => sessions::refresh(&app, token).await?,
        None => None,
    };
    let credentials = credentials.ok_or_else(AppError::unauthorized)?;
    Ok(signed_in(&app, StatusCode::OK, credentials))
}

#[utoipa::path(post, path = "/api/auth/logout", tag = "auth",
    responses((status = 204, description = "The session is over, on every server within ten seconds; cookies are taken back")))]
pub async fn logout(State(app): State<App>, headers: HeaderMap) -> Result<Response> {
    end_session(&app, &headers).await?;
    let mut response = StatusCode::NO_CONTENT.into_response();
    app.cookies.clear(response.headers_mut());
    Ok(response)
}

/// Ends the session a request came with, whichever of its tokens is still good.
pub async fn end_session(app: &App, headers: &HeaderMap) -> Result<()> {
    if let Some(viewer) = by_access_token(app, headers).await? {
        sessions::close(app, &viewer.session_id).await?;
    }
    if let Some(token) = app.cookies.read_refresh(headers)
        && let Some(session) = app.db.revoke_by_refresh(&fingerprint(token)).await?
    {
        app.live_sessions.invalidate(&session).await;
    }
    Ok(())
}

fn signed_in(app: &App, status: StatusCode, credentials: Credentials) -> Response {
    let viewer = &credentials.viewer;
    let body = Session {
        access_token: credentials.access_token.clone(),
        expires_in: ACCESS_SECS,
        user: Person { id: viewer.user_id, email: viewer.email.clone() },
    };
    let mut response = (status, Json(body)).into_response();
    credentials.set_cookies(app, response.headers_mut());
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
