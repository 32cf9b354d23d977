//! Draws the small pictures of the seek bar, once a stream can be watched: segments → sheets → verified → stored → commit. On
//! the way it has seen all of the recording, so it also replaces a poster that shows nothing.
//!
//! Nobody waits for it. When it fails for good there is no storyboard, and the seek bar tells the time alone.

use super::JobError;
use crate::{
    model::StreamStatus,
    server::{
        App,
        db::{jobs::Lease, storyboards::Drawn, videos::VideoRow},
        faults,
        media::{
            self, looks,
            poster::Poster,
            storyboard::{Layout, Storyboard},
            segments,
        },
        storage::{
            BucketError, Key,
            key::{attempt_prefix, storyboard_prefix},
        },
    },
};
use futures::{StreamExt, TryStreamExt};
use std::{
    io::{ErrorKind, PipeWriter},
    path::{Path, PathBuf},
    time::{Duration, Instant},
};
use tokio::net::unix::pipe::Sender;
use tokio_util::sync::CancellationToken;

/// What is read of a segment at most: whole packets, and enough for the first key frame of any. It is what bounds the work for
/// a recording with a high bit rate.
const MOST_BYTES: u64 = 188 * 22_000;
/// 29 sheets of the most colourful recording, and two dozen posters.
const ROOM: u64 = 64 << 20;
/// Sheets on their way to the bucket at once.
const PARALLEL: usize = 4;
/// By how much a poster must be better to replace another, in thousandths.
const CLEARLY: i64 = 50;
/// A server that shuts down has ten seconds for everything.
const CLEANUP_TIMEOUT: Duration = Duration::from_secs(5);

pub async fn run(app: &App, lease: &Lease, cancel: &CancellationToken) -> Result<(), JobError> {
    let start = Instant::now();
    let Some(row) = app.db.video(lease.video_id).await? else { return Ok(()) };
    // A stream that is being made anew asks again when it is ready.
    let (Some(StreamStatus::Ready), Some(attempt), Some(_)) = (row.status(), &row.hls_attempt, row.width) else { return Ok(()) };
    let _room = app.scratch.reserve(ROOM)??;
    let work = app.scratch.job_dir()?;
    let film = Film::open(app, lease, attempt).await?;
    faults::point("storyboard:opened");
    let layout = Layout::of(film.duration_ms());

    let board = film.draw(app, layout, &work.path().join("sheets"), cancel).await?;
    faults::point("storyboard:drawn");
    let poster = match worth_replacing(&row, &board) {
        Some(tile) => film.poster(app, layout, tile, &work.path().join("poster"), cancel).await?.filter(|found| is_better(&row, found)),
        None => None,
    };
    let stored = tokio::select! {
        () = cancel.cancelled() => Err(JobError::Abandoned),
        stored = store(app, lease, layout, &board, poster.as_ref()) => stored,
    };
    let drawn = match stored {
        Ok(drawn) => drawn,
        Err(error) => {
            remove(app, lease, Some(lease)).await;
            return Err(error);
        }
    };
    faults::point("storyboard:stored");
    // When the database does not answer, it may count all the same: then nothing is removed, and another attempt clears up.
    if !app.db.finish_storyboard(lease, &drawn).await? {
        remove(app, lease, Some(lease)).await;
        return Err(JobError::Abandoned);
    }
    faults::point("storyboard:committed");
    if lease.attempts > 1 {
        remove_losers(app, lease).await;
    }
    faults::point("storyboard:cleared");
    let (tiles, bytes, ms, poster) = (drawn.tiles, drawn.bytes, start.elapsed().as_millis() as u64, drawn.poster.is_some());
    tracing::info!(video = %lease.video_id, tiles, bytes, ms, poster, "storyboard ready");
    Ok(())
}

/// It was given up. What earlier attempts left goes.
pub async fn failed(app: &App, lease: &Lease, _code: &str, _message: &str) -> sqlx::Result<()> {
    if app.db.no_storyboard(lease).await? {
        remove(app, lease, None).await;
    }
    Ok(())
}

/// The recording as it can be watched.
struct Film<'a> {
    lease: &'a Lease,
    attempt: &'a str,
    segments: Vec<Piece>,
}

struct Piece {
    name: String,
    secs: f64,
    size: u64,
}

impl<'a> Film<'a> {
    async fn open(app: &App, lease: &'a Lease, attempt: &'a str) -> Result<Self, JobError> {
        let (user, video) = (lease.user_id, lease.video_id);
        let playlist = app.bucket.get_bytes(&Key::Playlist { user, video, attempt: attempt.to_owned() }).await?;
        let prefix = attempt_prefix(user, video, attempt);
        let sizes = app.bucket.sizes(&prefix).await?;
        let piece = |(name, secs): (String, f64)| {
            let size = sizes.get(&format!("{prefix}{name}")).copied()?;
            Some(Piece { name, secs, size })
        };
        let segments: Option<Vec<Piece>> = segments::listed(&playlist).into_iter().map(piece).collect();
        match segments {
            Some(segments) if !segments.is_empty() => Ok(Self { lease, attempt, segments }),
            _ => Err(BucketError::NotFound.into()),
        }
    }

    fn secs(&self) -> Vec<f64> {
        self.segments.iter().map(|piece| piece.secs).collect()
    }

    fn duration_ms(&self) -> i64 {
        (self.secs().iter().sum::<f64>() * 1000.0) as i64
    }

    async fn draw(&self, app: &App, layout: Layout, out: &Path, cancel: &CancellationToken) -> Result<Storyboard, JobError> {
        let (reader, writer) = std::io::pipe()?;
        let drawing = async { media::storyboard::draw(&app.tools, reader, layout, out, cancel).await.map_err(JobError::from) };
        let (board, ()) = tokio::try_join!(drawing, self.feed(app, layout.segments(&self.secs()), writer))?;
        Ok(board)
    }

    /// The best large picture near a tile.
    async fn poster(
        &self,
        app: &App,
        layout: Layout,
        tile: usize,
        out: &Path,
        cancel: &CancellationToken,
    ) -> Result<Option<Poster>, JobError> {
        let (reader, writer) = std::io::pipe()?;
        let looking = async { media::poster::of_segment(&app.tools, reader, out, cancel).await.map_err(JobError::from) };
        let near = layout.segment_of(tile as i64, &self.secs());
        let (poster, ()) = tokio::try_join!(looking, self.feed(app, vec![near], writer))?;
        Ok(poster)
    }

    /// Sends these segments into the pipe. Whoever reads may stop before the end.
    async fn feed(&self, app: &App, which: Vec<usize>, into: PipeWriter) -> Result<(), JobError> {
        let mut into = Sender::from_owned_fd(into.into())?;
        for index in which {
            let piece = &self.segments[index];
            let key = Key::Segment {
                user: self.lease.user_id,
                video: self.lease.video_id,
                attempt: self.attempt.to_owned(),
                name: piece.name.clone(),
            };
            let (mut at, until) = (0, piece.size.min(MOST_BYTES));
            match app.bucket.copy_range(&key, &mut at, until, &mut into, |_| {}, |_| {}).await {
                Ok(()) => {}
                Err(BucketError::Io(error)) if error.kind() == ErrorKind::BrokenPipe => return Ok(()),
                Err(error) => return Err(error.into()),
            }
        }
        faults::point("storyboard:fed");
        Ok(())
    }
}

/// The tile that promises a better poster than the present one, if any does.
fn worth_replacing(row: &VideoRow, board: &Storyboard) -> Option<usize> {
    let best = looks::best(&board.scores)?;
    let present = row.poster_score.unwrap_or(0);
    (present < looks::GOOD && board.scores[best] > present + CLEARLY).then_some(best)
}

fn is_better(row: &VideoRow, found: &Poster) -> bool {
    found.score > row.poster_score.unwrap_or(0) + CLEARLY
}

/// Stores sheets and poster, and confirms what is there. Nothing of it counts yet.
async fn store(app: &App, lease: &Lease, layout: Layout, board: &Storyboard, poster: Option<&Poster>) -> Result<Drawn, JobError> {
    let (user, video, attempt) = (lease.user_id, lease.video_id, lease.token.clone());
    let named = |(file, sheet): (&PathBuf, u32)| (file.clone(), Key::Storyboard { user, video, attempt: attempt.clone(), sheet });
    let sheets: Vec<(PathBuf, Key)> = board.sheets.iter().zip(0..).map(named).collect();
    futures::stream::iter(sheets)
        .map(|(file, key)| async move { app.bucket.put_file(&key, &file).await })
        .buffer_unordered(PARALLEL)
        .try_collect::<()>()
        .await?;
    faults::point("storyboard:sheets_stored");
    let there = app.bucket.sizes(&own_prefix(lease)).await?;
    if there.len() != board.sheets.len() || there.values().sum::<u64>() != board.bytes {
        let detail = format!("{} sheets of {} are stored", there.len(), board.sheets.len());
        return Err(BucketError::Failed { operation: "list_objects_v2", detail }.into());
    }
    let poster = match poster {
        Some(poster) => {
            let key = Key::BetterPoster { user, video, attempt };
            app.bucket.put_file(&key, &poster.file).await?;
            faults::point("storyboard:poster_stored");
            Some((key.path(), poster.score))
        }
        None => None,
    };
    Ok(Drawn {
        interval_ms: layout.interval_ms,
        tiles: layout.tiles,
        tile_width: i64::from(board.tile_width),
        tile_height: i64::from(board.tile_height),
        bytes: board.bytes as i64,
        poster,
    })
}

fn own_prefix(lease: &Lease) -> String {
    format!("{}{}/", storyboard_prefix(lease.user_id, lease.video_id), lease.token)
}

/// Takes back what one attempt stored, or all of them. What stays is found by the daily look.
async fn remove(app: &App, lease: &Lease, of: Option<&Lease>) {
    let prefix = of.map_or_else(|| storyboard_prefix(lease.user_id, lease.video_id), own_prefix);
    let poster = Key::BetterPoster { user: lease.user_id, video: lease.video_id, attempt: lease.token.clone() }.path();
    let removing = async {
        app.bucket.delete_prefix(&prefix, None).await?;
        app.bucket.delete(&poster).await
    };
    match tokio::time::timeout(CLEANUP_TIMEOUT, removing).await {
        Ok(Ok(())) => {}
        Ok(Err(error)) => tracing::warn!(video = %lease.video_id, %error, "sheets that do not count stay until the daily look"),
        Err(_) => {
            tracing::warn!(video = %lease.video_id, "the bucket is slow; sheets that do not count stay until the daily look")
        }
    }
}

/// Removes what earlier attempts left, now that this one counts.
async fn remove_losers(app: &App, lease: &Lease) {
    let all = storyboard_prefix(lease.user_id, lease.video_id);
    if let Err(error) = app.bucket.delete_prefix(&all, Some(&own_prefix(lease))).await {
        tracing::warn!(video = %lease.video_id, %error, "sheets of earlier attempts stay until the daily look");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(score: Option<i64>) -> VideoRow {
        VideoRow { poster_score: score, ..VideoRow::default() }
    }

    fn board(scores: &[i64]) -> Storyboard {
        Storyboard { sheets: Vec::new(), tile_width: 320, tile_height: 180, bytes: 0, scores: scores.to_vec() }
    }

    #[test]
    fn a_black_poster_is_replaced_by_the_first_good_moment() {
        assert_eq!(worth_replacing(&row(Some(0)), &board(&[0, 10, 480, 500])), Some(2));
        assert_eq!(worth_replacing(&row(None), &board(&[0, 300])), Some(1));
    }

    #[test]
    fn a_good_poster_stays_and_so_does_one_that_nothing_beats() {
        assert_eq!(worth_replacing(&row(Some(looks::GOOD)), &board(&[900])), None);
        assert_eq!(worth_replacing(&row(Some(20)), &board(&[60, 65])), None);
        assert_eq!(worth_replacing(&row(Some(0)), &board(&[])), None);
    }
}
