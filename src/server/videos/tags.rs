//! Tags: a word or two that a person puts on recordings, to find those again that belong together.

use super::library::{bounded, owned, tag_key};
use crate::{
    model::{
        AppError, VideoId, Viewer,
        library::{MAX_TAG_CHARS, MAX_TAGS, TagCount, Tagged, clean_tag},
    },
    server::{App, Result},
};

/// All tags of the viewer's.
pub async fn tags(app: &App, viewer: &Viewer) -> Result<Vec<TagCount>> {
    Ok(app.db.tags_of(viewer.user_id).await?)
}

/// Puts a tag on a recording, or takes it off. Tells which tags it has now.
pub async fn tag(app: &App, viewer: &Viewer, id: VideoId, tag: &str, on: bool) -> Result<Tagged> {
    owned(app, viewer, id).await?;
    let (label, key) = understood(tag)?;
    if !on {
        app.db.take_tag(&[id], viewer.user_id, &key).await?;
    } else if app.db.put_tag(&[id], viewer.user_id, &key, &label).await?.is_empty() {
        return Err(AppError::invalid(format!("A recording has at most {MAX_TAGS} tags. Take one off first.")).into());
    }
    Ok(Tagged { id, tags: app.db.tags_on(id).await? })
}

/// The same with several recordings. Those that have no room for another tag stay as they are and are missing in the answer, as
/// those are that are not the viewer's, or in the trash.
pub async fn tag_many(app: &App, viewer: &Viewer, ids: &[VideoId], tag: &str, on: bool) -> Result<Vec<Tagged>> {
    if let [id] = bounded(ids)? {
        return Ok(vec![self::tag(app, viewer, *id, tag, on).await?]);
    }
    let (label, key) = understood(tag)?;
    let changed = if on {
        app.db.put_tag(ids, viewer.user_id, &key, &label).await?
    } else {
        app.db.take_tag(ids, viewer.user_id, &key).await?;
        ids.to_vec()
    };
    let tags = app.db.tags_on_each(&changed, viewer.user_id).await?;
    Ok(tags.into_iter().map(|(id, tags)| Tagged { id, tags }).collect())
}

/// A tag as it is kept, and its key.
fn understood(tag: &str) -> Result<(String, String), AppError> {
    clean_tag(tag).zip(tag_key(tag)).ok_or_else(|| AppError::invalid(format!("A tag has between 1 and {MAX_TAG_CHARS} characters.")))
}
