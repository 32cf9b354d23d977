//! What keys and buttons do to the player.
//!
//! One table says it all: the keys pressed, the dialog behind `?` and every `aria-keyshortcuts` come from [`SHORTCUTS`].

/// Five seconds: far enough to repeat a sentence, near enough to keep the thread.
const STEP_MS: i64 = 5_000;
/// Ten: past an aside, or back to where one stopped listening.
pub const SKIP_MS: i64 = 10_000;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    TogglePlay,
    /// Milliseconds, negative backwards.
    Skip(i64),
    /// Frames, negative backwards.
    Frame(i64),
    /// Tenths of the recording.
    Tenth(i64),
    /// Chapters, negative backwards.
    Chapter(i64),
    StartOver,
    ToEnd,
    /// Steps of a quarter, negative slower.
    Speed(i64),
    /// Percent of full volume, negative quieter.
    Volume(i64),
    ToggleMute,
    ToggleCaptions,
    ToggleFullscreen,
    TogglePip,
    AirPlay,
    /// The whole length, or the time left.
    ToggleLeft,
    Note,
    Search,
    Keys,
}

impl Action {
    /// What the button with this `data-act` does.
    pub fn named(act: &str) -> Option<Self> {
        Some(match act {
            "play" => Self::TogglePlay,
            "start-over" => Self::StartOver,
            "mute" => Self::ToggleMute,
            "captions" => Self::ToggleCaptions,
            "fullscreen" => Self::ToggleFullscreen,
            "pip" => Self::TogglePip,
            "airplay" => Self::AirPlay,
            "left" => Self::ToggleLeft,
            "keys" => Self::Keys,
            _ => return None,
        })
    }

    /// Whether a key held down does it again and again. A switch would only flicker.
    pub fn repeats(self) -> bool {
        matches!(self, Self::Skip(_) | Self::Frame(_) | Self::Speed(_) | Self::Volume(_))
    }
}

/// A heading in the dialog.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Group {
    Playing,
    Picture,
    Page,
}

/// The headings, in the order of the dialog.
pub const GROUPS: [(Group, &str); 3] =
    [(Group::Playing, "Playing"), (Group::Picture, "Sound and picture"), (Group::Page, "Beside the player")];

/// One row of the table. A key is named as in `KeyboardEvent.key`; letters count in either case.
#[derive(Clone, Copy, Debug)]
pub struct Shortcut {
    pub keys: &'static [&'static str],
    pub action: Action,
    pub words: &'static str,
    pub group: Group,
}

const fn row(group: Group, keys: &'static [&'static str], action: Action, words: &'static str) -> Shortcut {
    Shortcut { keys, action, words, group }
}

pub const SHORTCUTS: [Shortcut; 23] = [
    row(Group::Playing, &[" ", "k"], Action::TogglePlay, "Play or pause"),
    row(Group::Playing, &["ArrowLeft"], Action::Skip(-STEP_MS), "5 seconds back"),
    row(Group::Playing, &["ArrowRight"], Action::Skip(STEP_MS), "5 seconds on"),
    row(Group::Playing, &["j"], Action::Skip(-SKIP_MS), "10 seconds back"),
    row(Group::Playing, &["l"], Action::Skip(SKIP_MS), "10 seconds on"),
    row(Group::Playing, &[","], Action::Frame(-1), "One frame back"),
    row(Group::Playing, &["."], Action::Frame(1), "One frame on"),
    row(Group::Playing, &["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"], Action::Tenth(0), "To that tenth of the recording"),
    row(Group::Playing, &["["], Action::Chapter(-1), "To the chapter before"),
    row(Group::Playing, &["]"], Action::Chapter(1), "To the next chapter"),
    row(Group::Playing, &["Home"], Action::StartOver, "To the beginning"),
    row(Group::Playing, &["End"], Action::ToEnd, "To the end"),
    row(Group::Playing, &["<"], Action::Speed(-1), "Slower"),
    row(Group::Playing, &[">"], Action::Speed(1), "Faster"),
    row(Group::Picture, &["ArrowUp"], Action::Volume(10), "Louder"),
    row(Group::Picture, &["ArrowDown"], Action::Volume(-10), "Quieter"),
    row(Group::Picture, &["m"], Action::ToggleMute, "Sound off or on"),
    row(Group::Picture, &["c"], Action::ToggleCaptions, "Captions on or off"),
    row(Group::Picture, &["f"], Action::ToggleFullscreen, "Fullscreen"),
    row(Group::Picture, &["p"], Action::TogglePip, "Picture in a small window"),
    row(Group::Page, &["n"], Action::Note, "New note at this moment"),
    row(Group::Page, &["/"], Action::Search, "Search the transcript"),
    row(Group::Page, &["?"], Action::Keys, "This list"),
];

type Row = (&'static [&'static str], Action);

/// Keys and actions alone: what the browser carries. The words stay on the server, and out of the WASM.
static KEYS: [Row; SHORTCUTS.len()] = {
    let mut rows = [(SHORTCUTS[0].keys, SHORTCUTS[0].action); SHORTCUTS.len()];
    let mut i = 0;
    while i < rows.len() {
        rows[i] = (SHORTCUTS[i].keys, SHORTCUTS[i].action);
        i += 1;
    }
    rows
};

/// Where the keyboard is when a key arrives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Focus {
    /// Nowhere in particular, or on the seek bar.
    Page,
    /// On a button or a link, which Space already presses.
    Button,
    /// On tabs or a slider, where arrows, Home, End and Space move between values.
    Choice,
    /// In a text field, a select, a menu or a dialog: every key belongs there.
    Field,
}

/// The action of `key`, if it has one here. Keys with Ctrl, Alt or Meta never reach this.
pub fn action(key: &str, focus: Focus) -> Option<Action> {
    let taken = match focus {
        Focus::Page => false,
        Focus::Button => key == " ",
        // Only keys without a sign of their own have names longer than that.
        Focus::Choice => key == " " || key.len() > 1,
        Focus::Field => true,
    };
    if taken {
        return None;
    }
    KEYS.iter().find_map(|(keys, action)| {
        let place = keys.iter().position(|known| known.eq_ignore_ascii_case(key))?;
        Some(match *action {
            // The figures share a row: which of them it was says how far.
            Action::Tenth(_) => Action::Tenth(place as i64),
            action => action,
        })
    })
}

/// Whether the key is a letter, a figure or a sign, which somebody who speaks to the computer types without meaning to: they can be
/// turned off (WCAG 2.2, 2.1.4). Space, arrows, Home and End cannot.
pub fn is_sign(key: &str) -> bool {
    key.len() == 1 && key != " "
}

/// Whether Shift only helped to type this key: `?`, `<`, or a figure on a French keyboard. With a letter, Space or an
/// arrow it makes another command, which is not ours.
pub fn bears_shift(key: &str) -> bool {
    matches!(key.as_bytes(), [sign] if sign.is_ascii_punctuation() || sign.is_ascii_digit())
}

/// The key by its sign; on a keyboard without Latin letters by its place, as on an English one.
pub fn latin<'a>(key: &'a str, code: &'a str) -> &'a str {
    if key.is_ascii() { key } else { code.strip_prefix("Key").unwrap_or(key) }
}

/// The keys of `actions` as `aria-keyshortcuts` names them; nothing when there are none.
pub fn notation(actions: &[Action]) -> Option<String> {
    let rows = SHORTCUTS.iter().filter(|row| actions.contains(&row.action));
    let names: Vec<String> = rows.flat_map(|row| row.keys).map(|key| name(key)).collect();
    (!names.is_empty()).then(|| names.join(" "))
}

/// The first key of `action`, for a tooltip.
pub fn hint(action: Action) -> Option<String> {
    let row = SHORTCUTS.iter().find(|row| row.action == action)?;
    row.keys.first().map(|key| cap(key))
}

/// The keys of one row as they are printed on the keyboard. A whole rank of keys is one range.
pub fn caps(row: &Shortcut) -> Vec<String> {
    match row.keys {
        [first, .., last] if row.keys.len() > 2 => vec![[*first, "–", *last].concat()],
        keys => keys.iter().map(|key| cap(key)).collect(),
    }
}

fn cap(key: &str) -> String {
    match key {
        "ArrowLeft" => "←".into(),
        "ArrowRight" => "→".into(),
        "ArrowUp" => "↑".into(),
        "ArrowDown" => "↓".into(),
        key => name(key),
    }
}

fn name(key: &str) -> String {
    match key {
        " " => "Space".into(),
        key if key.len() == 1 => key.to_ascii_uppercase(),
        key => key.to_owned(),
    }
}

#[cfg(test)]
mod tests;
