//! The one set of icons: strokes of 1.75 on a grid of 24, round ends.

use leptos::prelude::*;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Icon {
    AirPlay,
    Alert,
    Back,
    Captions,
    Check,
    Clock,
    Close,
    Down,
    Download,
    Film,
    Fullscreen,
    FullscreenOff,
    Keyboard,
    Link,
    Lock,
    More,
    Muted,
    Offline,
    Pause,
    Pencil,
    Pip,
    Play,
    Plus,
    Retry,
    Search,
    Sound,
    Tag,
    Trash,
    Up,
    Upload,
    Volume,
}

impl Icon {
    const fn path(self) -> &'static str {
        match self {
            Self::AirPlay => "M7 17H5a2 2 0 0 1-2-2V7a2 2 0 0 1 2-2h14a2 2 0 0 1 2 2v8a2 2 0 0 1-2 2h-2M12 15l4.5 5.5h-9L12 15Z",
            Self::Alert => "M12 8v5m0 3.5h.01M10.3 3.9 2.5 17.4A2 2 0 0 0 4.2 20.4h15.6a2 2 0 0 0 1.7-3L13.7 3.9a2 2 0 0 0-3.4 0Z",
            Self::Back => "m15 5-7 7 7 7",
            Self::Captions => {
                "M5 5h14a2 2 0 0 1 2 2v10a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2V7a2 2 0 0 1 2-2Zm5.6 5.4a2.2 2.2 0 1 0 0 3.2m6.4-3.2a2.2 2.2 0 1 0 0 3.2"
            }
            Self::Check => "m5 12.5 4.5 4.5L19 7.5",
            Self::Clock => "M12 7v5l3 2M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18Z",
            Self::Close => "M6 6l12 12M18 6 6 18",
            Self::Down => "m6 9.5 6 6 6-6",
            Self::Download => "M12 4v11.5m0 0L7.5 11m4.5 4.5 4.5-4.5M4 16v2.5A1.5 1.5 0 0 0 5.5 20h13a1.5 1.5 0 0 0 1.5-1.5V16",
            Self::Film => "M5 4h14a2 2 0 0 1 2 2v12a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2V6a2 2 0 0 1 2-2Zm5 5v6l5-3-5-3Z",
            Self::Fullscreen => "M4 9V5a1 1 0 0 1 1-1h4M15 4h4a1 1 0 0 1 1 1v4M20 15v4a1 1 0 0 1-1 1h-4M9 20H5a1 1 0 0 1-1-1v-4",
            Self::FullscreenOff => "M9 4v4a1 1 0 0 1-1 1H4M20 9h-4a1 1 0 0 1-1-1V4M15 20v-4a1 1 0 0 1 1-1h4M4 15h4a1 1 0 0 1 1 1v4",
            Self::Keyboard => {
                "M4 6h16a1.5 1.5 0 0 1 1.5 1.5v9A1.5 1.5 0 0 1 20 18H4a1.5 1.5 0 0 1-1.5-1.5v-9A1.5 1.5 0 0 1 4 6Zm2.5 4h.01m3.66 0h.01m3.65 0h.01m3.66 0h.01M8 14.25h8"
            }
            Self::Link => "M10 14a4 4 0 0 0 6 .4l3-3a4 4 0 0 0-5.7-5.7l-1.6 1.6M14 10a4 4 0 0 0-6-.4l-3 3a4 4 0 0 0 5.7 5.7l1.6-1.6",
            Self::Lock => "M7 11V8a5 5 0 0 1 10 0v3M6 11h12a1 1 0 0 1 1 1v8a1 1 0 0 1-1 1H6a1 1 0 0 1-1-1v-8a1 1 0 0 1 1-1Z",
            Self::More => "M5 12h.01M12 12h.01M19 12h.01",
            Self::Muted => "M11 5 6.5 9H3v6h3.5l4.5 4V5Zm5 4.5 5 5m0-5-5 5",
            Self::Offline => {
                "M3 3l18 18M8.5 16.4a5 5 0 0 1 7 0M5 12.9a10 10 0 0 1 5.2-2.7m3.9.1a10 10 0 0 1 4.9 2.6M2 8.8a15 15 0 0 1 4.2-2.6M10.7 5A15 15 0 0 1 22 8.8M12 20h.01"
            }
            Self::Pause => "M8 5v14M16 5v14",
            Self::Pencil => "M4 20l1-4.5L16.5 4a1.8 1.8 0 0 1 2.5 0l1 1a1.8 1.8 0 0 1 0 2.5L8.5 19 4 20Zm10.5-14 3.5 3.5",
            Self::Pip => {
                "M10 19H5a2 2 0 0 1-2-2V7a2 2 0 0 1 2-2h14a2 2 0 0 1 2 2v3M14 13.5h6.5a.5.5 0 0 1 .5.5v4.5a.5.5 0 0 1-.5.5H14a.5.5 0 0 1-.5-.5V14a.5.5 0 0 1 .5-.5Z"
            }
            Self::Play => "M7 4.5v15l12.5-7.5L7 4.5Z",
            Self::Plus => "M12 5v14M5 12h14",
            Self::Retry => "M4 12a8 8 0 0 1 13.7-5.6L20 8.7M20 4v4.7h-4.7M20 12a8 8 0 0 1-13.7 5.6L4 15.3M4 20v-4.7h4.7",
            Self::Search => "M10.5 4a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13ZM15.3 15.3 20 20",
            Self::Sound => "M3.5 10.5v3M7.75 7v10M12 4v16M16.25 8v8M20.5 10.5v3",
            Self::Tag => "M4 4.5h7.2L20 13.3a1.6 1.6 0 0 1 0 2.3L15.6 20a1.6 1.6 0 0 1-2.3 0L4 10.7V4.5Zm4.2 4.2h.01",
            Self::Trash => "M4 7h16M9.5 7V4.5h5V7M6 7l1 13h10l1-13M10 11v5.5M14 11v5.5",
            Self::Up => "m6 14.5 6-6 6 6",
            Self::Upload => "M12 16V4.5m0 0L7.5 9M12 4.5 16.5 9M4 16v2.5A1.5 1.5 0 0 0 5.5 20h13a1.5 1.5 0 0 0 1.5-1.5V16",
            Self::Volume => "M11 5 6.5 9H3v6h3.5l4.5 4V5Zm4.5 4a4.5 4.5 0 0 1 0 6M18 6.5a8 8 0 0 1 0 11",
        }
    }
}

/// An icon; the words beside it, or the button's label, say what it means.
#[component]
pub fn IconView(icon: Icon, #[prop(optional)] class: &'static str) -> impl IntoView {
    view! {
        <svg class=format!("icon {class}") viewBox="0 0 24 24" aria-hidden="true" focusable="false">
            <path d=icon.path() />
        </svg>
    }
}
