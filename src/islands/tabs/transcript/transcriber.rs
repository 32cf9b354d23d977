//! A transcript made by this server, where it can: asked for here, and told how far it is.

use super::Panel;
use crate::{
    browser::{
        dom, page,
        remote::transcript::{get_head, get_transcription, start_transcription},
    },
    model::{AppError, ErrorCode, Transcription, TranscriptionStatus, VideoId, clock::roughly},
};
use gloo_timers::future::TimeoutFuture;
use leptos::task::spawn_local;
use std::{pin::Pin, rc::Rc};

/// How often the page asks while one is being made, in milliseconds. It takes minutes.
const POLL_MS: u32 = 2_000;

type Answer = Pin<Box<dyn Future<Output = Result<Transcription, AppError>>>>;

impl Panel {
    /// Asks what the server can do and does, as long as the tab is open and there is no transcript.
    pub fn ask_transcriber(self: &Rc<Self>) {
        self.follow_transcriber(|id| Box::pin(get_transcription(id)));
    }

    pub fn transcribe(self: &Rc<Self>) {
        dom::alert(&self.root, "");
        self.follow_transcriber(|id| Box::pin(start_transcription(id)));
    }

    fn follow_transcriber(self: &Rc<Self>, first: fn(VideoId) -> Answer) {
        let turn = self.asked.get() + 1;
        self.asked.set(turn);
        let panel = self.clone();
        spawn_local(async move {
            let mut ask = first;
            while panel.asked.get() == turn && !panel.has_transcript() && panel.is_shown() {
                // A page in the background waits until somebody is back.
                if !page::hidden() {
                    let answer = ask(panel.video).await;
                    // Somebody asked anew meanwhile, and this is old news.
                    if panel.asked.get() != turn {
                        return;
                    }
                    match answer {
                        Ok(state) => {
                            panel.tell(&state);
                            let was_at_work = panel.at_work.replace(is_busy(&state));
                            if !is_busy(&state) {
                                if state.status.is_none() && (was_at_work || panel.has_one_come(turn).await) {
                                    panel.renewed();
                                    panel.say(if was_at_work { "Transcribed" } else { "" });
                                }
                                return;
                            }
                        }
                        // Lost for a moment while one is being made: it goes on without us.
                        Err(refused) if panel.at_work.get() && passes(refused.code) => {}
                        Err(refused) => return dom::alert(&panel.root, &refused.message),
                    }
                    ask = |id| Box::pin(get_transcription(id));
                }
                TimeoutFuture::new(POLL_MS).await;
            }
        });
    }

    /// Whether there is a transcript all the same: it was made, or added elsewhere, while nobody had this tab open.
    async fn has_one_come(&self, turn: u32) -> bool {
        let come = matches!(get_head(self.video).await, Ok(Some(_)));
        come && self.asked.get() == turn && !self.has_transcript()
    }

    /// Whether this is the tab on show, in a page that may be in the background.
    fn is_shown(&self) -> bool {
        !self.root.has_attribute("hidden")
    }

    fn tell(&self, state: &Transcription) {
        let (root, busy) = (&self.root, is_busy(state));
        let failed = state.status == Some(TranscriptionStatus::Failed);
        let button = dom::find(root, "[data-act=transcribe]").filter(|_| busy);
        let lost = button.is_some_and(|button| button.matches(":focus").unwrap_or(false));
        dom::show(root, "[data-no-transcriber]", !state.available && !busy);
        dom::show(root, "[data-act=transcribe]", state.available && !busy);
        dom::write(root, "[data-act=transcribe]", if failed { "Try again" } else { "Transcribe this recording" });
        dom::show(root, "[data-writing]", busy);
        dom::write(root, "[data-writing-words]", &words(state));
        dom::write(root, "[data-told]", milestone(state));
        if let Some(progress) = dom::find(root, "[data-writing] progress") {
            match state.percent {
                Some(percent) => dom::set_attr(&progress, "value", &percent.to_string()),
                None => drop(progress.remove_attribute("value")),
            }
        }
        if lost {
            self.focus_choice();
        }
        // What else the alert may say stays.
        if self.failed.replace(failed) || failed {
            dom::alert(root, if failed { state.error_message.as_deref().unwrap_or("The transcription failed.") } else { "" });
        }
    }
}

fn is_busy(state: &Transcription) -> bool {
    matches!(state.status, Some(TranscriptionStatus::Waiting | TranscriptionStatus::Running))
}

/// What is gone at the next question, if the server or the way to it has trouble.
fn passes(code: ErrorCode) -> bool {
    matches!(code, ErrorCode::Network | ErrorCode::Unavailable | ErrorCode::TooManyRequests | ErrorCode::Internal)
}

/// How far it is, for who hears it and does not see it: a sentence now and then, and not one every two seconds.
fn milestone(state: &Transcription) -> &'static str {
    match (state.status, state.percent.unwrap_or(0)) {
        (Some(TranscriptionStatus::Waiting), _) => "The transcription was asked for.",
        (Some(TranscriptionStatus::Running), 0..25) => "The transcription has begun.",
        (Some(TranscriptionStatus::Running), 25..50) => "A quarter is written down.",
        (Some(TranscriptionStatus::Running), 50..75) => "Half of it is written down.",
        (Some(TranscriptionStatus::Running), _) => "Three quarters are written down.",
        _ => "",
    }
}

/// How far it is, in a sentence.
fn words(state: &Transcription) -> String {
    match state.status {
        Some(TranscriptionStatus::Waiting) => "Waiting for its turn. You can leave this page meanwhile.".to_owned(),
        Some(TranscriptionStatus::Running) => {
            let mut words = "Transcribing".to_owned();
            if let Some(percent) = state.percent {
                words.extend([" — ", &percent.to_string(), " %"]);
            }
            if let Some(secs) = state.seconds_left {
                words.extend([", about ", &roughly(f64::from(secs)), " left"]);
            }
            words.push_str(". You can leave this page meanwhile.");
            words
        }
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(percent: Option<u32>, seconds_left: Option<u32>) -> Transcription {
        let status = Some(TranscriptionStatus::Running);
        Transcription { available: true, status, percent, seconds_left, error_message: None }
    }

    #[test]
    fn who_listens_hears_of_quarters() {
        let heard: Vec<&str> = [None, Some(3), Some(24)].into_iter().map(|percent| milestone(&at(percent, None))).collect();
        assert!(heard.iter().all(|sentence| *sentence == heard[0]), "{heard:?}");
        assert_ne!(milestone(&at(Some(24), None)), milestone(&at(Some(25), None)));
        assert_eq!(milestone(&at(Some(75), Some(60))), milestone(&at(Some(99), Some(1))));
        assert_eq!(milestone(&Transcription::default()), "");
    }

    #[test]
    fn progress_says_only_what_is_known() {
        let running = |percent, seconds_left| words(&at(percent, seconds_left));
        assert_eq!(running(None, None), "Transcribing. You can leave this page meanwhile.");
        assert_eq!(running(Some(40), Some(120)), "Transcribing — 40 %, about 2 minutes left. You can leave this page meanwhile.");
        assert_eq!(words(&Transcription::default()), "");
    }
}
