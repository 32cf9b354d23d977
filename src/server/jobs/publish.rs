//! Storing segments while ffmpeg still makes others, so that people watch a recording that is being converted.
//!
//! Nobody can be pointed at a segment that is not there: a playlist names only what is stored, in order. It is an EVENT
//! playlist (RFC 8216, 4.3.3.5): it may grow and nothing in it may change.

use super::JobError;
use crate::server::{
    App,
    db::jobs::Lease,
    faults,
    media::{
        Hls, Segment,
        clock::SEGMENT_SECS,
        hls::Made,
        plan::LONGEST_SEGMENT,
    },
    storage::Key,
};
use futures::{FutureExt, StreamExt, future::BoxFuture, stream::FuturesUnordered};
use std::{
    collections::BTreeSet,
    fmt::Write,
    sync::atomic::{AtomicI64, Ordering},
    time::Duration,
};
use tokio::sync::mpsc;

/// Segments on their way to the bucket at once: enough to hide a round trip of 50 ms at 100 Mb/s.
const PARALLEL: usize = 6;
/// How often playlist and progress are brought up to date.
const TELL: Duration = Duration::from_secs(1);
/// Below two segments a player would wait at once: two of the usual length, however short the first is made. The tenth is for
/// lengths that are not round.
const WATCHABLE: usize = 2;
const WATCHABLE_SECS: f64 = 2.0 * SEGMENT_SECS - 0.1;

/// The longest that a segment can be, in seconds, where key frames are this far apart at most. No list may name a longer one, nor
/// change its mind while it grows (RFC 8216, 4.3.3.1 and 6.2.1), so it is said before it is known: the cut waits for the first key
/// frame after six seconds.
pub fn target(longest_gap: f64) -> u64 {
    (SEGMENT_SECS + longest_gap).max(LONGEST_SEGMENT).ceil() as u64
}

/// What one attempt publishes.
pub struct Publication<'a> {
    pub app: &'a App,
    pub lease: &'a Lease,
    /// Milliseconds that ffmpeg has gone through.
    pub made: &'a AtomicI64,
    /// What the playlist says of the longest segment ([`target`]).
    pub target: u64,
}

/// What is on its way to the bucket; each tells which segment it was.
pub type Uploads<'a> = FuturesUnordered<BoxFuture<'a, Result<usize, JobError>>>;

impl Publication<'_> {
    /// Stores what comes until nothing more does. What is on its way when this ends early is left in `uploads`.
    pub async fn run<'a>(&'a self, mut coming: mpsc::Receiver<Made>, uploads: &mut Uploads<'a>) -> Result<(), JobError> {
        let mut known: Vec<Segment> = Vec::new();
        let (mut stored, mut told) = (BTreeSet::new(), 0);
        let (mut open, mut tick) = (true, tokio::time::interval(TELL));
        tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        while open || !uploads.is_empty() {
            tokio::select! {
                Some(done) = uploads.next(), if !uploads.is_empty() => {
                    let index = done?;
                    faults::point("job:stored_segment");
                    stored.insert(index);
                    let first_time = told == 0 && watchable(&known, &stored) > 0;
                    if first_time {
                        told = self.tell(&known, &stored, told).await?;
                    }
                }
                made = coming.recv(), if open && uploads.len() < PARALLEL => match made {
                    Some(made) => {
                        known.push(made.segment.clone());
                        uploads.push(self.store(known.len() - 1, made).boxed());
                    }
                    None => open = false,
                },
                _ = tick.tick() => told = self.tell(&known, &stored, told).await?,
            }
        }
        Ok(())
    }

    async fn store(&self, index: usize, Made { segment, bytes, held }: Made) -> Result<usize, JobError> {
        self.app.bucket.put_unhashed(&self.key(&segment.name), bytes).await?;
        drop(held);
        Ok(index)
    }

    /// Lets the playlist grow to what is stored, and says how far it all is. Returns how many segments it names.
    async fn tell(&self, known: &[Segment], stored: &BTreeSet<usize>, told: usize) -> Result<usize, JobError> {
        let watchable = watchable(known, stored);
        if watchable > told {
            faults::point("job:before_playlist");
            let list = playlist(&known[..watchable], self.target, false);
            self.app.bucket.put_bytes(&self.playlist_key(), list.into_bytes()).await?;
            faults::point("job:published");
        }
        let playable: f64 = known[..watchable].iter().map(|segment| segment.duration_s).sum();
        let playable_ms = (playable * 1000.0) as i64;
        self.app.db.tell_progress(self.lease, self.made.load(Ordering::Relaxed), playable_ms).await?;
        faults::point("job:told");
        Ok(watchable)
    }

    /// Closes the playlist after all of `hls` is stored, and every size is confirmed. Returns the playlist's key.
    pub async fn close(&self, hls: &Hls) -> Result<String, JobError> {
        faults::point("job:all_stored");
        self.confirm(hls).await?;
        let longest = hls.segments.iter().map(|segment| segment.duration_s.round() as u64).max().unwrap_or(0);
        let key = self.playlist_key();
        self.app.bucket.put_bytes(&key, playlist(&hls.segments, longest.max(self.target), true).into_bytes()).await?;
        faults::point("job:final_playlist");
        Ok(key.path())
    }

    /// One listing tells the sizes of a thousand objects.
    async fn confirm(&self, hls: &Hls) -> Result<(), JobError> {
        let prefix = crate::server::storage::key::attempt_prefix(self.lease.user_id, self.lease.video_id, &self.lease.token);
        let sizes = self.app.bucket.sizes(&prefix).await?;
        for segment in &hls.segments {
            let size = sizes.get(&self.key(&segment.name).path()).copied();
            if size != Some(segment.size) {
                let detail = format!("{}: {size:?} of {} bytes are stored", segment.name, segment.size);
                return Err(crate::server::storage::BucketError::Failed { operation: "list_objects_v2", detail }.into());
            }
        }
        Ok(())
    }

    fn key(&self, name: &str) -> Key {
        Key::Segment { user: self.lease.user_id, video: self.lease.video_id, attempt: self.lease.token.clone(), name: name.to_owned() }
    }

    fn playlist_key(&self) -> Key {
        Key::Playlist { user: self.lease.user_id, video: self.lease.video_id, attempt: self.lease.token.clone() }
    }
}

/// How many can be watched: all that are stored without a gap from the first, or none yet.
fn watchable(known: &[Segment], stored: &BTreeSet<usize>) -> usize {
    let ready = in_order(stored);
    let secs: f64 = known[..ready].iter().map(|segment| segment.duration_s).sum();
    if ready >= WATCHABLE && secs >= WATCHABLE_SECS { ready } else { 0 }
}

/// How many are stored without a gap from the first.
fn in_order(stored: &BTreeSet<usize>) -> usize {
    stored.iter().enumerate().take_while(|(n, index)| n == *index).count()
}

fn playlist(segments: &[Segment], target: u64, closed: bool) -> String {
    let mut text =
        format!("#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-TARGETDURATION:{target}\n#EXT-X-MEDIA-SEQUENCE:0\n#EXT-X-PLAYLIST-TYPE:EVENT\n");
    // Native players would join a list that is still growing near its end.
    text.push_str("#EXT-X-START:TIME-OFFSET=0\n");
    for Segment { name, duration_s, .. } in segments {
        // Writing to a String cannot fail.
        let _ = writeln!(text, "#EXTINF:{duration_s:.6},\n{name}");
    }
    if closed {
        text.push_str("#EXT-X-ENDLIST\n");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::server::media::segments::name_of;

    #[test]
    fn only_what_is_stored_without_a_gap_can_be_watched() {
        assert_eq!([in_order(&[].into()), in_order(&[0, 1, 3].into()), in_order(&[1, 2].into())], [0, 2, 0]);
    }

    fn segments(lengths: &[f64]) -> Vec<Segment> {
        let segment = |(n, secs): (usize, &f64)| Segment { name: name_of(n), duration_s: *secs, size: 1 };
        lengths.iter().enumerate().map(segment).collect()
    }

    #[test]
    fn a_short_first_segment_makes_nothing_watchable_sooner_than_the_next_can_follow() {
        let ready = |lengths: &[f64], stored: usize| watchable(&segments(lengths), &(0..stored).collect());
        assert_eq!([ready(&[6.0, 6.0], 1), ready(&[6.0, 5.99], 2), ready(&[20.0], 1)], [0, 2, 0]);
        assert_eq!([ready(&[2.0, 4.0, 6.0], 2), ready(&[2.0, 4.0, 6.0], 3)], [0, 3]);
    }

    #[test]
    fn the_longest_segment_that_there_can_be_is_said_from_the_beginning() {
        // Key frames at 5.9 s and at 17.9 s are not too far apart to be copied, and there is none to cut at between them.
        assert_eq!(target(12.0), 18);
        assert_eq!([target(0.0), target(2.0), target(6.0), target(8.34)], [12, 12, 12, 15]);
    }

    #[test]
    fn a_growing_playlist_has_no_end_and_changes_nothing_it_said() {
        let segments = segments(&[6.0; 3]);
        let target = target(2.0);
        let (growing, closed) = (playlist(&segments[..2], target, false), playlist(&segments, target, true));
        assert!(!growing.contains("ENDLIST") && closed.ends_with("#EXT-X-ENDLIST\n"));
        assert!(closed.starts_with(&growing));
        assert!(m3u8_rs::parse_media_playlist_res(closed.as_bytes()).is_ok_and(|list| list.segments.len() == 3));
    }
}
