//! Signed-in browsers and programs.

use super::{Db, id};
use crate::{model::UserId, server::clock::now_ms};

/// A session found by its refresh token.
#[derive(Clone, Debug)]
pub struct Session {
    pub id: String,
    pub user_id: UserId,
}

impl Db {
    pub async fn insert_session(&self, session: &str, user: UserId, refresh_hash: &str, expires_at: i64) -> sqlx::Result<()> {
        sqlx::query("INSERT INTO sessions (id, user_id, refresh_hash, rotated_at, created_at, expires_at) VALUES ($1, $2, $3, $4, $4, $5)")
            .bind(session)
            .bind(user.to_string())
            .bind(refresh_hash)
            .bind(now_ms())
            .bind(expires_at)
            .execute(&self.0)
            .await
            .map(drop)
    }

    /// Swaps a refresh token for the next one. `None` when the token is not the current one, or the session is over.
    pub async fn rotate_session(&self, old_hash: &str, new_hash: &str, expires_at: i64) -> sqlx::Result<Option<Session>> {
        self.one_session(
            sqlx::query_as(
                "UPDATE sessions SET previous_hash = refresh_hash, refresh_hash = $2, rotated_at = $3, expires_at = $4
                 WHERE refresh_hash = $1 AND revoked_at IS NULL AND expires_at > $3 RETURNING id, user_id",
            )
            .bind(old_hash)
            .bind(new_hash)
            .bind(now_ms())
            .bind(expires_at),
        )
        .await
    }

    /// The session that holds this refresh token.
    pub async fn session_by_refresh(&self, hash: &str) -> sqlx::Result<Option<Session>> {
        self.one_session(
            sqlx::query_as("SELECT id, user_id FROM sessions WHERE refresh_hash = $1 AND revoked_at IS NULL AND expires_at > $2")
                .bind(hash)
                .bind(now_ms()),
        )
        .await
    }

    /// The session whose token was rotated away since `since`: another tab was a moment faster.
    pub async fn session_by_previous(&self, hash: &str, since: i64) -> sqlx::Result<Option<Session>> {
        self.one_session(
            sqlx::query_as(
                "SELECT id, user_id FROM sessions
                 WHERE previous_hash = $1 AND rotated_at >= $2 AND revoked_at IS NULL AND expires_at > $3",
            )
            .bind(hash)
            .bind(since)
            .bind(now_ms()),
        )
        .await
    }

    /// Ends the session that this long-rotated token belonged to: someone else holds a copy of it.
    pub async fn revoke_by_previous(&self, hash: &str) -> sqlx::Result<Option<String>> {
        sqlx::query_scalar("UPDATE sessions SET revoked_at = $2 WHERE previous_hash = $1 AND revoked_at IS NULL RETURNING id")
            .bind(hash)
            .bind(now_ms())
            .fetch_optional(&self.0)
            .await
    }

    pub async fn revoke_session(&self, session: &str) -> sqlx::Result<()> {
        sqlx::query("UPDATE sessions SET revoked_at = $2 WHERE id = $1 AND revoked_at IS NULL")
            .bind(session)
            .bind(now_ms())
            .execute(&self.0)
            .await
            .map(drop)
    }

    /// Ends the session that holds this refresh token. Returns its id.
    pub async fn revoke_by_refresh(&self, hash: &str) -> sqlx::Result<Option<String>> {
        sqlx::query_scalar("UPDATE sessions SET revoked_at = $2 WHERE refresh_hash = $1 AND revoked_at IS NULL RETURNING id")
            .bind(hash)
            .bind(now_ms())
            .fetch_optional(&self.0)
            .await
    }

    /// Is the session still good?
    pub async fn session_is_live(&self, session: &str) -> sqlx::Result<bool> {
        let found: Option<(String,)> = sqlx::query_as("SELECT id FROM sessions WHERE id = $1 AND revoked_at IS NULL AND expires_at > $2")
            .bind(session)
            .bind(now_ms())
            .fetch_optional(&self.0)
            .await?;
        Ok(found.is_some())
    }

    /// Forgets sessions that ended before `before`.
    pub async fn forget_sessions(&self, before: i64) -> sqlx::Result<u64> {
        let gone = sqlx::query("DELETE FROM sessions WHERE expires_at < $1 OR revoked_at < $1").bind(before).execute(&self.0).await?;
        Ok(gone.rows_affected())
    }

    async fn one_session(
        &self,
        query: sqlx::query::QueryAs<'_, sqlx::Any, (String, String), sqlx::any::AnyArguments>,
    ) -> sqlx::Result<Option<Session>> {
        let Some((session, user)) = query.fetch_optional(&self.0).await? else { return Ok(None) };
        Ok(Some(Session { id: session, user_id: id(&user)? }))
    }
}
