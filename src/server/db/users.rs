//! People with an account.

use super::{Db, id};
use crate::{model::UserId, server::clock::now_ms};

/// A person as the database has them.
#[derive(Clone, Debug)]
pub struct User {
    pub id: UserId,
    pub email: String,
    pub password_hash: String,
}

type Row = (String, String, String);

fn user((user_id, email, password_hash): Row) -> sqlx::Result<User> {
    Ok(User { id: id(&user_id)?, email, password_hash })
}

impl Db {
    /// Adds a person. A taken e-mail is a unique violation.
    pub async fn insert_user(&self, id: UserId, email: &str, password_hash: &str) -> sqlx::Result<()> {
        sqlx::query("INSERT INTO users (id, email, password_hash, created_at) VALUES ($1, $2, $3, $4)")
            .bind(id.to_string())
            .bind(email)
            .bind(password_hash)
            .bind(now_ms())
            .execute(&self.0)
            .await
            .map(drop)
    }

    pub async fn user_by_email(&self, email: &str) -> sqlx::Result<Option<User>> {
        sqlx::query_as::<_, Row>("SELECT id, email, password_hash FROM users WHERE email = $1")
            .bind(email)
            .fetch_optional(&self.0)
            .await?
            .map(user)
            .transpose()
    }

    pub async fn user(&self, id: UserId) -> sqlx::Result<Option<User>> {
        sqlx::query_as::<_, Row>("SELECT id, email, password_hash FROM users WHERE id = $1")
            .bind(id.to_string())
            .fetch_optional(&self.0)
            .await?
            .map(user)
            .transpose()
    }
}
