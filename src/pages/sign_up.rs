//! `/sign-up`

use super::account_form::{AccountForm, Words};
use leptos::prelude::*;

#[component]
pub fn SignUpPage() -> impl IntoView {
    let words = Words {
        action: "/sign-up",
        heading: "Create an account",
        button: "Create account",
        autocomplete: "new-password",
        hint: Some("At least 8 characters. A few words make a good one."),
        other_question: "You have an account?",
        other_href: "/sign-in",
        other_label: "Sign in",
    };
    view! { <AccountForm words /> }
}
