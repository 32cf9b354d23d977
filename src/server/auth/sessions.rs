//! A session's life: opened at sign-in, its refresh token swapped at each use, ended at sign-out.

use super::{cookies::REFRESH_SECS, tokens::fingerprint};
use crate::{
    model::{UserId, Viewer},
    server::{App, Result, clock::now_ms, secrets::random_token},
};
use http::{HeaderMap, header::SET_COOKIE};

/// How long a refresh token that was just swapped is still taken: two tabs wake up at the same moment.
const ROTATION_GRACE_MS: i64 = 30_000;

/// What a signed-in browser or program is handed.
pub struct Credentials {
    pub viewer: Viewer,
    pub access_token: String,
    /// `None` when another tab got the new one a moment ago.
    pub refresh_token: Option<String>,
}

impl Credentials {
    /// Puts the cookies on a response.
    pub fn set_cookies(&self, app: &App, headers: &mut HeaderMap) {
        let cookies = app.cookies;
        let refresh = self.refresh_token.as_deref().and_then(|token| cookies.set_refresh(token));
        for value in cookies.set_access(&self.access_token).into_iter().chain(refresh) {
            headers.append(SET_COOKIE, value);
        }
    }
}

/// Opens a session for a person who has just proved who they are.
pub async fn open(app: &App, user_id: UserId, email: String) -> Result<Credentials> {
    let viewer = Viewer { user_id, email, session_id: uuid::Uuid::new_v4().to_string() };
    let refresh_token = random_token();
    app.db.insert_session(&viewer.session_id, user_id, &fingerprint(&refresh_token), refresh_expiry()).await?;
    credentials(app, viewer, Some(refresh_token))
}

/// Swaps a refresh token for fresh credentials. `None` when it is not good, or was swapped long ago: then a copy of it
/// is in other hands, and the session ends.
pub async fn refresh(app: &App, token: &str) -> Result<Option<Credentials>> {
    let (old, fresh) = (fingerprint(token), random_token());
    let (session, fresh) = match app.db.rotate_session(&old, &fingerprint(&fresh), refresh_expiry()).await? {
        Some(session) => (session, Some(fresh)),
        None => match app.db.session_by_previous(&old, now_ms() - ROTATION_GRACE_MS).await? {
            Some(session) => (session, None),
            None => {
                if let Some(session) = app.db.revoke_by_previous(&old).await? {
                    tracing::warn!(session, "a refresh token was used again long after its rotation; the session is ended");
                    app.live_sessions.invalidate(&session).await;
                }
                return Ok(None);
            }
        },
    };
    let Some(user) = app.db.user(session.user_id).await? else { return Ok(None) };
    credentials(app, Viewer { user_id: user.id, email: user.email, session_id: session.id }, fresh).map(Some)
}

/// Who holds a refresh token. It stays as it is.
pub async fn holder(app: &App, token: &str) -> Result<Option<Viewer>> {
    let Some(session) = app.db.session_by_refresh(&fingerprint(token)).await? else { return Ok(None) };
    let user = app.db.user(session.user_id).await?;
    Ok(user.map(|user| Viewer { user_id: user.id, email: user.email, session_id: session.id }))
}

/// Ends a session, here at once and elsewhere within the cache's ten seconds.
pub async fn close(app: &App, session: &str) -> Result<()> {
    app.db.revoke_session(session).await?;
    app.live_sessions.invalidate(session).await;
    Ok(())
}

/// Is the session still good? Cached for at most ten seconds.
pub async fn is_live(app: &App, session: &str) -> Result<bool> {
    if let Some(live) = app.live_sessions.get(session).await {
        return Ok(live);
    }
    let live = app.db.session_is_live(session).await?;
    app.live_sessions.insert(session.to_owned(), live).await;
    Ok(live)
}

fn credentials(app: &App, viewer: Viewer, refresh_token: Option<String>) -> Result<Credentials> {
    let access_token = app.tokens.sign(&viewer, now_ms() / 1000)?;
    Ok(Credentials { viewer, access_token, refresh_token })
}

fn refresh_expiry() -> i64 {
    now_ms() + REFRESH_SECS * 1000
}
