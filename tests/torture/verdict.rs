//! What came of it all, once everything has settled.

use crate::{
    LEASE,
    books::{Job, Row},
};
use std::time::{Duration, Instant};

#[derive(Debug, Default)]
pub struct Verdict {
    pub ready: usize,
    /// Recordings that failed, with the code that programs read.
    pub failed: Vec<(String, String)>,
    /// Everything that is false, stuck or left over.
    pub problems: Vec<String>,
    /// From the question until no stream was being made.
    pub took: Duration,
}

impl Verdict {
    pub fn count(&mut self, rows: &[Row]) {
        for row in rows {
            match row.hls_status.as_deref() {
                Some("ready") => self.ready += 1,
                Some("failed") => match &row.hls_error_code {
                    Some(code) => self.failed.push((row.id.clone(), code.clone())),
                    None => self.problems.push(format!("{} failed without saying why", row.id)),
                },
                Some(other) => self.problems.push(format!("{} is still {other}", row.id)),
                None => self.problems.push(format!("{} was never asked for", row.id)),
            }
        }
    }

    /// Nothing false, nothing left, and all of `count` ready.
    pub fn all_ready(&self, count: usize) {
        self.holds();
        assert!(self.failed.is_empty() && self.ready == count, "{} of {count} are ready, {:?} failed", self.ready, self.failed);
    }

    /// Nothing false and nothing left, whatever failed.
    pub fn holds(&self) {
        assert!(self.problems.is_empty(), "{:#?}", self.problems);
    }
}

/// Notices a queue that nobody serves. One look proves nothing; two leases of the same look do.
#[derive(Default)]
pub struct StuckWatch(Option<(String, Instant)>);

impl StuckWatch {
    /// The sentence, once it has been true for too long.
    pub fn look(&mut self, rows: &[Row], jobs: &[Job], now: i64) -> Option<String> {
        let Some((what, patience)) = stuck(rows, jobs, now) else {
            self.0 = None;
            return None;
        };
        match &self.0 {
            Some((before, since)) if *before == what => (since.elapsed() > patience).then(|| format!("{what}, for {:?}", since.elapsed())),
            _ => {
                self.0 = Some((what, Instant::now()));
                None
            }
        }
    }
}

/// Idle workers look for work every second, or less often while the database does not answer.
const POLLS: Duration = Duration::from_secs(6);

/// What looks stuck at this instant, and how long it may look so.
fn stuck(rows: &[Row], jobs: &[Job], now: i64) -> Option<(String, Duration)> {
    if let Some(row) = rows.iter().find(|row| row.is("generating") && !jobs.iter().any(|job| job.makes(&row.id))) {
        return Some((format!("{} is generating and has no job", row.id), LEASE * 2));
    }
    if jobs.iter().any(|job| job.is_held(now)) {
        return None;
    }
    let due = jobs.iter().filter(|job| job.run_after <= now).min_by_key(|job| job.run_after)?;
    Some((format!("the {} job of {} is due, and nobody works", due.kind, due.video_id), LEASE * 2 + POLLS))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row() -> Row {
        Row {
            id: "v".into(),
            user_id: "u".into(),
            hls_status: Some("generating".into()),
            hls_attempt: None,
            hls_segments: None,
            hls_error_code: None,
        }
    }

    fn job(kind: &str, run_after: i64, lease_expires_at: Option<i64>) -> Job {
        Job { kind: kind.into(), video_id: "v".into(), attempts: 1, run_after, lease_expires_at }
    }

    #[test]
    fn a_stream_without_a_job_and_a_due_job_without_a_worker_look_stuck() {
        let says = |jobs: &[Job]| stuck(&[row()], jobs, 100).map(|(what, _)| what).unwrap_or_default();
        assert!(says(&[job("collect_hls", 500, None)]).contains("no job"));
        assert!(says(&[job("generate_hls", 50, None)]).contains("is due"));
        assert!(says(&[job("generate_hls", 50, Some(99))]).contains("is due"));
        assert_eq!(says(&[job("generate_hls", 50, Some(101))]), "");
        assert_eq!(says(&[job("generate_hls", 500, None)]), "", "it waits for its time");
    }
}
