//! What can be said of a stream that is being made.

use crate::model::{StreamProgress, clock};

/// One line for the person: how far it is, how long it will take, and why it is not simply copied.
pub fn words(progress: &StreamProgress) -> String {
    let reason = progress.reason.as_deref();
    let verb = if reason.is_some() { "Converting" } else { "Preparing" };
    let left = progress.seconds_left.map(|secs| [", about ", &clock::roughly(f64::from(secs)), " left"].concat());
    let (far, stop) = match progress.percent {
        Some(percent) => ([": ", &i64::from(percent).to_string(), " %", &left.unwrap_or_default()].concat(), ". "),
        None => ("…".into(), " "),
    };
    match reason {
        Some(reason) => [verb, &far, stop, reason].concat(),
        None => [verb, &far].concat(),
    }
}

/// The length of the recording in milliseconds, when `known` was found in the original (0: it does not tell) and `exists`
/// can be played so far. A finished stream may differ from its original by a second or a hundredth; then it is right.
pub fn total(known: i64, exists: i64) -> i64 {
    let slack = (known / 100).max(1_000);
    if exists + slack >= known { exists } else { known }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn progress(percent: Option<u32>, seconds_left: Option<u32>, reason: Option<&str>) -> StreamProgress {
        StreamProgress { percent, seconds_left, playable_ms: 12_000, reason: reason.map(Into::into) }
    }

    #[test]
    fn a_conversion_tells_how_far_how_long_and_why() {
        let said = words(&progress(Some(34), Some(120), Some("The sound was converted from Opus.")));
        assert_eq!(said, "Converting: 34 %, about 2 minutes left. The sound was converted from Opus.");
        assert_eq!(words(&progress(Some(0), None, Some("Because."))), "Converting: 0 %. Because.");
    }

    #[test]
    fn without_a_length_there_is_no_percent_to_tell() {
        assert_eq!(words(&progress(None, None, Some("Because."))), "Converting… Because.");
    }

    #[test]
    fn a_plain_copy_is_no_conversion() {
        assert_eq!(words(&progress(Some(50), Some(1), None)), "Preparing: 50 %, about 1 second left");
        assert_eq!(words(&progress(None, None, None)), "Preparing…");
    }

    #[test]
    fn the_length_stays_the_whole_recordings_while_it_grows() {
        assert_eq!(total(300_000, 12_000), 300_000);
        assert_eq!(total(300_000, 299_960), 299_960);
        assert_eq!(total(300_000, 300_040), 300_040);
        assert_eq!(total(0, 12_000), 12_000);
    }
}
