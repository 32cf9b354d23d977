//! Removing what was abandoned: uploads that nobody finished, temporary files of processes that died.

use std::{
    fs, io,
    path::Path,
    time::{Duration, SystemTime},
};

use uuid::Uuid;

use super::EmbeddedStore;

/// Age at which a temporary file belongs to nobody. Another process, such as an import on the command line, may be
/// writing in the same directory; but whoever still writes a file has touched it within seconds, and a day leaves room
/// for a laptop that slept.
const ABANDONED: Duration = Duration::from_secs(24 * 60 * 60);

impl EmbeddedStore {
    /// Ends the multipart uploads to which nothing was added for `older_than`, and removes old temporary files. Returns
    /// the number of uploads ended. Uploads that are just being completed or aborted are left alone.
    pub async fn sweep_stale_uploads(&self, older_than: Duration) -> io::Result<u64> {
        let store = self.clone();
        tokio::task::spawn_blocking(move || {
            store.clear_old_tmp()?;
            store.sweep_blocking(older_than)
        })
        .await
        .map_err(io::Error::other)?
    }

    fn sweep_blocking(&self, older_than: Duration) -> io::Result<u64> {
        let mut swept = 0;
        for entry in fs::read_dir(self.layout.uploads())? {
            let path = entry?.path();
            let Some(id) = path.file_name().and_then(|name| name.to_str()).and_then(|name| Uuid::parse_str(name).ok()) else {
                continue;
            };
            let Ok(_guard) = self.upload_lock(id).try_lock_owned() else { continue };
            // Judged under the lock. An upload that ended meanwhile has no age.
            if age(&path).is_some_and(|age| age >= older_than) {
                match self.discard_upload(id) {
                    Ok(()) => swept += 1,
                    Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                    Err(error) => return Err(error),
                }
            }
        }
        Ok(swept)
    }

    /// Removes temporary files and directories of at least [`ABANDONED`] age. Blocking.
    pub(super) fn clear_old_tmp(&self) -> io::Result<()> {
        for entry in fs::read_dir(self.layout.tmp())? {
            let path = entry?.path();
            if age(&path).is_some_and(|age| age >= ABANDONED) {
                let removed = if path.is_dir() { fs::remove_dir_all(&path) } else { fs::remove_file(&path) };
                if let Err(error) = removed
                    && error.kind() != io::ErrorKind::NotFound
                {
                    tracing::warn!(path = %path.display(), %error, "an old temporary file could not be removed");
                }
            }
        }
        Ok(())
    }
}

/// Time since the last change; `None` if the file is gone. A date in the future counts as now.
fn age(path: &Path) -> Option<Duration> {
    let modified = fs::metadata(path).and_then(|metadata| metadata.modified()).ok()?;
    Some(SystemTime::now().duration_since(modified).unwrap_or_default())
}
