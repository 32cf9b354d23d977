//! The library: which recordings a person has, and their titles. Their end is in [`super::trash`] and [`super::deletion`].

use crate::{
    model::{
        AppError, Video, VideoId, VideoList, Viewer,
        library::{MAX_SELECTED, PAGE, Show, Sort, Surroundings, clean_tag},
        video::{MAX_TITLE_CHARS, clean_title},
    },
    server::{
        App, Result,
        db::{
            library::{Choice, Cursor, Key as SortKey, key_of},
            videos::VideoRow,
        },
        storage::presign::Signed,
    },
};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use unicode_normalization::UnicodeNormalization;

const MAX_PAGE: i64 = 100;
/// What a page shows at once that is opened anew after "More" was pressed often: so the place where one was is there again.
const MAX_SHOWN: i64 = 600;
/// The key of what cannot be a tag, so that no recording has it: a tag has no comma.
const NO_TAG: &str = ",";

/// What a page of the library was asked for. What is not given is the newest, all of them, from the start.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    pub sort: Option<String>,
    pub state: Option<String>,
    pub tag: Option<String>,
    pub cursor: Option<String>,
    pub limit: Option<i64>,
    /// How many a page has shown by now, from the start.
    pub shown: Option<i64>,
}

/// The row of a recording of the viewer's. Somebody else's, one in the trash and none at all give the same error.
pub async fn owned(app: &App, viewer: &Viewer, id: VideoId) -> Result<VideoRow> {
    let row = app.db.video_for(id, viewer.user_id).await?;
    row.filter(|row| row.user_id == viewer.user_id.to_string()).ok_or_else(|| AppError::forbidden().into())
}

/// The ids, if there are some, and no more than one request changes.
pub(super) fn bounded(ids: &[VideoId]) -> Result<&[VideoId], AppError> {
    match ids.len() {
        0 => Err(AppError::invalid("Select a recording first.")),
        1..=MAX_SELECTED => Ok(ids),
        _ => Err(AppError::invalid(format!("At most {MAX_SELECTED} recordings can be changed at a time. Select fewer."))),
    }
}

/// A page of the viewer's recordings.
pub async fn list(app: &App, viewer: &Viewer, wanted: &Wanted) -> Result<VideoList> {
    let sort = chosen(wanted.sort.as_deref(), Sort::named, "an order", Sort::ALL.map(Sort::name).join(", "))?.unwrap_or_default();
    let show = chosen(wanted.state.as_deref(), Show::named, "a state", Show::ALL.map(Show::name).join(", "))?;
    let tag = wanted.tag.as_deref().filter(|tag| !tag.is_empty()).map(|tag| tag_key(tag).unwrap_or_else(|| NO_TAG.into()));
    let after = wanted.cursor.as_deref().filter(|text| !text.is_empty()).map(|text| read_cursor(sort, text)).transpose()?;
    let limit = match wanted.shown {
        Some(shown) => shown.clamp(PAGE, MAX_SHOWN),
        None => wanted.limit.unwrap_or(PAGE).clamp(1, MAX_PAGE),
    };
    let choice = Choice { user: viewer.user_id, show, tag: tag.as_deref() };
    // One more than asked for tells whether there is a next page.
    let mut rows = app.db.videos_of(choice, sort, after.as_ref(), limit + 1).await?;
    let more = rows.len() as i64 > limit;
    rows.truncate(limit as usize);
    let next_cursor = rows.last().filter(|_| more).map(|last| write_cursor(&key_of(sort, last), &last.id));
    let total = if after.is_none() && !more { rows.len() as i64 } else { app.db.count_videos(choice).await? };
    app.db.with_tags(&mut rows).await?;
    let videos = rows.iter().map(VideoRow::view).collect::<sqlx::Result<_>>()?;
    Ok(VideoList { videos, next_cursor, total })
}

/// What stands around the library.
pub async fn surroundings(app: &App, viewer: &Viewer) -> Result<Surroundings> {
    Ok(Surroundings { tags: app.db.tags_of(viewer.user_id).await?, trashed: app.db.count_trash(viewer.user_id).await? })
}

/// One of a few names, or the sentence that lists them.
fn chosen<T>(name: Option<&str>, find: impl Fn(&str) -> Option<T>, what: &str, names: String) -> Result<Option<T>, AppError> {
    match name.filter(|name| !name.is_empty()) {
        None => Ok(None),
        Some(name) => find(name).map(Some).ok_or_else(|| AppError::invalid(format!("This is not {what} we know. There are: {names}."))),
    }
}

/// What tags share that differ in case alone, or in how an accent is written down.
pub fn tag_key(tag: &str) -> Option<String> {
    clean_tag(tag).map(|tag| tag.nfc().collect::<String>().to_lowercase())
}

fn write_cursor(key: &SortKey, id: &str) -> String {
    match key {
        SortKey::Number(n) => format!("{n}_{id}"),
        SortKey::Text(text) => format!("{}_{id}", BASE64_URL_SAFE_NO_PAD.encode(text)),
    }
}

fn read_cursor(sort: Sort, text: &str) -> Result<Cursor, AppError> {
    let parsed = || {
        let (key, id) = text.rsplit_once('_')?;
        let id = id.parse::<VideoId>().ok()?.to_string();
        let key = match sort {
            Sort::Title => {
                SortKey::Text(String::from_utf8(BASE64_URL_SAFE_NO_PAD.decode(key).ok()?).ok().filter(|text| !text.contains('\0'))?)
            }
            _ => SortKey::Number(key.parse().ok()?),
        };
        Some(Cursor { key, id })
    };
    parsed().ok_or_else(|| AppError::invalid("This cursor is not one of ours. Start from the first page."))
}

pub async fn get(app: &App, viewer: &Viewer, id: VideoId) -> Result<Video> {
    let mut row = owned(app, viewer, id).await?;
    row.tags = app.db.tags_on(id).await?;
    Ok(row.view()?)
}

pub async fn rename(app: &App, viewer: &Viewer, id: VideoId, title: &str) -> Result<Video> {
    let before = owned(app, viewer, id).await?;
    let title = clean_title(title).ok_or_else(|| AppError::invalid(format!("A title has between 1 and {MAX_TITLE_CHARS} characters.")))?;
    let renamed = app.db.rename_video(id, viewer.user_id, &title).await?.ok_or_else(AppError::forbidden)?;
    let tags = app.db.tags_on(id).await?;
    Ok(VideoRow { position_ms: before.position_ms, tags, ..renamed }.view()?)
}

/// Where the poster can be fetched right now.
pub async fn poster(app: &App, viewer: &Viewer, id: VideoId) -> Result<Signed> {
    let row = owned(app, viewer, id).await?;
    let Some(key) = row.poster()? else {
        return Err(AppError::new(crate::model::ErrorCode::NotFound, "This recording has no poster.").into());
    };
    Ok(app.bucket.presign_get(&key, app.config.segment_url_ttl).await?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_comes_back_as_it_was_in_every_order() {
        let id = uuid::Uuid::from_u128(7).to_string();
        for (sort, key) in [
            (Sort::Newest, SortKey::Number(1_795_305_600_000)),
            (Sort::Longest, SortKey::Number(-1)),
            (Sort::Title, SortKey::Text(String::new())),
            (Sort::Title, SortKey::Text("zahlen_älter 🎉".into())),
        ] {
            assert_eq!(read_cursor(sort, &write_cursor(&key, &id)).unwrap(), Cursor { key, id: id.clone() });
        }
    }

    #[test]
    fn a_tag_is_the_same_whatever_its_case_and_however_its_accents_are_written() {
        assert_eq!(tag_key("Caf\u{e9}"), tag_key(" CAFE\u{301} "));
        assert_ne!(tag_key("Caf\u{e9}"), tag_key("Cafe"));
    }

    #[test]
    fn what_is_no_cursor_is_refused() {
        for (sort, text) in [
            (Sort::Newest, "nonsense"),
            (Sort::Newest, "1_2"),
            (Sort::Title, "%_00000000-0000-0000-0000-000000000007"),
            (Sort::Oldest, "a_00000000-0000-0000-0000-000000000007"),
        ] {
            assert!(read_cursor(sort, text).is_err(), "{text}");
        }
    }
}
