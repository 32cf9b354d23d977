//! What a key does on the video page.

/// Five seconds: far enough to repeat a sentence, near enough to keep the thread.
pub const STEP_MS: i64 = 5_000;

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Action {
    TogglePlay,
    /// Milliseconds, negative backwards.
    Skip(i64),
    /// A share of full volume, negative quieter.
    Volume(f64),
    ToggleMute,
    ToggleFullscreen,
}

/// Where the keyboard is when a key arrives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Focus {
    /// Nowhere in particular, or on the seek bar.
    Page,
    /// On a button or a link, which Space already presses.
    Button,
    /// In a text field, a select, a menu, a dialog or a tab list: every key belongs there.
    Field,
}

/// The action of `key` (`KeyboardEvent.key`), if it has one here. Keys with a modifier never reach this.
pub fn action(key: &str, focus: Focus) -> Option<Action> {
    if focus == Focus::Field || (focus == Focus::Button && key == " ") {
        return None;
    }
    Some(match key {
        " " | "k" | "K" => Action::TogglePlay,
        "ArrowLeft" => Action::Skip(-STEP_MS),
        "ArrowRight" => Action::Skip(STEP_MS),
        "ArrowUp" => Action::Volume(0.1),
        "ArrowDown" => Action::Volume(-0.1),
        "m" | "M" => Action::ToggleMute,
        "f" | "F" => Action::ToggleFullscreen,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_usual_keys_do_the_usual_things() {
        assert_eq!(action(" ", Focus::Page), Some(Action::TogglePlay));
        assert_eq!(action("k", Focus::Page), Some(Action::TogglePlay));
        assert_eq!(action("ArrowLeft", Focus::Page), Some(Action::Skip(-5_000)));
        assert_eq!(action("ArrowRight", Focus::Page), Some(Action::Skip(5_000)));
        assert_eq!(action("m", Focus::Page), Some(Action::ToggleMute));
        assert_eq!(action("q", Focus::Page), None);
    }

    #[test]
    fn typing_a_note_never_moves_the_recording() {
        for key in [" ", "k", "ArrowLeft", "m", "f"] {
            assert_eq!(action(key, Focus::Field), None);
        }
    }

    #[test]
    fn space_presses_the_focused_button_and_not_the_player_as_well() {
        assert_eq!(action(" ", Focus::Button), None);
        assert_eq!(action("ArrowRight", Focus::Button), Some(Action::Skip(5_000)));
    }
}
