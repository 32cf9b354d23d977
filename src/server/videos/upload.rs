//! An upload's three steps: open it, ask what is missing, close it. The bytes go past us, from browser to bucket.

use super::{check, owned};
use crate::{
    model::{
        AppError, ErrorCode, PartUrl, ReceivedPart, UploadPlan, UploadProgress, Video, VideoId, Viewer,
        clock::bytes,
        upload::{MAX_FILE_SIZE, NewUpload, part_count, part_len, part_size},
        video::{MAX_TITLE_CHARS, clean_title, title_from_file_name},
    },
    server::{
        App, Result,
        db::videos::{NewVideo, VideoRow},
        storage::{BucketError, Key},
    },
};
use uuid::Uuid;

/// Opens a multipart upload for a new recording.
pub async fn begin_upload(app: &App, viewer: &Viewer, title: &str, file_name: &str, size_bytes: i64) -> Result<NewUpload> {
    match size_bytes {
        ..=0 => {
            return Err(AppError::new(
                ErrorCode::RefusedFile,
                "This file is empty. The recording may not have been saved; choose another one.",
            )
            .into());
        }
        size if size > MAX_FILE_SIZE => {
            let limit = bytes(MAX_FILE_SIZE);
            return Err(AppError::new(ErrorCode::RefusedFile, format!("This file has {}; the limit is {limit}.", bytes(size))).into());
        }
        _ => {}
    }
    let file_name: String = file_name.chars().filter(|c| !c.is_control()).take(255).collect();
    let title = match title.trim() {
        "" => title_from_file_name(&file_name),
        given => clean_title(given).ok_or_else(|| AppError::invalid(format!("A title has between 1 and {MAX_TITLE_CHARS} characters.")))?,
    };
    let id = VideoId(Uuid::new_v4());
    let key = Key::Source { user: viewer.user_id, video: id };
    let part_size = part_size(size_bytes);
    let upload_id = app.bucket.create_upload(&key).await?;
    let video =
        NewVideo { id, user_id: viewer.user_id, title: &title, file_name: &file_name, size_bytes, upload_id: Some(&upload_id), part_size };
    let row = match app.db.insert_video(&video).await {
        Ok(row) => row,
        Err(error) => {
            let _ = app.bucket.abort_upload(&key.path(), &upload_id).await;
            return Err(error.into());
        }
    };
    let parts = urls(app, &key, &upload_id, 1..=part_count(size_bytes, part_size)).await?;
    tracing::info!(video = %id, bytes = size_bytes, parts = parts.len(), "upload opened");
    Ok(NewUpload { video: row.view()?, upload: UploadPlan { upload_id, part_size, parts } })
}

/// What the bucket has of an upload, and fresh addresses for the rest.
pub async fn upload_progress(app: &App, viewer: &Viewer, id: VideoId) -> Result<UploadProgress> {
    let row = owned(app, viewer, id).await?;
    let (key, upload_id, part_size) = open_upload(&row)?;
    let received = match app.bucket.list_parts(&key, &upload_id).await {
        Err(BucketError::NoSuchUpload | BucketError::NotFound) => joined(app, &row, &key, part_size).await?,
        listed => listed?,
    };
    // A part of another length was cut off, or belongs to another file: it is sent again.
    let whole = |number: i64| received.iter().any(|part| part.number == number && part.size == part_len(row.size_bytes, part_size, number));
    let missing: Vec<i64> = (1..=part_count(row.size_bytes, part_size)).filter(|n| !whole(*n)).collect();
    let parts = urls(app, &key, &upload_id, missing).await?;
    Ok(UploadProgress { upload_id, part_size, received, parts })
}

/// Closes an upload: all parts must be there; the file is checked, probed and pictured, or refused and removed.
/// Asking again for a finished upload gives the same answer.
pub async fn complete_upload(app: &App, viewer: &Viewer, id: VideoId) -> Result<Video> {
    let row = owned(app, viewer, id).await?;
    if row.is_stored() {
        return Ok(row.view()?);
    }
    let (key, upload_id, part_size) = open_upload(&row)?;
    match app.bucket.list_parts(&key, &upload_id).await {
        Ok(mut parts) => {
            let count = part_count(row.size_bytes, part_size);
            parts.retain(|part| part.number <= count);
            let whole = parts.iter().filter(|part| part.size == part_len(row.size_bytes, part_size, part.number)).count() as i64;
            if whole < count {
                let sentence = format!("{} of {count} parts have not arrived. Send them and try again.", count - whole);
                return Err(AppError::new(ErrorCode::IncompleteUpload, sentence).into());
            }
            app.bucket.complete_upload(&key, &upload_id, &parts).await?;
        }
        // An earlier call made the object and was cut off before it could say so: the check below decides.
        Err(BucketError::NoSuchUpload | BucketError::NotFound) => {}
        Err(error) => return Err(error.into()),
    }
    check::adopt(app, &row, &key).await
}

/// All parts, where an earlier call made the object of them and could not look at it then: nothing is left to send, only to complete.
async fn joined(app: &App, row: &VideoRow, key: &Key, part_size: i64) -> Result<Vec<ReceivedPart>> {
    match app.bucket.head(key).await {
        Ok(object) if object.size == row.size_bytes as u64 => {}
        Ok(_) | Err(BucketError::NotFound) => return Err(upload_is_gone().into()),
        Err(error) => return Err(error.into()),
    }
    let part = |number| ReceivedPart { number, etag: String::new(), size: part_len(row.size_bytes, part_size, number) };
    Ok((1..=part_count(row.size_bytes, part_size)).map(part).collect())
}

fn open_upload(row: &VideoRow) -> Result<(Key, String, i64)> {
    let (Some(upload_id), Some(part_size), false) = (row.upload_id.clone(), row.part_size, row.is_stored()) else {
        return Err(AppError::new(ErrorCode::Conflict, "This recording is complete; there is nothing to upload.").into());
    };
    Ok((row.source()?, upload_id, part_size))
}

/// What a person is told whose upload was swept, or lost by the bucket.
fn upload_is_gone() -> AppError {
    AppError::new(ErrorCode::Conflict, "This upload was interrupted too long ago. Delete it and upload the file again.")
}

async fn urls(app: &App, key: &Key, upload_id: &str, numbers: impl IntoIterator<Item = i64>) -> Result<Vec<PartUrl>> {
    let mut parts = Vec::new();
    for number in numbers {
        parts.push(PartUrl { number, url: app.bucket.presign_part(key, upload_id, number).await? });
    }
    Ok(parts)
}
