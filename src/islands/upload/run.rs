//! One file's way into the library: make a place → send the missing parts → let the server look at it.

use super::{Phase, Upload, fingerprint, parts};
use crate::{
    browser::remote::{begin_upload, complete_upload, get_upload, get_video},
    model::{AppError, ErrorCode, Video, VideoId, VideoState},
};
use std::rc::Rc;

/// Takes the upload to its end, or until it is paused or cancelled.
pub async fn run(upload: Rc<Upload>) {
    // `None`: whoever stopped it has said why.
    let Some(outcome) = upload.stopper.until_stopped(send(&upload)).await else { return };
    upload.speed.set(None);
    let retry = outcome.as_ref().is_err_and(|error| can_retry(error.code));
    if !retry {
        fingerprint::forget(&upload.file);
    }
    upload.set_phase(match outcome {
        Ok(video) => Phase::Done(Box::new(video)),
        Err(error) => Phase::Failed { error, retry },
    });
}

async fn send(upload: &Rc<Upload>) -> Result<Video, AppError> {
    let plan = match upload.video_id.get() {
        Some(id) => match go_on(id).await? {
            Begun::Open(plan) => plan,
            Begun::Complete(video) => return Ok(*video),
            Begun::Gone => begin(upload).await?,
        },
        None => begin(upload).await?,
    };
    let id = plan.id;
    parts::send(upload.clone(), plan).await?;
    upload.set_phase(Phase::Checking);
    complete_upload(id).await
}

/// Where an upload that was started before stands now.
enum Begun {
    Open(parts::Plan),
    Complete(Box<Video>),
    Gone,
}

async fn begin(upload: &Upload) -> Result<parts::Plan, AppError> {
    let new = begin_upload(&upload.file.name(), upload.size).await?;
    let id = new.video.id;
    upload.video_id.set(Some(id));
    fingerprint::remember(&upload.file, id);
    Ok(parts::Plan { id, part_size: new.upload.part_size, received: 0, missing: new.upload.parts })
}

async fn go_on(id: VideoId) -> Result<Begun, AppError> {
    match get_upload(id).await {
        Ok(progress) => Ok(Begun::Open(parts::Plan {
            id,
            part_size: progress.part_size,
            received: progress.received.iter().map(|part| part.size).sum(),
            missing: progress.parts,
        })),
        Err(error) if error.code == ErrorCode::Network => Err(error),
        // There is no open upload (any more): it may have been completed by an answer that never reached us.
        Err(error) => match get_video(id).await {
            Ok(video) if video.state == VideoState::Stored => Ok(Begun::Complete(Box::new(video))),
            Err(gone) if gone.code == ErrorCode::Forbidden => Ok(Begun::Gone),
            _ => Err(error),
        },
    }
}

/// Whether the same file can do better next time.
fn can_retry(code: ErrorCode) -> bool {
    !matches!(code, ErrorCode::Invalid | ErrorCode::RefusedFile | ErrorCode::BadRequest | ErrorCode::Forbidden)
}
