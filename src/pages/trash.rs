//! `/trash`: what can be had back for thirty days. All of it is plain forms; a script only helps with ticking.

use super::{frame::Frame, problem::Problem};
use crate::{
    api::{get_viewer, list_trash},
    islands::{
        icon::{Icon, IconView},
        library::{LiveShelf, selection::Pick},
    },
    model::{
        clock,
        library::{TRASH_DAYS, TrashList, Trashed},
    },
};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

#[component]
pub fn TrashPage() -> impl IntoView {
    let cursor = use_query_map().with_untracked(|query| query.get("cursor")).filter(|cursor| !cursor.is_empty());
    let first_page = cursor.is_none();
    Suspend::new(async move {
        let viewer = get_viewer().await.ok().flatten();
        let content = match list_trash(cursor).await {
            Ok(list) => view! { <Title text="Trash · Notetaker" /><Trash list first_page /> }.into_any(),
            Err(error) => view! { <Problem error /> }.into_any(),
        };
        view! { <Frame viewer search=Some(String::new())>{content}</Frame> }
    })
}

#[component]
fn Trash(list: TrashList, first_page: bool) -> impl IntoView {
    let TrashList { items, next_cursor, total } = list;
    // A later page may have nothing any more while the first has.
    let empty = total == 0;
    view! {
        <LiveShelf>
            <div class="library trash">
                <header class="library-head">
                    <a class="back" href="/"><IconView icon=Icon::Back />"Recordings"</a>
                    <h1>"Trash "<span class="count">{(!empty).then_some(total)}</span></h1>
                    {(!empty).then(|| view! { <EmptyTrash total /> })}
                </header>
                <p class="hint trash-hint" hidden=empty>
                    {format!("Recordings stay here for {TRASH_DAYS} days with their notes, tags and transcripts, and nobody can watch them. Then they are deleted for good.")}
                </p>
                <section class="empty" hidden=!empty>
                    <IconView icon=Icon::Trash />
                    <h2>"The trash is empty"</h2>
                    <p>{format!("What you move here can be had back for {TRASH_DAYS} days.")}</p>
                    <a class="button" href="/">"To your recordings"</a>
                </section>
                <ul class="shelf" hidden=empty>{items.into_iter().map(|item| view! { <li><TrashedCard item /></li> }).collect_view()}</ul>
                <nav class="more" aria-label="More of the trash">
                    {(!first_page).then(|| view! { <a class="button" href="/trash">"Back to the first"</a> })}
                    {next_cursor.map(|cursor| view! { <a class="button" href=["/trash?cursor=", &cursor].concat() rel="next">"Older"</a> })}
                </nav>
                <form id="selection" class="selection" method="post" action="/recordings" hidden>
                    <input type="hidden" name="next" value="/trash" />
                    <p class="selection-count" role="status" data-picked=""></p>
                    <button type="button" class="quiet needs-script" data-act="pick-all">"Select all"</button>
                    <button name="act" value="restore"><IconView icon=Icon::Retry />"Restore"</button>
                    <button type="button" class="icon-button quiet needs-script" data-act="pick-none" aria-label="Clear the selection" title="Clear the selection">
                        <IconView icon=Icon::Close />
                    </button>
                </form>
            </div>
        </LiveShelf>
    }
}

/// The question comes before the button, without a script.
#[component]
fn EmptyTrash(total: i64) -> impl IntoView {
    let what = if total == 1 { "One recording is".to_owned() } else { format!("All {total} recordings are") };
    view! {
        <details class="menu ask" name="ask">
            <summary>"Empty trash"</summary>
            <form method="post" action="/trash/empty">
                <p>{what}" deleted for good, with notes and transcripts. This cannot be undone."</p>
                <button type="submit" class="danger">"Delete all for good"</button>
            </form>
        </details>
    }
}

#[component]
fn TrashedCard(item: Trashed) -> impl IntoView {
    let Trashed { video, purge_at, .. } = item;
    let id = video.id.to_string();
    let (card, pick, restore) = (id.clone(), id.clone(), id.clone());
    let sound = video.width.is_none();
    let duration = video.duration_ms.map(clock::timecode);
    view! {
        <article class="card" data-video=card>
            <div class="poster" data-sound=sound>
                <IconView icon=if sound { Icon::Sound } else { Icon::Film } />
                {duration.map(|duration| view! { <span class="chip time">{duration}</span> })}
            </div>
            <Pick id=pick title=video.title.clone() />
            <h2 class="card-title" data-title="">{video.title}</h2>
            <p class="card-line">{["Until ", &clock::day(purge_at), " · ", &clock::bytes(video.size_bytes)].concat()}</p>
            <div class="card-buttons">
                <form method="post" action="/recordings">
                    <input type="hidden" name="id" value=restore />
                    <input type="hidden" name="next" value="/trash" />
                    <button name="act" value="restore"><IconView icon=Icon::Retry />"Restore"</button>
                </form>
                <details class="menu ask" name="ask">
                    <summary>"Delete"</summary>
                    <form method="post" action="/recordings">
                        <input type="hidden" name="id" value=id />
                        <input type="hidden" name="next" value="/trash" />
                        <p>"With its notes and its transcript. This cannot be undone."</p>
                        <button name="act" value="delete" class="danger">"Delete for good"</button>
                    </form>
                </details>
            </div>
        </article>
    }
}
