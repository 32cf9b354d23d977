//! `/videos/{id}`: title → player → notes, transcript, statistics.

use super::{frame::Frame, problem::Problem};
use crate::{
    api::{get_transcript, get_video, get_video_stats, get_video_stream, get_viewer, list_notes},
    islands::{
        icon::{Icon, IconView},
        player::video_player::VideoPlayer,
        tabs::VideoTabs,
        video_title::VideoTitle,
    },
    model::{AppError, ErrorCode, Note, StreamState, Transcript, Video, VideoId, VideoState, VideoStats},
};
use leptos::{nonce::use_nonce, prelude::*};
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;

/// hls.js, from npm through the lock file; its version is in the name because it is cached for ever.
const HLS_JS: &str = "/vendor/hls-1.7.4.min.js";

/// All that the page shows.
struct Content {
    video: Video,
    stream: Result<StreamState, AppError>,
    notes: Vec<Note>,
    transcript: Option<Transcript>,
    stats: VideoStats,
}

async fn load(id: VideoId) -> Result<Content, AppError> {
    // First, so that a recording that is not the viewer's is refused before anything is started for it.
    let video = get_video(id).await?;
    if video.state == VideoState::Uploading {
        return Err(AppError::new(ErrorCode::IncompleteUpload, "This recording is still being uploaded."));
    }
    let notes = list_notes(id).await?;
    let transcript = get_transcript(id).await?;
    let stats = get_video_stats(id).await?;
    // A stream that failed is no reason for the page to fail: the player says so and offers to try again.
    let stream = get_video_stream(id).await;
    Ok(Content { video, stream, notes, transcript, stats })
}

#[component]
pub fn VideoPage() -> impl IntoView {
    // What is no id at all is treated like an id nobody has.
    let id =
        use_params_map().with_untracked(|params| params.get("id")).and_then(|id| id.parse().ok()).unwrap_or(VideoId(uuid::Uuid::nil()));
    Suspend::new(async move {
        let viewer = get_viewer().await.ok().flatten();
        match load(id).await {
            Ok(content) => view! {
                <Title text=format!("{} · Notetaker", content.video.title) />
                // In the body: what a suspended page adds to the head may come too late to be in it.
                <script src=HLS_JS defer nonce=use_nonce()></script>
                <Frame viewer><Recording content /></Frame>
            }
            .into_any(),
            Err(error) => view! { <Frame viewer><Problem error /></Frame> }.into_any(),
        }
    })
}

#[component]
fn Recording(content: Content) -> impl IntoView {
    let Content { video, stream, notes, transcript, stats } = content;
    let id = video.id;
    view! {
        <div class="watch">
            <div class="watch-head">
                <a class="back" href="/"><IconView icon=Icon::Back />"Recordings"</a>
                <VideoTitle id title=video.title />
            </div>
            <div class="stage">
                <VideoPlayer id initial=stream poster=video.poster_url duration_ms=video.duration_ms sound=video.width.is_none() />
            </div>
            <div class="beside"><VideoTabs id notes transcript stats /></div>
        </div>
    }
}
