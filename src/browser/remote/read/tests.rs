//! Every reader against what serde writes: a field that is renamed, added or changes its kind fails here.

use super::*;
use serde::Serialize;
use serde_json::Value;

impl Json for Value {
    fn get(&self, name: &str) -> Self {
        Self::get(self, name).cloned().unwrap_or(Self::Null)
    }
    fn string(&self) -> Option<String> {
        self.as_str().map(Into::into)
    }
    fn number(&self) -> Option<i64> {
        self.as_i64()
    }
    fn flag(&self) -> Option<bool> {
        self.as_bool()
    }
    fn items(&self) -> Vec<Self> {
        self.as_array().cloned().unwrap_or_default()
    }
}

fn comes_back<T: Serialize + PartialEq + std::fmt::Debug>(value: T, read: fn(&Value) -> Option<T>) {
    let written = serde_json::to_value(&value).unwrap();
    assert_eq!(read(&written), Some(value));
}

fn a_video(state: VideoState, status: StreamStatus) -> Video {
    Video {
        id: VideoId(uuid::Uuid::from_u128(7)),
        title: "Weekly".into(),
        file_name: "weekly.mp4".into(),
        size_bytes: 1,
        state,
        created_at: 2,
        duration_ms: Some(3),
        width: Some(4),
        height: Some(5),
        video_codec: Some("h264".into()),
        audio_codec: Some("aac".into()),
        poster_url: Some("/p".into()),
        hls_status: Some(status),
        hls_generated_at: Some(6),
        hls_error_message: Some("no".into()),
        original_gone: true,
        position_ms: Some(8),
        tags: vec!["Weekly".into()],
    }
}

#[test]
fn videos_and_streams() {
    comes_back(a_video(VideoState::Stored, StreamStatus::Ready), video);
    comes_back(a_video(VideoState::Uploading, StreamStatus::Failed), video);
    comes_back(StreamState::ready("/hls/x/playlist.m3u8".into()), stream_state);
    comes_back(StreamState::ready("/hls/x/playlist.m3u8".into()).expiring_in(Some(3_600)), stream_state);
    comes_back(StreamState::generating(None, None), stream_state);
    let progress = StreamProgress { percent: Some(34), seconds_left: Some(90), playable_ms: 12_000, reason: Some("why".into()) };
    comes_back(StreamState::generating(Some("/hls/x/playlist.m3u8".into()), Some(progress)), stream_state);
    let progress = StreamProgress { percent: None, seconds_left: None, playable_ms: 0, reason: None };
    comes_back(StreamState::generating(None, Some(progress)), stream_state);
    comes_back(StreamState::failed("why".into()), stream_state);
}

#[test]
fn notes_with_and_without_an_end() {
    let (id, other) = (crate::model::NoteId(uuid::Uuid::from_u128(1)), crate::model::NoteId(uuid::Uuid::from_u128(2)));
    let whole = crate::model::Note {
        id,
        at_ms: 2,
        end_ms: Some(5),
        body: "b".into(),
        html: "<p>b</p>".into(),
        version: 6,
        copy_of: Some(other),
        created_at: 3,
        updated_at: 4,
    };
    let moment = crate::model::Note { end_ms: None, copy_of: None, ..whole.clone() };
    comes_back(vec![whole.clone(), moment.clone()], notes::notes);
    comes_back(whole, notes::note);
    comes_back(moment, notes::note);
}

#[test]
fn uploads() {
    let parts = vec![PartUrl { number: 2, url: "http://b/2".into() }];
    let upload = UploadPlan { upload_id: "u".into(), part_size: 8, parts: parts.clone() };
    comes_back(NewUpload { video: a_video(VideoState::Uploading, StreamStatus::Generating), upload }, new_upload);
    let received = vec![ReceivedPart { number: 1, etag: "e".into(), size: 8 }];
    comes_back(UploadProgress { upload_id: "u".into(), part_size: 8, received, parts }, upload_progress);
}

#[test]
fn chapters_and_the_search_for_them() {
    use crate::model::{Chapter, ChapterId, ChapterOrigin, ChapterSearch, Chapters, SearchStatus};
    comes_back(Chapters::default(), chapters::chapters);
    let chapter = |start_ms, origin| Chapter { id: ChapterId(uuid::Uuid::from_u128(3)), start_ms, title: "Budget".into(), origin };
    let chapters = vec![chapter(0, ChapterOrigin::Hand), chapter(60_000, ChapterOrigin::Proposed)];
    for status in [SearchStatus::Waiting, SearchStatus::Running, SearchStatus::Found, SearchStatus::Nothing, SearchStatus::Failed] {
        let search = ChapterSearch { status, percent: Some(40), message: "why".into() };
        comes_back(Chapters { chapters: chapters.clone(), search: Some(search) }, chapters::chapters);
    }
}

#[test]
fn errors_keep_their_codes() {
    for (name, code) in CODES {
        assert_eq!(serde_json::to_value(code).unwrap(), name);
        comes_back(AppError::new(code, "why"), error);
    }
}

#[test]
fn what_is_no_answer_is_none() {
    assert_eq!(notes::note(&serde_json::json!({ "id": 5 })), None);
    assert_eq!(stream_state(&Value::Null), None);
}
