//! Sign up and sign in: the same two steps for the REST contract and for the plain forms.

use super::{
    password,
    sessions::{self, Credentials},
};
use crate::{
    model::{AppError, ErrorCode, UserId},
    server::{App, Error, Result, db},
};

/// After this many wrong passwords for one e-mail within the window, further tries are put off.
const MAX_FAILURES: u32 = 20;

/// What is wrong with a sign-up or sign-in. The forms show each beside its field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Problem {
    EmailInvalid,
    EmailTaken,
    PasswordShort,
    PasswordLong,
    WrongCredentials,
    TooManyRequests,
}

impl Problem {
    /// The name a form gets in its address.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::EmailInvalid => "email_invalid",
            Self::EmailTaken => "email_taken",
            Self::PasswordShort => "password_short",
            Self::PasswordLong => "password_long",
            Self::WrongCredentials => "wrong_credentials",
            Self::TooManyRequests => "too_many_requests",
        }
    }
}

impl From<Problem> for AppError {
    fn from(problem: Problem) -> Self {
        match problem {
            Problem::EmailInvalid => Self::invalid("This is not an e-mail address."),
            Problem::EmailTaken => Self::new(ErrorCode::Conflict, "There is an account with this e-mail already. Sign in instead."),
            Problem::PasswordShort => Self::invalid(format!("The password needs at least {} characters.", password::MIN_CHARS)),
            Problem::PasswordLong => Self::invalid(format!("The password may have at most {} characters.", password::MAX_CHARS)),
            Problem::WrongCredentials => Self::new(ErrorCode::WrongCredentials, "The e-mail or the password is wrong."),
            Problem::TooManyRequests => {
                Self::new(ErrorCode::TooManyRequests, "Too many wrong passwords for this e-mail. Please wait a few minutes.")
            }
        }
    }
}

/// Either a problem the person can mend, or a fault of ours.
pub type Outcome = Result<std::result::Result<Credentials, Problem>>;

/// Makes an account and signs in.
pub async fn sign_up(app: &App, email: &str, password: &str) -> Outcome {
    let Some(email) = clean_email(email) else { return Ok(Err(Problem::EmailInvalid)) };
    match password.chars().count() {
        ..password::MIN_CHARS => return Ok(Err(Problem::PasswordShort)),
        count if count > password::MAX_CHARS => return Ok(Err(Problem::PasswordLong)),
        _ => {}
    }
    let hash = app.passwords.hash(password.to_owned()).await?;
    let user_id = UserId(uuid::Uuid::new_v4());
    match app.db.insert_user(user_id, &email, &hash).await {
        Ok(()) => Ok(Ok(sessions::open(app, user_id, email).await?)),
        Err(error) if db::is_conflict(&error) => Ok(Err(Problem::EmailTaken)),
        Err(error) => Err(Error::Db(error)),
    }
}

/// Signs in. An unknown e-mail and a wrong password look the same and take the same time.
pub async fn sign_in(app: &App, email: &str, password: &str) -> Outcome {
    let email = email.trim().to_lowercase();
    if app.failures.get(&email).await.unwrap_or(0) >= MAX_FAILURES {
        return Ok(Err(Problem::TooManyRequests));
    }
    let user = if password.chars().count() <= password::MAX_CHARS { app.db.user_by_email(&email).await? } else { None };
    let short: String = password.chars().take(password::MAX_CHARS).collect();
    let fits = app.passwords.verify(short, user.as_ref().map(|user| user.password_hash.clone())).await?;
    match user.filter(|_| fits) {
        Some(user) => {
            app.failures.invalidate(&email).await;
            Ok(Ok(sessions::open(app, user.id, user.email).await?))
        }
        None => {
            app.failures.entry(email).and_upsert_with(|seen| std::future::ready(seen.map_or(1, |entry| entry.into_value() + 1))).await;
            Ok(Err(Problem::WrongCredentials))
        }
    }
}

/// An address as it is kept: trimmed and in lower case. `None` when mail could never reach it.
fn clean_email(raw: &str) -> Option<String> {
    let email = raw.trim().to_lowercase();
    let (name, host) = email.rsplit_once('@')?;
    let plausible = !name.is_empty()
        && !host.is_empty()
        && !host.starts_with('.')
        && !host.ends_with('.')
        && email.len() <= 254
        && !email.chars().any(|c| c.is_whitespace() || c.is_control());
    plausible.then_some(email)
}

#[cfg(test)]
mod tests {
    use super::clean_email;

    #[test]
    fn addresses_are_trimmed_lowered_and_checked() {
        assert_eq!(clean_email(" Ana@Example.com "), Some("ana@example.com".into()));
        for bad in ["", "ana", "@example.com", "ana@", "a b@c.de", "ana@.com"] {
            assert_eq!(clean_email(bad), None, "{bad}");
        }
    }
}
