//! `/healthz`: the process lives. `/readyz`: it can serve, database and bucket included.

use crate::server::App;
use axum::{
    Json, Router,
    extract::State,
    response::{IntoResponse, Response},
    routing::get,
};
use http::StatusCode;
use serde_json::json;
use std::time::Duration;

/// A part that takes longer is as good as down.
const PATIENCE: Duration = Duration::from_secs(3);

pub fn router() -> Router<App> {
    Router::new().route("/healthz", get(|| async { "ok" })).route("/readyz", get(ready))
}

async fn ready(State(app): State<App>) -> Response {
    let database = async { matches!(tokio::time::timeout(PATIENCE, app.db.check()).await, Ok(Ok(()))) };
    let bucket = async { matches!(tokio::time::timeout(PATIENCE, app.bucket.check()).await, Ok(Ok(()))) };
    let (database, bucket) = tokio::join!(database, bucket);
    let leaving = app.shutdown.is_cancelled();
    let status = if database && bucket && !leaving { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    let word = |good| if good { "ok" } else { "unreachable" };
    (status, Json(json!({ "database": word(database), "bucket": word(bucket), "shutting_down": leaving }))).into_response()
}
