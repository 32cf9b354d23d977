//! The one card of "sign in" and "sign up": a plain form that works without JavaScript.

use super::frame::{ThemeSwitch, Wordmark};
use crate::islands::password_field::PasswordField;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

/// What differs between the two pages.
pub struct Words {
    pub action: &'static str,
    pub heading: &'static str,
    pub button: &'static str,
    /// What this is, in one sentence.
    pub about: &'static str,
    pub autocomplete: &'static str,
    pub hint: Option<&'static str>,
    pub other_question: &'static str,
    pub other_href: &'static str,
    pub other_label: &'static str,
}

/// The field an error belongs to. What belongs to neither stands over the form.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Form,
    Email,
    Password,
}

#[component]
pub fn AccountForm(words: Words) -> impl IntoView {
    let query = use_query_map().get_untracked();
    let value = |name: &str| query.get(name).unwrap_or_default();
    let (email, next) = (value("email"), value("next"));
    let error = query.get("error").map(|code| sentence(&code));
    let error_at = |place: Place| error.filter(|(at, _)| *at == place).map(|(_, text)| text);
    let (form_error, email_error, password_error) = (error_at(Place::Form), error_at(Place::Email), error_at(Place::Password));
    let email_bad = email_error.is_some();
    // Focus goes to the first field that needs something, and what is wrong is read out with it.
    let start_at_email = email_bad || password_error.is_none();
    let described = if email_bad { Some("email-error") } else { form_error.map(|_| "form-error") };
    let other = if next.is_empty() {
        words.other_href.to_string()
    } else {
        format!("{}?next={}", words.other_href, leptos_router::location::Url::escape(&next))
    };
    view! {
        <Title text=format!("{} · Notetaker", words.heading) />
        <main id="main" class="account-page">
            <div class="account-card">
                <Wordmark />
                <div class="account-words">
                    <h1>{words.heading}</h1>
                    <p class="dim">{words.about}</p>
                </div>
                {form_error.map(|text| view! { <p class="form-error" id="form-error" role="alert">{text}</p> })}
                <form method="post" action=words.action>
                    <input type="hidden" name="next" value=next />
                    <div class="field">
                        <label for="email">"E-mail"</label>
                        <input
                            id="email"
                            name="email"
                            type="email"
                            autocomplete="username"
                            autocapitalize="none"
                            spellcheck="false"
                            value=email
                            required
                            autofocus=start_at_email
                            aria-invalid=email_bad.then_some("true")
                            aria-describedby=described
                        />
                        {email_error.map(|text| view! {
                            <p class="field-error" id="email-error" role="alert">{text}</p>
                        })}
                    </div>
                    <PasswordField
                        autocomplete=words.autocomplete
                        hint=words.hint
                        error=password_error
                    />
                    <button type="submit" class="primary">{words.button}</button>
                </form>
                <p class="account-other">{words.other_question}" "<a href=other>{words.other_label}</a></p>
            </div>
        </main>
        // After the form: whoever comes by keyboard wants to write first.
        <footer class="account-foot"><ThemeSwitch /></footer>
    }
}

/// The sentence for an error code, and where it belongs.
fn sentence(code: &str) -> (Place, &'static str) {
    match code {
        "wrong_credentials" => (Place::Password, "E-mail and password do not match. Check both and try again."),
        "email_invalid" => (Place::Email, "This is not an e-mail address. It looks like name@example.com."),
        "email_taken" => (Place::Email, "There is an account with this e-mail already. Sign in instead."),
        "password_short" => (Place::Password, "Too short: use at least 8 characters. A few words make a good one."),
        "password_long" => (Place::Password, "Too long: use a shorter password."),
        "too_many_requests" => (Place::Form, "Too many tries. Wait a minute, then try again."),
        _ => (Place::Form, "That did not work just now. Please try again in a moment."),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_error_stands_beside_its_field() {
        assert!(sentence("email_taken").0 == Place::Email);
        assert!(sentence("password_short").0 == Place::Password);
        assert!(sentence("unavailable").0 == Place::Form);
        assert!(sentence("<script>").0 == Place::Form);
    }
}
