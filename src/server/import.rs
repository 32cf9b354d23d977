//! `notetaker import FILE… --user EMAIL`: recordings from a shell, through the same steps as in the browser.

use super::{
    App,
    config::Config,
    run::{Opened, open},
    storage::Key,
    videos,
};
use crate::model::{AppError, Viewer};
use anyhow::{Context, Result, bail};
use axum::Router;
use std::path::{Path, PathBuf};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

/// Adds each file to the library of the person with this e-mail. Goes on after a file that is refused; fails at the end
/// if any was.
pub async fn import(config: Config, files: &[PathBuf], email: &str) -> Result<()> {
    // The embedded bucket is reached through HTTP like any other, on a port of this command's own.
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let shutdown = CancellationToken::new();
    let Opened { app, bucket, .. } = open(config, listener.local_addr()?, shutdown.clone()).await?;
    let stop = shutdown.clone();
    let served = tokio::spawn(async move {
        axum::serve(listener, bucket.unwrap_or_else(Router::new)).with_graceful_shutdown(stop.cancelled_owned()).await
    });
    let result = import_all(&app, files, email).await;
    shutdown.cancel();
    served.await??;
    app.db.close().await;
    result
}

async fn import_all(app: &App, files: &[PathBuf], email: &str) -> Result<()> {
    let user = app.db.user_by_email(&email.trim().to_lowercase()).await?;
    let user = user.with_context(|| format!("there is no account with the e-mail {email}; sign up in the browser first"))?;
    let viewer = Viewer { user_id: user.id, email: user.email, session_id: "import".into() };
    let mut refused = 0;
    for file in files {
        match import_one(app, &viewer, file).await {
            Ok(address) => println!("{}  {address}", file.display()),
            Err(error) => {
                refused += 1;
                eprintln!("{}: {error:#}", file.display());
            }
        }
    }
    if refused > 0 {
        bail!("{refused} of {} files were not imported", files.len());
    }
    Ok(())
}

async fn import_one(app: &App, viewer: &Viewer, file: &Path) -> Result<String> {
    let size = tokio::fs::metadata(file).await.context("cannot be read")?.len();
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    let new = videos::begin_upload(app, viewer, "", &name, size as i64).await.map_err(AppError::from)?;
    let sent = send(app, viewer, &new, file, size).await;
    if let Err(error) = sent {
        videos::delete(app, viewer, new.video.id).await.map_err(AppError::from)?;
        return Err(error);
    }
    let video = videos::complete_upload(app, viewer, new.video.id).await.map_err(AppError::from)?;
    // Without PUBLIC_URL this command does not know where the server listens.
    Ok(match &app.config.public_url {
        Some(url) => format!("{}/videos/{}", url.origin().ascii_serialization(), video.id),
        None => format!("/videos/{}", video.id),
    })
}

async fn send(app: &App, viewer: &Viewer, new: &crate::model::upload::NewUpload, file: &Path, size: u64) -> Result<()> {
    let key = Key::Source { user: viewer.user_id, video: new.video.id };
    let part_size = new.upload.part_size as u64;
    for part in &new.upload.parts {
        let offset = (part.number as u64 - 1) * part_size;
        let length = part_size.min(size - offset);
        app.bucket.upload_part(&key, &new.upload.upload_id, part.number, file, offset..offset + length).await?;
    }
    Ok(())
}
