//! The library's calls: several recordings at a time, by their ids with commas between.

use super::{
    call::{call, understood},
    read,
};
use crate::model::AppError;
pub use read::library::Tags;

pub async fn trash_videos(ids: &str) -> Result<(), AppError> {
    call("trash_videos", &[("ids", ids)]).await.map(drop)
}

pub async fn restore_videos(ids: &str) -> Result<(), AppError> {
    call("restore_videos", &[("ids", ids)]).await.map(drop)
}

pub async fn tag_videos(ids: &str, tag: &str, on: bool) -> Result<Vec<Tags>, AppError> {
    let answer = call("tag_videos", &[("ids", ids), ("tag", tag), ("on", if on { "true" } else { "false" })]).await?;
    understood(read::library::tagged(&answer))
}
