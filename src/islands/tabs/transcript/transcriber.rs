//! A transcript made by this server, where it can: asked for here, and told how far it is.

use super::Panel;
use crate::{
    browser::{
        dom, page,
        remote::transcript::{get_transcription, start_transcription},
    },
    model::{AppError, Transcription, TranscriptionStatus, VideoId, clock::roughly},
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
                    match ask(panel.video).await {
                        Ok(state) => {
                            panel.tell(&state);
                            let was_at_work = panel.at_work.replace(is_busy(&state));
                            if !is_busy(&state) {
                                if was_at_work && state.status.is_none() {
                                    panel.renewed();
                                }
                                return;
                            }
                        }
                        // Lost for a moment while one is being made: it goes on without us.
                        Err(_) if panel.at_work.get() => {}
                        Err(refused) => return dom::alert(&panel.root, &refused.message),
                    }
                    ask = |id| Box::pin(get_transcription(id));
                }
                TimeoutFuture::new(POLL_MS).await;
            }
        });
    }

    /// Whether this is the tab on show, in a page that may be in the background.
    fn is_shown(&self) -> bool {
        !self.root.has_attribute("hidden")
    }

    fn tell(&self, state: &Transcription) {
        let (root, busy) = (&self.root, is_busy(state));
        let failed = state.status == Some(TranscriptionStatus::Failed);
        dom::show(root, "[data-no-transcriber]", !state.available && !busy);
        dom::show(root, "[data-act=transcribe]", state.available && !busy);
        dom::write(root, "[data-act=transcribe]", if failed { "Try again" } else { "Transcribe this recording" });
        dom::show(root, "[data-writing]", busy);
        dom::write(root, "[data-writing-words]", &words(state));
        if let Some(progress) = dom::find(root, "[data-writing] progress") {
            match state.percent {
                Some(percent) => dom::set_attr(&progress, "value", &percent.to_string()),
                None => drop(progress.remove_attribute("value")),
            }
        }
        if failed {
            dom::alert(root, state.error_message.as_deref().unwrap_or("The transcription failed."));
        }
    }
}

fn is_busy(state: &Transcription) -> bool {
    matches!(state.status, Some(TranscriptionStatus::Waiting | TranscriptionStatus::Running))
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

    #[test]
    fn progress_says_only_what_is_known() {
        let running = |percent, seconds_left| {
            words(&Transcription {
                available: true,
                status: Some(TranscriptionStatus::Running),
                percent,
                seconds_left,
                error_message: None,
            })
        };
        assert_eq!(running(None, None), "Transcribing. You can leave this page meanwhile.");
        assert_eq!(running(Some(40), Some(120)), "Transcribing — 40 %, about 2 minutes left. You can leave this page meanwhile.");
        assert_eq!(words(&Transcription::default()), "");
    }
}
