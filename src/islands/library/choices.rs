//! Which recordings, and in which order: links, so that they work without a script and have addresses of their own.

use crate::{
    islands::icon::{Icon, IconView},
    model::library::{Show, Sort, Surroundings},
};
use leptos::prelude::*;
use leptos_router::location::Url;

/// What the page's address says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Chosen {
    pub sort: Sort,
    pub show: Option<Show>,
    pub tag: Option<String>,
}

impl Chosen {
    /// The address of the first page of it.
    pub fn address(&self) -> String {
        let sort = (self.sort != Sort::default()).then(|| ["sort=", self.sort.name()].concat());
        let state = self.show.map(|show| ["state=", show.name()].concat());
        let tag = self.tag.as_ref().map(|tag| ["tag=", &Url::escape(tag)].concat());
        let query: Vec<String> = [sort, state, tag].into_iter().flatten().collect();
        if query.is_empty() { "/".into() } else { ["/?", &query.join("&")].concat() }
    }

    /// The address with one more field.
    pub fn with(&self, name: &str, value: &str) -> String {
        let address = self.address();
        [&*address, if address.contains('?') { "&" } else { "?" }, name, "=", value].concat()
    }

    /// Whether some are left out.
    pub fn is_narrow(&self) -> bool {
        self.show.is_some() || self.tag.is_some()
    }

    fn sorted(&self, sort: Sort) -> Self {
        Self { sort, ..self.clone() }
    }

    fn showing(&self, show: Option<Show>) -> Self {
        Self { show, ..self.clone() }
    }

    fn tagged(&self, tag: Option<&str>) -> Self {
        Self { tag: tag.map(str::to_owned), ..self.clone() }
    }

    fn has_tag(&self, tag: &str) -> bool {
        self.tag.as_ref().is_some_and(|chosen| chosen.to_lowercase() == tag.to_lowercase())
    }
}

/// Order and state, each a menu that opens without a script.
#[component]
pub fn Choices(chosen: Chosen) -> impl IntoView {
    let orders = Sort::ALL.into_iter().map(|sort| (chosen.sorted(sort).address(), sort.label(), sort == chosen.sort)).collect();
    let all = (chosen.showing(None).address(), "All", chosen.show.is_none());
    let states = Show::ALL.into_iter().map(|show| (chosen.showing(Some(show)).address(), show.label(), chosen.show == Some(show)));
    let states = std::iter::once(all).chain(states).collect();
    view! {
        <div class="choices">
            <Menu name="Sort" now=chosen.sort.label() items=orders />
            <Menu name="State" now=chosen.show.map_or("All", Show::label) items=states />
        </div>
    }
}

#[component]
fn Menu(name: &'static str, now: &'static str, items: Vec<(String, &'static str, bool)>) -> impl IntoView {
    view! {
        // Of those with one name the browser opens one at a time.
        <details class="menu" name="choices">
            <summary><span class="dim">{name}": "</span>{now}<IconView icon=Icon::Down /></summary>
            <ul>
                {items.into_iter().map(|(href, label, chosen)| view! {
                    <li><a href=href aria-current=chosen.then_some("true")>{label}{chosen.then(|| view! { <IconView icon=Icon::Check /> })}</a></li>
                }).collect_view()}
            </ul>
        </details>
    }
}

/// The tags, as a row that scrolls on a narrow screen. The chosen one leads back to all.
#[component]
pub fn TagRow(chosen: Chosen, around: Surroundings) -> impl IntoView {
    // A tag that no recording has any more still is what the page was asked for.
    let lost = chosen.tag.clone().filter(|tag| !around.tags.iter().any(|known| known.label.to_lowercase() == tag.to_lowercase()));
    let none = around.tags.is_empty() && lost.is_none();
    let known = around.tags.into_iter().map(|tag| (tag.label, Some(tag.count)));
    let chips = lost.map(|tag| (tag, None)).into_iter().chain(known).map(|(tag, count)| {
        let on = chosen.has_tag(&tag);
        let href = chosen.tagged((!on).then_some(tag.as_str())).address();
        view! {
            <li>
                <a class="tag" href=href aria-current=on.then_some("true")>
                    {tag}
                    {count.map(|count| view! { <span class="count">{count}</span> })}
                    {on.then(|| view! { <IconView icon=Icon::Close /> })}
                </a>
            </li>
        }
    });
    (!none).then(|| view! { <nav class="tag-row" aria-label="Tags"><ul>{chips.collect_view()}</ul></nav> })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_names_only_what_is_not_ordinary() {
        assert_eq!(Chosen::default().address(), "/");
        let chosen = Chosen { sort: Sort::Title, show: Some(Show::Started), tag: Some("R&D, Ünit".into()) };
        assert_eq!(chosen.address(), "/?sort=title&state=started&tag=R%26D%2C%20%C3%9Cnit");
        assert_eq!(Chosen::default().with("cursor", "1_2"), "/?cursor=1_2");
        assert_eq!(chosen.tagged(None).showing(None).with("shown", "48"), "/?sort=title&shown=48");
    }
}
