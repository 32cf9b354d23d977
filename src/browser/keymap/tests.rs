use super::*;
use std::collections::HashSet;

/// Every action, and whether a key does it. A new one does not compile until it is counted here.
fn has_a_key(action: Action) -> bool {
    match action {
        Action::AirPlay | Action::ToggleLeft => false,
        Action::TogglePlay
        | Action::Skip(_)
        | Action::Frame(_)
        | Action::Tenth(_)
        | Action::Chapter(_)
        | Action::StartOver
        | Action::ToEnd
        | Action::Speed(_)
        | Action::Volume(_)
        | Action::ToggleMute
        | Action::ToggleCaptions
        | Action::ToggleFullscreen
        | Action::TogglePip
        | Action::Note
        | Action::Search
        | Action::Keys => true,
    }
}

const BUTTONS: [&str; 9] = ["play", "start-over", "mute", "captions", "fullscreen", "pip", "airplay", "left", "keys"];

#[test]
fn no_key_stands_twice_in_the_table() {
    let mut seen = HashSet::new();
    for key in SHORTCUTS.iter().flat_map(|row| row.keys) {
        assert!(seen.insert(key.to_ascii_lowercase()), "{key} stands there twice");
    }
}

#[test]
fn every_row_is_reached_by_each_of_its_keys() {
    for row in SHORTCUTS.iter().filter(|row| row.action != Action::Tenth(0)) {
        for key in row.keys {
            assert_eq!(action(key, Focus::Page), Some(row.action), "{key}");
        }
    }
}

#[test]
fn letters_figures_and_signs_can_be_turned_off_and_keys_without_a_sign_cannot() {
    for key in SHORTCUTS.iter().flat_map(|row| row.keys) {
        assert_eq!(is_sign(key), !matches!(*key, " " | "ArrowLeft" | "ArrowRight" | "ArrowUp" | "ArrowDown" | "Home" | "End"), "{key}");
    }
}

#[test]
fn every_button_does_something_and_has_its_key_where_there_is_one() {
    for act in BUTTONS {
        let action = Action::named(act).unwrap();
        assert_eq!(notation(&[action]).is_some(), has_a_key(action), "{act}");
    }
    assert_eq!(Action::named("retry"), None);
}

#[test]
fn every_row_stands_under_a_heading_of_the_dialog() {
    for row in &SHORTCUTS {
        assert!(GROUPS.iter().any(|(group, _)| *group == row.group), "{}", row.words);
        assert!(has_a_key(row.action), "{}", row.words);
    }
}

#[test]
fn figures_lead_to_their_tenth() {
    assert_eq!(action("0", Focus::Page), Some(Action::Tenth(0)));
    assert_eq!(action("7", Focus::Page), Some(Action::Tenth(7)));
}

#[test]
fn letters_count_in_either_case() {
    assert_eq!(action("K", Focus::Page), Some(Action::TogglePlay));
    assert_eq!(action("q", Focus::Page), None);
}

#[test]
fn typing_a_note_never_moves_the_recording() {
    for key in SHORTCUTS.iter().flat_map(|row| row.keys) {
        assert_eq!(action(key, Focus::Field), None);
    }
}

#[test]
fn space_presses_the_focused_button_and_not_the_player_as_well() {
    assert_eq!(action(" ", Focus::Button), None);
    assert_eq!(action("ArrowRight", Focus::Button), Some(Action::Skip(5_000)));
}

#[test]
fn tabs_and_sliders_keep_the_keys_they_move_by() {
    for key in [" ", "ArrowLeft", "ArrowUp", "Home", "End"] {
        assert_eq!(action(key, Focus::Choice), None);
    }
    assert_eq!(action("k", Focus::Choice), Some(Action::TogglePlay));
}

#[test]
fn shift_may_help_to_type_a_sign_but_makes_a_letter_another_command() {
    assert!(bears_shift("?") && bears_shift("<") && bears_shift("/") && bears_shift("1"));
    assert!(!bears_shift("K") && !bears_shift(" ") && !bears_shift("ArrowLeft") && !bears_shift("л"));
}

#[test]
fn keyboards_without_latin_letters_go_by_place() {
    assert_eq!(latin("л", "KeyK"), "K");
    assert_eq!(latin("z", "KeyY"), "z");
    assert_eq!(latin("é", "Digit2"), "é");
}

#[test]
fn keys_are_written_as_people_and_screen_readers_know_them() {
    assert_eq!(notation(&[Action::TogglePlay]).as_deref(), Some("Space K"));
    assert_eq!(notation(&[Action::Skip(-5_000), Action::Skip(5_000)]).as_deref(), Some("ArrowLeft ArrowRight"));
    assert_eq!(notation(&[Action::AirPlay]), None);
    assert_eq!(hint(Action::Volume(10)).as_deref(), Some("↑"));
    let figures = SHORTCUTS.iter().find(|row| row.action == Action::Tenth(0)).unwrap();
    assert_eq!(caps(figures), ["0–9"]);
}

#[test]
fn only_what_can_be_done_by_degrees_repeats_while_a_key_is_held() {
    assert!(Action::Skip(5_000).repeats() && Action::Volume(10).repeats());
    assert!(!Action::TogglePlay.repeats() && !Action::Note.repeats());
}
