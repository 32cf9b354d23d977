//! An upload that stopped halfway, in this browser or another. What is there of it waits for the rest.

use crate::{
    api::delete_video,
    islands::icon::{Icon, IconView},
    model::{AppError, Video, clock},
};
use leptos::{prelude::*, task::spawn_local};

#[component]
pub fn InterruptedCard(video: Video, videos: RwSignal<Vec<Video>>, choose: Callback<()>) -> impl IntoView {
    let id = video.id;
    let error = RwSignal::new(None::<AppError>);
    let cancel = move |_| {
        spawn_local(async move {
            match delete_video(id).await {
                Ok(()) => videos.update(|videos| videos.retain(|v| v.id != id)),
                Err(refused) => error.set(Some(refused)),
            }
        });
    };
    view! {
        <li data-upload=id.to_string() data-state="paused" data-interrupted="">
            <article class="card card-upload">
                <div class="poster">
                    <p class="upload-note">
                        <IconView icon=Icon::Clock />
                        "Upload interrupted – choose the same file again to go on."
                    </p>
                    {move || error.get().map(|e| view! { <p class="upload-error" role="alert">{e.message}</p> })}
                </div>
                <h2 class="card-title">{video.title}</h2>
                <p class="card-line">{video.file_name}" · "{clock::bytes(video.size_bytes)}</p>
                <div class="card-buttons needs-script">
                    <button type="button" on:click=move |_| choose.run(())>"Choose file"</button>
                    <button type="button" class="quiet" on:click=cancel>"Cancel"</button>
                </div>
            </article>
        </li>
    }
}
