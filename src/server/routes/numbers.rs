//! `/api/videos/{id}/watched`, `/api/videos/{id}/stats`, `/api/stats`: what was watched comes in, numbers go out. And the panel of
//! numbers that pages fetch.

use super::Id;
use crate::{
    islands::tabs::StatsPanel,
    model::{
        AppError, ErrorCode,
        viewing::{OwnerStats, VideoNumbers},
    },
    server::{
        App, Result,
        auth::Viewer,
        viewing::{self, Told},
    },
};
use axum::{
    Json, Router,
    extract::{DefaultBodyLimit, State, rejection::BytesRejection},
    response::{Html, IntoResponse, Response},
    routing::{get, post},
};
use bytes::Bytes;
use http::{StatusCode, header};
use leptos::prelude::{Owner, RenderHtml, view};
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// Six hundred stretches take less, and a beacon takes no more.
const MAX_BATCH: usize = 64 << 10;

pub fn router() -> Router<App> {
    Router::new()
        .route("/api/videos/{id}/watched", post(watched).layer(DefaultBodyLimit::max(MAX_BATCH)))
        .route("/api/videos/{id}/stats", get(video))
        .route("/api/stats", get(owner))
        .route("/videos/{id}/stats/panel", get(panel))
}

/// All that one visit of a page has played so far.
#[derive(Deserialize, ToSchema)]
pub struct Batch {
    /// Made by the page, once a visit.
    #[schema(value_type = String)]
    viewing: Uuid,
    /// Grows with what was played: the highest counts.
    seq: i64,
    /// How long ago it began, in milliseconds.
    #[serde(default)]
    age_ms: i64,
    /// Stretches in the order they were played: `[from, to]` in milliseconds.
    #[schema(value_type = Vec<Vec<i64>>)]
    plays: Vec<(i64, i64)>,
}

#[utoipa::path(post, path = "/api/videos/{id}/watched", params(("id" = String, Path)), request_body = Batch, tag = "stats",
    responses((status = 204, description = "Kept. The same or an older batch of this viewing changes nothing"), (status = 400), (status = 401), (status = 403), (status = 422)))]
pub async fn watched(State(app): State<App>, viewer: Viewer, Id(id): Id, body: Result<Bytes, BytesRejection>) -> Result<StatusCode> {
    // Whatever it calls itself: a beacon can only say that it is a text.
    let body = body.map_err(|rejection| malformed(&rejection.body_text()))?;
    let batch: Batch = serde_json::from_slice(&body).map_err(|error| malformed(&error.to_string()))?;
    let told = Told { viewing: batch.viewing, seq: batch.seq, age_ms: batch.age_ms, plays: batch.plays };
    viewing::record(&app, &viewer, id, &told).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn malformed(why: &str) -> AppError {
    AppError::new(ErrorCode::BadRequest, format!("The body is not what is expected here: {why}"))
}

#[utoipa::path(get, path = "/api/videos/{id}/stats", params(("id" = String, Path)), tag = "stats",
    responses((status = 200, description = "the recording's numbers (duration_ms, codecs, bytes, segments, generation_ms, views …), with storyboard_bytes, watched: {viewings, viewers, watched_ms, completion, finished, retention, replays, stops, sentences, days, people} and cost: {stored_bytes, storage_usd, reads, reads_usd, month_usd, writes, writes_usd}, which is an estimate"), (status = 401), (status = 403)))]
pub async fn video(State(app): State<App>, viewer: Viewer, Id(id): Id) -> Result<Json<VideoNumbers>> {
    Ok(Json(viewing::numbers(&app, &viewer, id).await?))
}

#[utoipa::path(get, path = "/api/stats", tag = "stats",
    responses((status = 200, description = "the person's own recordings together: recordings, duration_ms, generations: {ended, ready, success, median_ms, p95_ms, playable_median_ms, errors}, viewings, viewers, watched_ms, days, source_bytes, hls_bytes, storyboard_bytes, cost, top"), (status = 401)))]
pub async fn owner(State(app): State<App>, viewer: Viewer) -> Result<Json<OwnerStats>> {
    Ok(Json(viewing::overview(&app, &viewer).await?))
}

/// The inside of the tab "Stats".
async fn panel(State(app): State<App>, viewer: Viewer, Id(id): Id) -> Result<Response> {
    let numbers = viewing::numbers(&app, &viewer, id).await?;
    let html = Owner::new().with(|| view! { <StatsPanel id numbers /> }.to_html());
    Ok(([(header::CACHE_CONTROL, "private, no-store")], Html(html)).into_response())
}
