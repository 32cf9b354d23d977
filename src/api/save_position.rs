use crate::model::{AppError, VideoId};
use leptos::prelude::*;

/// Remembers where the viewer left off. Pages say so while they play, and with a beacon when they are left.
#[server(prefix = "/fn", endpoint = "save_position")]
pub async fn save_position(id: VideoId, position_ms: i64) -> Result<(), AppError> {
    use crate::server::{call, positions};
    call(|app, viewer| async move { positions::save_position(&app, &viewer, id, position_ms).await }).await
}
