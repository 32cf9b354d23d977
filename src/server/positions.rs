//! Where somebody left off in a recording, on whatever device.

use super::{App, Result, videos::owned};
use crate::model::{VideoId, Viewer};

/// Recordings up to this long are begun at the beginning.
const SHORT_MS: i64 = 5 * 60 * 1_000;

/// Remembers where the viewer is, or forgets it when nobody would want to go on from there.
pub async fn save_position(app: &App, viewer: &Viewer, id: VideoId, position_ms: i64) -> Result<()> {
    let row = owned(app, viewer, id).await?;
    match worth_keeping(position_ms, row.duration_ms) {
        Some(ms) => {
            app.db.keep_position(viewer.user_id, id, ms).await?;
            app.db.was_watched(id, viewer.user_id).await?;
        }
        None => app.db.forget_position(viewer.user_id, id).await?,
    }
    Ok(())
}

/// The moment to go on from: the recording is a long one, and it has been begun (5 %) and not been seen to its end (90 %).
fn worth_keeping(position_ms: i64, duration_ms: Option<i64>) -> Option<i64> {
    let whole = duration_ms.filter(|ms| *ms > SHORT_MS)?;
    let at = position_ms.clamp(0, whole);
    // Divided and not multiplied: a file may claim any length.
    (whole / 20..=whole - whole / 10).contains(&at).then_some(at)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEN_MINUTES: Option<i64> = Some(600_000);

    #[test]
    fn a_moment_between_a_twentieth_and_nine_tenths_is_kept() {
        assert_eq!(worth_keeping(29_999, TEN_MINUTES), None);
        assert_eq!(worth_keeping(30_000, TEN_MINUTES), Some(30_000));
        assert_eq!(worth_keeping(540_000, TEN_MINUTES), Some(540_000));
        assert_eq!(worth_keeping(540_001, TEN_MINUTES), None);
    }

    #[test]
    fn a_moment_outside_of_the_recording_is_its_beginning_or_its_end() {
        assert_eq!(worth_keeping(-5, TEN_MINUTES), None);
        assert_eq!(worth_keeping(i64::MAX, TEN_MINUTES), None);
        assert_eq!(worth_keeping(i64::MIN, Some(i64::MAX)), None);
    }

    #[test]
    fn nothing_is_kept_of_a_recording_that_is_short_or_of_unknown_length() {
        assert_eq!(worth_keeping(150_000, Some(300_000)), None);
        assert_eq!(worth_keeping(150_000, Some(300_001)), Some(150_000));
        assert_eq!(worth_keeping(150_000, None), None);
        assert_eq!(worth_keeping(150_000, Some(0)), None);
    }
}
