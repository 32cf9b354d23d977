//! Light, dark, or as the system has it: one button for the three.

use super::here;
use leptos::prelude::*;

const SUN: &str = "M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8ZM12 2.5v2M12 19.5v2M2.5 12h2M19.5 12h2M5.3 5.3l1.4 1.4M17.3 17.3l1.4 1.4M18.7 5.3l-1.4 1.4M6.7 17.3l-1.4 1.4";
const MOON: &str = "M20 14.6A8.5 8.5 0 0 1 9.4 4a8.5 8.5 0 1 0 10.6 10.6Z";
const HALF: &str = "M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17Zm0 0v17M15 5v14M18 7.5v9";

/// A plain form with three buttons, of which `frame.css` shows the one that leads on: first to the opposite of what one
/// sees, then to what the system has, then back to following the system. `browser/theme.js` does it without leaving the page.
#[component]
pub fn ThemeSwitch() -> impl IntoView {
    view! {
        <form class="theme" method="post" action="/theme">
            <input type="hidden" name="next" value=here() />
            {[("light", SUN, "Use the light theme"), ("dark", MOON, "Use the dark theme"), ("system", HALF, "Use the system's theme")]
                .map(|(name, path, label)| view! {
                    <button name="theme" value=name class="icon-button" aria-label=label title=label>
                        <svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false"><path d=path /></svg>
                    </button>
                })}
        </form>
    }
}
