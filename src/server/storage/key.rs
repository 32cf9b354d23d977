//! Where each object lives, what type it has and how long it may be cached: said here and nowhere else.

use crate::model::{UserId, VideoId};

/// Every kind of object the bucket holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Key {
    /// The uploaded original.
    Source { user: UserId, video: VideoId },
    /// The picture shown before playing, as it was found when the upload ended.
    Poster { user: UserId, video: VideoId },
    /// A better one, found by a job that saw all of the recording. Not under the first one's key: that may be kept for ever.
    BetterPoster { user: UserId, video: VideoId, attempt: String },
    /// A sheet of small pictures for the seek bar, of one attempt at making them.
    Storyboard { user: UserId, video: VideoId, attempt: String, sheet: u32 },
    /// The playlist of one attempt at making HLS.
    Playlist { user: UserId, video: VideoId, attempt: String },
    /// One piece of that attempt. The number is the playlist's.
    Segment { user: UserId, video: VideoId, attempt: String, name: String },
}

impl Key {
    /// The object's key in the bucket.
    pub fn path(&self) -> String {
        match self {
            Self::Source { user, video } => format!("{}.mp4", video_prefix(*user, *video)),
            Self::Poster { user, video } => format!("{}_poster.jpg", video_prefix(*user, *video)),
            Self::BetterPoster { user, video, attempt } => format!("{}_poster_{attempt}.jpg", video_prefix(*user, *video)),
            Self::Storyboard { user, video, attempt, sheet } => format!("{}{attempt}/{sheet}.jpg", storyboard_prefix(*user, *video)),
            Self::Playlist { user, video, attempt } => format!("{}playlist.m3u8", attempt_prefix(*user, *video, attempt)),
            Self::Segment { user, video, attempt, name } => format!("{}{name}", attempt_prefix(*user, *video, attempt)),
        }
    }

    pub fn content_type(&self) -> &'static str {
        match self {
            Self::Source { .. } => "video/mp4",
            Self::Poster { .. } | Self::BetterPoster { .. } | Self::Storyboard { .. } => "image/jpeg",
            Self::Playlist { .. } => "application/vnd.apple.mpegurl",
            Self::Segment { .. } => "video/mp2t",
        }
    }

    /// Derived objects never change under their key, so whoever may read them may keep them. The playlist is served by
    /// us and not from the bucket.
    pub fn cache_control(&self) -> &'static str {
        match self {
            Self::Source { .. } | Self::Playlist { .. } => "private, no-store",
            Self::Poster { .. } | Self::BetterPoster { .. } | Self::Storyboard { .. } | Self::Segment { .. } => {
                "private, max-age=31536000, immutable"
            }
        }
    }
}

/// What all objects start with.
pub const ALL_VIDEOS: &str = "videos/";

/// What all objects of a video start with. Ids have one length, so no other video's key starts the same way.
pub fn video_prefix(user: UserId, video: VideoId) -> String {
    format!("{ALL_VIDEOS}{user}/{video}")
}

/// What all HLS objects of a video start with, whatever the attempt.
pub fn hls_prefix(user: UserId, video: VideoId) -> String {
    format!("{}_hls/", video_prefix(user, video))
}

/// What the objects of one attempt start with: a loser's can be told from the winner's.
pub fn attempt_prefix(user: UserId, video: VideoId, attempt: &str) -> String {
    format!("{}{attempt}/", hls_prefix(user, video))
}

/// What all sheets of a video's storyboard start with, whatever the attempt.
pub fn storyboard_prefix(user: UserId, video: VideoId) -> String {
    format!("{}_storyboard/", video_prefix(user, video))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_of_a_video_stands_under_its_prefix() {
        let (user, video) = (UserId(uuid::Uuid::new_v4()), VideoId(uuid::Uuid::new_v4()));
        let attempt = "a1".to_owned();
        let prefix = video_prefix(user, video);
        for key in [
            Key::Source { user, video },
            Key::Poster { user, video },
            Key::BetterPoster { user, video, attempt: attempt.clone() },
            Key::Storyboard { user, video, attempt: attempt.clone(), sheet: 0 },
            Key::Playlist { user, video, attempt: attempt.clone() },
            Key::Segment { user, video, attempt, name: "segment0.ts".into() },
        ] {
            assert!(key.path().starts_with(&prefix), "{}", key.path());
        }
        assert_eq!(Key::Source { user, video }.path(), format!("videos/{user}/{video}.mp4"));
    }
}
