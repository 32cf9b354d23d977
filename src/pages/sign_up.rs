//! `/sign-up`

use super::account_form::{AccountForm, Words};
use leptos::prelude::*;

#[component]
pub fn SignUpPage() -> impl IntoView {
    let words = Words {
        action: "/sign-up",
        heading: "Create an account",
        button: "Create account",
        about: "A private place for your recorded meetings: drop one in, and it plays at once, with notes and transcript beside it.",
        autocomplete: "new-password",
        hint: Some("At least 8 characters. A few words make a good one."),
        other_question: "You have an account?",
        other_href: "/sign-in",
        other_label: "Sign in",
    };
    view! { <AccountForm words /> }
}
