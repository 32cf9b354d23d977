//! May this grant still be used? Ownership and session are looked up at most every ten seconds, so a deletion or a
//! sign-out ends playback within that time.

use super::grant::Grant;
use crate::{
    model::{AppError, StreamStatus, UserId, VideoId},
    server::{App, Result, auth::sessions, db::videos::VideoRow, storage::Key},
};

/// What serving a stream needs to know of a video.
#[derive(Clone, Debug)]
pub struct Access {
    pub owner: UserId,
    /// The attempt that can be watched, if one can: it is ready, or being made and its first segments are there.
    pub attempt: Option<String>,
}

impl Access {
    pub fn of(row: &VideoRow) -> sqlx::Result<Self> {
        let watchable = match row.status() {
            Some(StreamStatus::Ready) => true,
            Some(StreamStatus::Generating) => row.hls_playable_ms.is_some_and(|ms| ms > 0),
            Some(StreamStatus::Failed) | None => false,
        };
        // What is in the trash is not there for anybody.
        let watchable = watchable && row.trashed_at.is_none();
        Ok(Self { owner: row.user_id()?, attempt: row.hls_attempt.clone().filter(|_| watchable) })
    }
}

/// A grant that was checked against the session, the owner and the current attempt.
#[derive(Clone, Debug)]
pub struct Allowed {
    owner: UserId,
    grant: Grant,
}

impl Allowed {
    pub fn playlist(&self) -> Key {
        Key::Playlist { user: self.owner, video: self.grant.video, attempt: self.grant.attempt.clone() }
    }

    pub fn segment(&self, name: &str) -> Key {
        Key::Segment { user: self.owner, video: self.grant.video, attempt: self.grant.attempt.clone(), name: name.to_owned() }
    }

    pub fn attempt(&self) -> &str {
        &self.grant.attempt
    }

    pub fn video(&self) -> VideoId {
        self.grant.video
    }

    /// Who the grant was made out to.
    pub fn user(&self) -> UserId {
        self.grant.user
    }
}

/// Checks a grant that was opened: everything that can change after it was issued.
pub async fn check(app: &App, grant: Grant) -> Result<Allowed> {
    let names = |known: &Option<Access>| known.as_ref().is_some_and(|access| access.attempt.as_deref() == Some(grant.attempt.as_str()));
    let access = match app.access.get(&grant.video).await {
        Some(known) if names(&known) => known,
        // Not known, or of another attempt: the grant is ours, so it may be newer than what we know.
        _ => {
            let looked_up = app.db.video(grant.video).await?.as_ref().map(Access::of).transpose()?;
            app.access.insert(grant.video, looked_up.clone()).await;
            looked_up
        }
    };
    let Some(access) = access else { return Err(AppError::forbidden().into()) };
    let current = access.owner == grant.user && access.attempt.as_deref() == Some(grant.attempt.as_str());
    if !current || !sessions::is_live(app, &grant.session).await? {
        return Err(AppError::forbidden().into());
    }
    Ok(Allowed { owner: access.owner, grant })
}
