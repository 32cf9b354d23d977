//! A password with "Show": typing blind is how people lock themselves out.

use super::awake::awake;
use crate::browser::dom;
use leptos::prelude::*;
use web_sys::HtmlElement;

/// The field, its label, and the sentence under it when it was refused.
#[component]
pub fn PasswordField(
    /// `current-password` or `new-password`, for the password manager.
    autocomplete: &'static str,
    hint: Option<&'static str>,
    error: Option<&'static str>,
) -> impl IntoView {
    let described = if error.is_some() { Some("password-error") } else { hint.map(|_| "password-hint") };
    view! {
        <div class="field">
            <label for="password">"Password"</label>
            <ShowPassword>
                <div class="password">
                    <input
                        id="password"
                        name="password"
                        type="password"
                        autocomplete=autocomplete
                        autocapitalize="none"
                        spellcheck="false"
                        required
                        autofocus=error.is_some()
                        aria-invalid=error.map(|_| "true")
                        aria-describedby=described
                    />
                    <button type="button" class="quiet needs-script" data-act="show" aria-controls="password" aria-label="Show password">
                        "Show"
                    </button>
                </div>
            </ShowPassword>
            {error.map(|error| view! { <p class="field-error" id="password-error" role="alert">{error}</p> })}
            {hint.filter(|_| error.is_none()).map(|hint| view! { <p class="hint" id="password-hint">{hint}</p> })}
        </div>
    }
}

#[island]
pub fn ShowPassword(children: Children) -> impl IntoView {
    awake(".password", |root| {
        let (Some(field), Some(button)) = (dom::find(&root, "input"), dom::find(&root, "button")) else { return };
        if let Some(form) = dom::around(&root, "form") {
            let (field, button) = (field.clone(), button.clone());
            // Password managers keep what was typed into a password field, and browsers offer again what was typed into any other.
            dom::listen(&form, "submit", move |_| show(&field, &button, false)).keep();
        }
        dom::on_act(&root, move |_, _| show(&field, &button, dom::attr(&field, "type") == "password")).keep();
    });
    children()
}

fn show(field: &HtmlElement, button: &HtmlElement, on: bool) {
    let (kind, word, label) = if on { ("text", "Hide", "Hide password") } else { ("password", "Show", "Show password") };
    dom::set_attr(field, "type", kind);
    dom::set_attr(button, "aria-label", label);
    dom::set_text(button, word);
}
