//! `/videos/{id}/stats`: the numbers of one recording on a page of their own, for print and where no script runs.

use super::{frame::Frame, problem::Problem};
use crate::{
    api::{get_video, get_video_numbers, get_viewer},
    islands::tabs::StatsPanel,
    model::{AppError, VideoId},
};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;

#[component]
pub fn VideoStatsPage() -> impl IntoView {
    // What is no id at all is treated like an id nobody has.
    let id =
        use_params_map().with_untracked(|params| params.get("id")).and_then(|id| id.parse().ok()).unwrap_or(VideoId(uuid::Uuid::nil()));
    Suspend::new(async move {
        let viewer = get_viewer().await.ok().flatten();
        let found = async { Ok::<_, AppError>((get_video(id).await?, get_video_numbers(id).await?)) };
        let content = match found.await {
            Ok((video, numbers)) => view! {
                <Title text="Statistics · Notetaker" />
                <div class="stats-page">
                    <p><a href=format!("/videos/{id}")>"‹ Back to the recording"</a></p>
                    <h1>"Statistics of “"{video.title}"”"</h1>
                    <StatsPanel id numbers />
                </div>
            }
            .into_any(),
            Err(error) => view! { <Problem error /> }.into_any(),
        };
        view! { <Frame viewer>{content}</Frame> }
    })
}
