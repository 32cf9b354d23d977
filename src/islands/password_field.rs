//! A password with "show": typing blind is how people lock themselves out.

use leptos::prelude::*;

/// The field, its label, and the sentence under it when it was refused.
#[island]
pub fn PasswordField(
    /// `current-password` or `new-password`, for the password manager.
    autocomplete: String,
    hint: Option<String>,
    error: Option<String>,
) -> impl IntoView {
    let shown = RwSignal::new(false);
    let bad = error.is_some();
    let described = if bad { Some("password-error") } else { hint.as_ref().map(|_| "password-hint") };
    view! {
        <div class="field">
            <label for="password">"Password"</label>
            <div class="password">
                <input
                    id="password"
                    name="password"
                    type=move || if shown.get() { "text" } else { "password" }
                    autocomplete=autocomplete
                    required
                    autofocus=bad
                    aria-invalid=bad.then_some("true")
                    aria-describedby=described
                />
                <button
                    type="button"
                    class="quiet"
                    aria-pressed=move || shown.get().to_string()
                    on:click=move |_| shown.update(|s| *s = !*s)
                >
                    {move || if shown.get() { "Hide" } else { "Show" }}
                </button>
            </div>
            {match error {
                Some(error) => view! { <p class="field-error" id="password-error" role="alert">{error}</p> }.into_any(),
                None => hint.map(|hint| view! { <p class="hint" id="password-hint">{hint}</p> }).into_any(),
            }}
        </div>
    }
}
