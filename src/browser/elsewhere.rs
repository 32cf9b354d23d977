//! The picture elsewhere: in a small window over everything (picture-in-picture), or on a television (AirPlay).

use super::{page::document, reach};
use web_sys::{Event, HtmlVideoElement};

/// The small window came or went; the last is Safari's own.
pub const WINDOW_EVENTS: [&str; 3] = ["enterpictureinpicture", "leavepictureinpicture", "webkitpresentationmodechanged"];
/// Televisions appeared or went away. Only Safari says so.
pub const SCREENS_EVENT: &str = "webkitplaybacktargetavailabilitychanged";

const SMALL: &str = "picture-in-picture";

/// Whether this browser has the small window. Firefox has one too, with a button of its own over the picture.
pub fn has_window(video: &HtmlVideoElement) -> bool {
    let standard = document().is_some_and(|d| reach::get(&d, "pictureInPictureEnabled").is_truthy());
    standard || reach::ask(video, "webkitSupportsPresentationMode", &[&SMALL.into()]).is_some_and(|yes| yes.is_truthy())
}

pub fn in_window(video: &HtmlVideoElement) -> bool {
    let standard = document().is_some_and(|d| reach::get(&d, "pictureInPictureElement").is_truthy());
    standard || reach::get(video, "webkitPresentationMode") == SMALL
}

/// Into the small window, or back.
pub fn toggle_window(video: &HtmlVideoElement) {
    let Some(document) = document() else { return };
    let on = in_window(video);
    let done = if on { reach::call(&document, "exitPictureInPicture", &[]) } else { reach::call(video, "requestPictureInPicture", &[]) };
    if !done {
        let mode = if on { "inline" } else { SMALL };
        reach::call(video, "webkitSetPresentationMode", &[&mode.into()]);
    }
}

/// Whether the event says that there is a television.
pub fn has_screen(event: &Event) -> bool {
    reach::get(event, "availability") == "available"
}

/// Lets the person choose one.
pub fn choose_screen(video: &HtmlVideoElement) {
    reach::call(video, "webkitShowPlaybackTargetPicker", &[]);
}
