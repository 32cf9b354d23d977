//! Files that are being written.

use std::{
    fs::{self, File},
    io,
    path::{Path, PathBuf},
};

use uuid::Uuid;

use super::layout::Layout;

/// The path of a file below `tmp/`. The file is removed when this is dropped, unless it was renamed into place: a client
/// that hangs up in mid-upload leaves nothing behind.
#[derive(Debug)]
pub(super) struct TmpFile {
    path: PathBuf,
    in_place: bool,
}

impl TmpFile {
    pub(super) fn create(layout: &Layout) -> io::Result<(Self, File)> {
        let path = layout.tmp().join(Uuid::new_v4().to_string());
        let file = File::create_new(&path)?;
        Ok((Self { path, in_place: false }, file))
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Renames the file to `target`, over whatever is there.
    pub(super) fn rename(&mut self, target: &Path) -> io::Result<()> {
        fs::rename(&self.path, target)?;
        self.in_place = true;
        Ok(())
    }
}

impl Drop for TmpFile {
    fn drop(&mut self) {
        if self.in_place {
            return;
        }
        let path = std::mem::take(&mut self.path);
        // Nothing to be done about a failure: the next start-up clears tmp/.
        let remove = move || drop(fs::remove_file(path));
        // Freeing gigabytes takes a while, and requests are dropped on tokio's own threads.
        match tokio::runtime::Handle::try_current() {
            Ok(runtime) => drop(runtime.spawn_blocking(remove)),
            Err(_) => remove(),
        }
    }
}
