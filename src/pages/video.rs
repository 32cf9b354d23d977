//! `/videos/{id}`: title → player → notes, transcript, statistics.

use super::{ahead::Ahead, frame::Frame, inline::BOOT, problem::Problem, watch_head::WatchHead};
use crate::{
    api::{get_surroundings, get_transcript_head, get_video, get_video_stats, get_video_stream, get_viewer, list_chapters, list_notes},
    islands::{
        chapters::ChapterBar,
        player::video_player::VideoPlayer,
        tabs::{FIRST, VideoTabs},
    },
    model::{
        AppError, Chapters, ErrorCode, Note, StreamState, TranscriptPart, Video, VideoId, VideoState, VideoStats, Viewer,
        library::TagCount,
        moment::{BEFORE_THE_END_MS, moment_ms},
    },
};
use leptos::{nonce::use_nonce, prelude::*};
use leptos_meta::Title;
use leptos_router::hooks::{use_params_map, use_query_map};

/// hls.js, from npm through the lock file; its version is in the name because it is cached for ever.
pub(super) const HLS_JS: &str = "/vendor/hls-1.7.4.min.js";

/// All that the page shows.
struct Content {
    video: Video,
    stream: Result<StreamState, AppError>,
    chapters: Chapters,
    notes: Vec<Note>,
    transcript: Option<TranscriptPart>,
    stats: VideoStats,
    known_tags: Vec<TagCount>,
}

async fn load(id: VideoId) -> Result<Content, AppError> {
    // First, so that a recording that is not the viewer's is refused before anything is started for it.
    let video = get_video(id).await?;
    if video.state == VideoState::Uploading {
        return Err(AppError::new(ErrorCode::IncompleteUpload, "This recording is still being uploaded."));
    }
    let chapters = list_chapters(id).await?;
    let notes = list_notes(id).await?;
    let transcript = get_transcript_head(id, FIRST as u32).await?;
    let stats = get_video_stats(id).await?;
    let known_tags = get_surroundings().await?.tags;
    // A stream that failed is no reason for the page to fail: the player says so and offers to try again.
    let stream = get_video_stream(id).await;
    Ok(Content { video, stream, chapters, notes, transcript, stats, known_tags })
}

#[component]
pub fn VideoPage() -> impl IntoView {
    // What is no id at all is treated like an id nobody has.
    let id =
        use_params_map().with_untracked(|params| params.get("id")).and_then(|id| id.parse().ok()).unwrap_or(VideoId(uuid::Uuid::nil()));
    let asked_ms = use_query_map().with_untracked(|query| query.get("t")).and_then(|t| moment_ms(&t));
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

#[component]
fn Recording(content: Content, viewer: Option<Viewer>, asked_ms: Option<i64>) -> impl IntoView {
    let Content { video, stream, chapters, notes, transcript, stats, known_tags } = content;
    let id = video.id;
    let captions = transcript.is_some().then(|| format!("/api/videos/{id}/captions.vtt"));
    let language = transcript.as_ref().and_then(|transcript| transcript.language.clone());
    let viewer = viewer.map(|viewer| viewer.user_id.to_string()).unwrap_or_default();
    let poster = video.poster_url.clone();
    let duration_ms = video.duration_ms.unwrap_or(0);
    // On the very end, and beyond it, there is no picture.
    let asked_ms = asked_ms.map(|ms| if duration_ms > 0 { ms.min((duration_ms - BEFORE_THE_END_MS).max(0)) } else { ms });
    view! {
        <Ahead stream=stream.clone() duration_ms />
        // In the body: what a suspended page adds to the head may come too late to be in it.
        {poster.map(|href| view! { <link rel="preload" href=href r#as="image" fetchpriority="high" /> })}
        <div class="watch">
            <WatchHead id title=video.title.clone() tags=video.tags.clone() known_tags original_gone=video.original_gone />
            <div class="stage">
                <VideoPlayer video initial=stream asked_ms captions language viewer />
                // Right behind the markup it reads; it loads hls.js where that is needed.
                <script type="module" r#async=true data-hls=HLS_JS nonce=use_nonce()>{BOOT.as_str()}</script>
            </div>
            <div class="under"><ChapterBar id chapters /></div>
            <div class="beside"><VideoTabs id notes transcript stats /></div>
        </div>
    }
}
