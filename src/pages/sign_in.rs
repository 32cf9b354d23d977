//! `/sign-in`

use super::account_form::{AccountForm, Words};
use leptos::prelude::*;

#[component]
pub fn SignInPage() -> impl IntoView {
    let words = Words {
        action: "/sign-in",
        heading: "Sign in",
        button: "Sign in",
        about: "Your recorded meetings, kept in private and played at once, with notes and transcript beside them.",
        autocomplete: "current-password",
        hint: None,
        other_question: "New here?",
        other_href: "/sign-up",
        other_label: "Create an account",
    };
    view! { <AccountForm words /> }
}
