//! `/videos/{id}`: title → player → notes, transcript, statistics.

use super::{frame::Frame, inline::BOOT, problem::Problem, watch_head::WatchHead};
use crate::{
    api::{get_transcript, get_video, get_video_stats, get_video_stream, get_viewer, list_notes},
    islands::{player::video_player::VideoPlayer, tabs::VideoTabs},
    model::{AppError, ErrorCode, Note, StreamState, Transcript, Video, VideoId, VideoState, VideoStats, Viewer},
};
use leptos::{nonce::use_nonce, prelude::*};
use leptos_meta::Title;
use leptos_router::hooks::{use_params_map, use_query_map};

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
    let asked_ms = use_query_map().with_untracked(|query| query.get("t")).and_then(|t| moment(&t));
    Suspend::new(async move {
        let viewer = get_viewer().await.ok().flatten();
        match load(id).await {
            Ok(content) => view! {
                <Title text=page_title(&content.video.title) />
                <Frame viewer=viewer.clone()><Recording content viewer asked_ms /></Frame>
            }
            .into_any(),
            Err(error) => view! { <Frame viewer><Problem error /></Frame> }.into_any(),
        }
    })
}

/// A title for the page's head. leptos_meta writes it as it is, so what could end the element is escaped here.
fn page_title(title: &str) -> String {
    format!("{} · Notetaker", title.replace('&', "&amp;").replace('<', "&lt;"))
}

/// The seconds of `?t=`, in milliseconds. What is no number, or lies before the start, asks for nothing.
fn moment(t: &str) -> Option<i64> {
    t.parse::<u32>().ok().map(|secs| i64::from(secs) * 1000)
}

#[component]
fn Recording(content: Content, viewer: Option<Viewer>, asked_ms: Option<i64>) -> impl IntoView {
    let Content { video, stream, notes, transcript, stats } = content;
    let id = video.id;
    let captions = transcript.is_some().then(|| format!("/api/videos/{id}/captions.vtt"));
    let viewer = viewer.map(|viewer| viewer.user_id.to_string()).unwrap_or_default();
    let poster = video.poster_url.clone();
    view! {
        // In the body: what a suspended page adds to the head may come too late to be in it.
        {poster.map(|href| view! { <link rel="preload" href=href r#as="image" fetchpriority="high" /> })}
        <div class="watch">
            <WatchHead id title=video.title.clone() />
            <div class="stage">
                <VideoPlayer video initial=stream asked_ms captions viewer />
                // Right behind the markup it reads; it loads hls.js where that is needed.
                <script type="module" r#async=true data-hls=HLS_JS nonce=use_nonce()>{BOOT.as_str()}</script>
            </div>
            <div class="beside"><VideoTabs id notes transcript stats /></div>
        </div>
    }
}
