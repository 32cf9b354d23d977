//! A password with "Show": typing blind is how people lock themselves out.

use super::awake::awake;
use crate::browser::dom;
use leptos::prelude::*;

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
                        required
                        autofocus=error.is_some()
                        aria-invalid=error.map(|_| "true")
                        aria-describedby=described
                    />
                    <button type="button" class="quiet needs-script" data-act="show" aria-pressed="false">"Show"</button>
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
        let field = dom::find(&root, "input");
        dom::on_act(&root, move |_, button| {
            if let Some(field) = &field {
                let show = dom::attr(button, "aria-pressed") == "false";
                dom::set_attr(field, "type", if show { "text" } else { "password" });
                dom::set_attr(button, "aria-pressed", if show { "true" } else { "false" });
                dom::set_text(button, if show { "Hide" } else { "Show" });
            }
        })
        .keep();
    });
    children()
}
