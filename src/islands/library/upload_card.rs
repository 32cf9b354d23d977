//! One upload on the shelf. When it is done it becomes the recording's card, in the same place.

use super::cards;
use crate::{
    browser::dom,
    islands::upload::{Phase, Upload, pace::seconds_left},
    model::{Video, clock, video::title_from_file_name},
};
use web_sys::HtmlElement;

/// A new card for `upload`, stamped from the blank below `root`.
pub fn make(root: &HtmlElement, upload: &Upload) -> Option<HtmlElement> {
    let card = dom::stamp(root, "upload")?;
    let name = upload.file.name();
    dom::set_attr(&card, "data-upload", &upload.key.to_string());
    dom::write(&card, "[data-title]", &title_from_file_name(&name));
    dom::write(&card, "[data-line]", &[&name, " · ", &clock::bytes(upload.size)].concat());
    paint(root, &card, upload);
    Some(card)
}

/// Shows where the upload is now.
pub fn paint(root: &HtmlElement, card: &HtmlElement, upload: &Upload) {
    let phase = &*upload.phase();
    dom::set_attr(card, "data-state", phase.name());
    if let Phase::Done(video) = phase {
        return become_recording(root, card, video);
    }
    let (error, retry) = match phase {
        Phase::Failed { error, retry } => (error.message.as_str(), *retry),
        _ => ("", false),
    };
    dom::alert(card, error);
    dom::show(card, ".gauge", error.is_empty());
    let percent = upload.sent.get() as f64 * 100.0 / upload.size.max(1) as f64;
    if let Some(bar) = dom::find(card, "progress") {
        dom::set_attr(&bar, "value", &(percent as i64).to_string());
    }
    dom::write(card, "[data-words]", &words(phase, percent as i64, upload));
    let sending = matches!(phase, Phase::Waiting | Phase::Uploading | Phase::Offline);
    dom::show(card, "[data-act=pause]", sending);
    dom::show(card, "[data-act=resume]:not([data-retry])", matches!(phase, Phase::Paused));
    dom::show(card, "[data-retry]", retry);
    // What was refused is over: there is nothing left to cancel.
    dom::write(card, "[data-act=cancel]", if error.is_empty() || retry { "Cancel" } else { "Remove" });
}

fn words(phase: &Phase, percent: i64, upload: &Upload) -> String {
    let percent = percent.to_string();
    match phase {
        Phase::Waiting => "Waiting for its turn".into(),
        Phase::Offline => "The network went away. It goes on as soon as it is back.".into(),
        Phase::Paused => ["Paused at ", &percent, " %"].concat(),
        Phase::Checking => "Checking the recording".into(),
        _ => {
            let speed = upload.speed.get();
            let rate = speed.map(|s| [" · ", &clock::bytes(s as i64), "/s"].concat()).unwrap_or_default();
            let left = seconds_left(upload.size - upload.sent.get(), speed)
                .map(|secs| [" · ", &clock::roughly(secs), " left"].concat())
                .unwrap_or_default();
            [&percent, " %", &rate, &left].concat()
        }
    }
}

fn become_recording(root: &HtmlElement, card: &HtmlElement, video: &Video) {
    let Some(recording) = dom::stamp(root, "recording") else { return };
    let id = video.id.to_string();
    dom::set_attr(&recording, "data-video", &id);
    if let Some(pick) = dom::find(&recording, ".pick input") {
        dom::set_attr(&pick, "value", &id);
        dom::set_attr(&pick, "aria-label", &["Select ", &video.title].concat());
    }
    dom::write(&recording, "[data-title]", &video.title);
    dom::write(&recording, "[data-line]", &cards::line(video));
    if let Some(link) = dom::find(&recording, "a") {
        dom::set_attr(&link, "href", &["/videos/", &id].concat());
    }
    if let Some(ms) = video.duration_ms {
        dom::write(&recording, "[data-duration]", &clock::timecode(ms));
        dom::show(&recording, "[data-duration]", true);
    }
    if let Some(frame) = dom::find(&recording, ".poster") {
        dom::flag(&frame, "data-sound", video.width.is_none());
        if let Some(url) = &video.poster_url {
            dom::append_image(&frame, url);
        }
    }
    card.set_text_content(None);
    let _ = card.append_child(&recording);
}
