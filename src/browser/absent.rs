//! What the server sees of the browser: the same names, doing nothing. None of it runs there, since effects and event
//! handlers do not; it only has to be there for components to compile.

// The arguments are the other twin's business.
#![allow(unused_variables, clippy::needless_pass_by_value)]

pub mod early {
    pub fn wake(inside: &web_sys::Element) {}
}

pub mod dom {
    use web_sys::{Element, Event, EventTarget};

    pub struct Listener;

    pub fn listen(target: &EventTarget, event: &'static str, f: impl FnMut(Event) + 'static) -> Listener {
        Listener
    }
    pub fn on_window(event: &'static str, f: impl FnMut(Event) + 'static) -> Option<Listener> {
        None
    }
    pub fn online() -> bool {
        true
    }
    pub fn hidden() -> bool {
        false
    }
    pub fn now_ms() -> f64 {
        0.0
    }
    pub fn set_title(title: &str) {}
    pub fn closest(event: &Event, selector: &str) -> Option<Element> {
        None
    }
    pub fn has_selection() -> bool {
        false
    }
    pub fn path() -> String {
        "/".into()
    }
    pub fn on_return(f: impl Fn() + 'static) -> Option<Listener> {
        None
    }
    pub fn warn_before_leaving() -> Option<Listener> {
        None
    }
}

pub mod drop_zone {
    use web_sys::{File, FileList};

    pub struct DropZone;

    pub fn watch(on_hover: impl Fn(bool) + 'static, on_files: impl Fn(Vec<File>) + 'static) -> DropZone {
        DropZone
    }
    pub fn list(files: Option<FileList>) -> Vec<File> {
        Vec::new()
    }
}

pub mod engine {
    use crate::browser::{chooser::Choice, recovery::Fault};
    use web_sys::HtmlVideoElement;

    pub async fn choose(video: &HtmlVideoElement) -> Option<Choice> {
        None
    }

    pub struct Engine;

    impl Engine {
        pub fn open(
            video: &HtmlVideoElement,
            choice: Choice,
            url: &str,
            at_secs: f64,
            on_fault: impl Fn(Fault) + 'static,
        ) -> Self {
            Self
        }
        pub fn recover_media(&self) -> bool {
            false
        }
    }
}

pub mod fullscreen {
    pub fn toggle(frame: &web_sys::Element, video: &web_sys::HtmlVideoElement) {}
}

pub mod memory {
    pub fn get(key: &str) -> Option<String> {
        None
    }
    pub fn set(key: &str, value: &str) {}
    pub fn remove(key: &str) {}
}

pub mod playhead {
    use leptos::prelude::*;
    use web_sys::{HtmlMediaElement, HtmlVideoElement};

    /// A fresh one each time: requests share nothing.
    pub fn position() -> ArcRwSignal<i64> {
        ArcRwSignal::new(0)
    }
    pub fn now_ms() -> i64 {
        0
    }
    pub fn seek_ms(ms: i64) {}
    pub fn take_wanted() -> Option<i64> {
        None
    }
    pub fn play(video: &HtmlMediaElement) {}
    pub fn attach(video: &HtmlVideoElement) {}
    pub fn detach() {}
    pub fn from_address() -> Option<i64> {
        None
    }
}

pub mod transfer {
    use web_sys::File;

    pub async fn put(url: &str, file: &File, from: i64, to: i64, on_sent: impl Fn(i64) + 'static) -> Result<(), u16> {
        Err(0)
    }
    pub async fn read_text(file: &File) -> Option<String> {
        None
    }
}
