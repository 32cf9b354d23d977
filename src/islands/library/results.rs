//! What a search found: recordings, and in each the places with a way to the moment.

use crate::{
    islands::icon::{Icon, IconView},
    model::{
        clock,
        search::{Found, Hit, HitKind, SearchResults},
    },
};
use leptos::prelude::*;
use leptos_router::location::Url;

/// What was asked for and what came of it. `None` is the empty place for what is found while one types.
#[component]
pub fn Results(asked: Option<(String, SearchResults)>, first_page: bool) -> impl IntoView {
    let shown = asked.is_some();
    view! { <section class="results" aria-label="Search results" hidden=!shown>{asked.map(|(query, found)| answer(query, found, first_page))}</section> }
}

fn answer(query: String, found: SearchResults, first_page: bool) -> AnyView {
    if found.results.is_empty() {
        return view! {
            <div class="empty">
                <IconView icon=Icon::Search />
                <h1 data-found="">"Nothing found for “"{query}"”"</h1>
                <p>"Every word has to be somewhere in a recording: in its title, in a note, or in what was said. Try fewer words, or only their beginnings."</p>
                <a class="button" href="/">"All recordings"</a>
            </div>
        }
        .into_any();
    }
    let count =
        [&*found.total.to_string(), if found.total == 1 { " recording" } else { " recordings" }, if first_page { "" } else { " left" }]
            .concat();
    let search = ["/?q=", &Url::escape(&query)].concat();
    let older = found.next_cursor.map(|cursor| [&search, "&cursor=", &cursor].concat());
    view! {
        <header class="results-head">
            <h1>"Found for “"{query}"”"</h1>
            <p class="dim" data-found="">{count}</p>
        </header>
        <ol class="result-list">{found.results.into_iter().map(|found| view! { <Result found /> }).collect_view()}</ol>
        {(older.is_some() || !first_page).then(|| view! {
            <nav class="more" aria-label="More results">
                {(!first_page).then(|| view! { <a class="button" href=search>"Best results"</a> })}
                {older.map(|href| view! { <a class="button" href=href rel="next" data-more="">"More results"</a> })}
            </nav>
        })}
    }
    .into_any()
}

#[component]
fn Result(found: Found) -> impl IntoView {
    let Found { video, hits, more_hits } = found;
    let page = format!("/videos/{}", video.id);
    let (titles, places): (Vec<Hit>, Vec<Hit>) = hits.into_iter().partition(|hit| hit.kind == HitKind::Title);
    // The title as a whole, whatever of it the hit shows.
    let title = match titles.first().filter(|hit| hit.text == video.title) {
        Some(hit) => marked(&hit.text, &hit.ranges),
        None => video.title.clone().into_any(),
    };
    let sound = video.width.is_none();
    let line = [Some(clock::day(video.created_at)), video.duration_ms.map(clock::timecode)];
    let line = line.into_iter().flatten().collect::<Vec<_>>().join(" · ");
    let more = (more_hits > 0)
        .then(|| [&*more_hits.to_string(), if more_hits == 1 { " more place" } else { " more places" }, " in this recording"].concat());
    view! {
        <li class="result">
            <div class="poster" data-sound=sound>
                <IconView icon=if sound { Icon::Sound } else { Icon::Film } />
                {video.poster_url.clone().map(|url| view! { <img src=url alt="" loading="lazy" decoding="async" width="320" height="180" /> })}
            </div>
            <div class="result-words">
                <h2><a href=page.clone() data-hit="">{title}</a></h2>
                <p class="card-line">{line}</p>
                <ul class="hits">{places.into_iter().map(|hit| place(&page, hit)).collect_view()}</ul>
                {more.map(|more| view! { <p class="hint">{more}</p> })}
            </div>
        </li>
    }
}

/// One place: its moment, who speaks, and the words. All of it is the link there.
fn place(page: &str, hit: Hit) -> AnyView {
    let at = hit.at_ms.unwrap_or(0);
    let href = [page, "?t=", &(at / 1_000).to_string()].concat();
    let who = match hit.kind {
        HitKind::Note => Some(view! { <span class="hit-who"><IconView icon=Icon::Pencil />"Note "</span> }.into_any()),
        _ => hit.speaker.map(|name| view! { <span class="hit-who">{name}" "</span> }.into_any()),
    };
    view! {
        <li>
            <a class="hit" href=href data-hit="">
                <span class="time">{clock::timecode(at)}</span>
                <span class="hit-words">{who}{marked(&hit.text, &hit.ranges)}</span>
            </a>
        </li>
    }
    .into_any()
}

/// A text with what was asked for marked.
fn marked(text: &str, ranges: &[(u32, u32)]) -> AnyView {
    let chars: Vec<char> = text.chars().collect();
    let part = |from: usize, to: usize| chars[from.min(chars.len())..to.min(chars.len())].iter().collect::<String>();
    let mut parts = Vec::new();
    let mut at = 0;
    for &(from, to) in ranges {
        let (from, to) = (from as usize, to as usize);
        parts.push(part(at, from).into_any());
        parts.push(view! { <mark>{part(from, to)}</mark> }.into_any());
        at = to;
    }
    parts.push(part(at, chars.len()).into_any());
    parts.into_any()
}
