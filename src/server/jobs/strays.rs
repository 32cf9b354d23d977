//! Objects of a recording that nobody needs and no job removes: what was stored by somebody who was killed before he could
//! say so, or who woke up long after his lease had run out.

use super::collect_hls::counts;
use crate::{
    model::{UserId, VideoId},
    server::{
        App,
        storage::key::{attempt_prefix, hls_prefix, storyboard_prefix, video_prefix},
    },
};

/// Removes them. Nothing is touched while a job of the recording waits or is being worked on.
pub async fn remove(app: &App, video: VideoId, user: UserId) -> anyhow::Result<()> {
    // First the list, then the jobs, then the rows: an attempt that begins in between has no object in the list, and one that
    // ends in between is named by a row.
    let listed = app.bucket.list(&video_prefix(user, video)).await?;
    if app.db.has_jobs(video).await? {
        return Ok(());
    }
    let Some(row) = app.db.video(video).await? else { return Ok(()) };
    let sheets = storyboard_prefix(user, video);
    let needed: Vec<String> = [
        counts(&row).map(|attempt| attempt_prefix(user, video, attempt)),
        app.db.storyboard(video).await?.map(|board| format!("{sheets}{}/", board.attempt)),
        row.poster_key,
    ]
    .into_iter()
    .flatten()
    .collect();
    // The original and the first poster are of no attempt.
    let of_attempts = [hls_prefix(user, video), sheets, format!("{}_poster_", video_prefix(user, video))];
    let doomed = strays(listed, &of_attempts, &needed);
    if !doomed.is_empty() {
        let objects = app.bucket.delete_all(doomed).await?;
        tracing::info!(%video, objects, "objects that nobody needs removed");
    }
    Ok(())
}

/// What begins as attempts' objects do, and not as those of an attempt that counts.
fn strays(mut listed: Vec<String>, of_attempts: &[String], needed: &[String]) -> Vec<String> {
    let begins = |key: &String, prefixes: &[String]| prefixes.iter().any(|prefix| key.starts_with(prefix));
    listed.retain(|key| begins(key, of_attempts) && !begins(key, needed));
    listed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_attempts_those_go_that_no_row_names() {
        let of_attempts = ["v_hls/", "v_storyboard/", "v_poster_"].map(str::to_owned);
        let needed = ["v_hls/a/", "v_storyboard/b/", "v_poster_b.jpg"].map(str::to_owned);
        let listed = |keys: &[&str]| keys.iter().map(|key| (*key).to_owned()).collect();
        let kept = ["v.mp4", "v_poster.jpg", "v_poster_b.jpg", "v_hls/a/playlist.m3u8", "v_storyboard/b/0.jpg", "v_later/x"];
        assert!(strays(listed(&kept), &of_attempts, &needed).is_empty());
        let gone = ["v_poster_a.jpg", "v_hls/b/segment0.ts", "v_storyboard/a/0.jpg", "v_hls/ab/segment0.ts"];
        assert_eq!(strays(listed(&gone), &of_attempts, &needed), gone);
    }
}
