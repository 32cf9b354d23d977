//! The conversion: plan → cut → verify.

use std::collections::BTreeMap;
use std::path::Path;

use tokio_util::sync::CancellationToken;

use super::error::MediaError;
use super::sandbox::{Job, Limits};
use super::verify::{self, Hls};
use super::{FileKind, Plan, Probe, Tools, ffmpeg, plan, run};

/// Cuts `source` into HLS in the folder `out`, which is ours alone and empty (it is made if missing). What is returned has
/// been verified; after an error the folder holds rubbish, for the caller to delete.
pub async fn copy_to_hls(
    tools: &Tools,
    source: &Path,
    kind: &FileKind,
    probe: &Probe,
    out: &Path,
    cancel: &CancellationToken,
) -> Result<Hls, MediaError> {
    // Asked again here, because an unplayable copy also "succeeds" (media-safety.md, finding 7).
    let Plan::Copy = plan::plan(probe)?;
    let demuxer = kind.require_demuxer()?;
    tokio::fs::create_dir_all(out).await.map_err(|e| MediaError::io("making the output folder", &e))?;

    let job = Job::new(source, Some(out), Limits::COPY);
    let arguments = ffmpeg::hls_copy(&tools.sandbox.input(&job), demuxer, longest_output(probe));
    run::run(&tools.sandbox.command(&job, &tools.ffmpeg, arguments), cancel, job.limits.wall).await?;

    let files = sizes_in(out).await.map_err(|e| MediaError::io("listing the output", &e))?;
    let playlist = match tokio::fs::read(out.join(ffmpeg::PLAYLIST)).await {
        Ok(text) => text,
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => Vec::new(),
        Err(e) => return Err(MediaError::io("reading the playlist", &e)),
    };
    Ok(verify::verify(&playlist, &files, probe.expected_secs())?)
}

/// Seconds after which a copy is stopped: enough above the probed duration that stopping there fails the verification, and
/// two days for a file that does not tell its duration.
fn longest_output(probe: &Probe) -> u64 {
    const TWO_DAYS: u64 = 2 * 24 * 3600;
    probe.expected_secs().map_or(TWO_DAYS, |secs| (secs * 1.05) as u64 + 60).min(TWO_DAYS)
}

/// Every entry of a folder with its size in bytes. What is not a plain file counts as empty, and so fails verification.
async fn sizes_in(folder: &Path) -> std::io::Result<BTreeMap<String, u64>> {
    let mut sizes = BTreeMap::new();
    let mut entries = tokio::fs::read_dir(folder).await?;
    while let Some(entry) = entries.next_entry().await? {
        let about = entry.metadata().await?;
        let size = if about.is_file() { about.len() } else { 0 };
        sizes.insert(entry.file_name().to_string_lossy().into_owned(), size);
    }
    Ok(sizes)
}
