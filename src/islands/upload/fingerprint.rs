//! Recognising a file that was partly sent before: its name, size and time of change, remembered with the video's id.

use crate::{
    browser::memory,
    model::{Video, VideoId},
};
use web_sys::File;

fn key(file: &File) -> String {
    format!("notetaker.upload/{}/{}/{}", file.size() as i64, file.last_modified() as i64, file.name())
}

pub fn remember(file: &File, id: VideoId) {
    memory::set(&key(file), &id.to_string());
}

pub fn recall(file: &File) -> Option<VideoId> {
    memory::get(&key(file))?.parse().ok()
}

pub fn forget(file: &File) {
    memory::remove(&key(file));
}

/// The interrupted upload a chosen file belongs to: the remembered one, else one with the same name and size (another
/// browser, or a memory that was cleared).
pub fn interrupted_match(
    interrupted: &[Video],
    remembered: Option<VideoId>,
    name: &str,
    size: i64,
) -> Option<VideoId> {
    remembered.or_else(|| interrupted.iter().find(|v| v.file_name == name && v.size_bytes == size).map(|v| v.id))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::VideoState;

    fn video(n: u128, name: &str, size_bytes: i64) -> Video {
        Video {
            id: VideoId(uuid::Uuid::from_u128(n)),
            title: name.into(),
            file_name: name.into(),
            size_bytes,
            state: VideoState::Uploading,
            created_at: 0,
            duration_ms: None,
            width: None,
            height: None,
            video_codec: None,
            audio_codec: None,
            poster_url: None,
            hls_status: None,
            hls_generated_at: None,
            hls_error_message: None,
        }
    }

    #[test]
    fn the_same_name_and_size_go_on_where_they_stopped() {
        let list = [video(1, "a.mp4", 5), video(2, "a.mp4", 7)];
        assert_eq!(interrupted_match(&list, None, "a.mp4", 7), Some(list[1].id));
        assert_eq!(interrupted_match(&list, None, "b.mp4", 7), None);
        assert_eq!(interrupted_match(&list, Some(list[0].id), "b.mp4", 9), Some(list[0].id));
    }
}
