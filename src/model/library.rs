//! How a person looks at their recordings: in which order, and which of them. All of it stands in the page's address.

use serde::{Deserialize, Serialize};

/// Recordings on one page of the library, unless somebody asks for another number.
pub const PAGE: i64 = 24;

/// An order of recordings.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sort {
    #[default]
    Newest,
    Oldest,
    Title,
    Longest,
    /// The one watched last comes first; those never watched come at the end.
    Watched,
}

impl Sort {
    pub const ALL: [Self; 5] = [Self::Newest, Self::Oldest, Self::Title, Self::Longest, Self::Watched];

    /// As `?sort=` has it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Newest => "newest",
            Self::Oldest => "oldest",
            Self::Title => "title",
            Self::Longest => "longest",
            Self::Watched => "watched",
        }
    }

    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|sort| sort.name() == name)
    }

    /// For people.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Newest => "Newest",
            Self::Oldest => "Oldest",
            Self::Title => "Title",
            Self::Longest => "Longest",
            Self::Watched => "Last watched",
        }
    }
}

/// A state that recordings can be picked by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Show {
    Ready,
    Preparing,
    Failed,
    /// Its owner never watched it.
    Unwatched,
    /// Its owner left off in the middle.
    Started,
}

impl Show {
    pub const ALL: [Self; 5] = [Self::Started, Self::Unwatched, Self::Ready, Self::Preparing, Self::Failed];

    /// As `?state=` has it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Ready => "ready",
            Self::Preparing => "preparing",
            Self::Failed => "failed",
            Self::Unwatched => "unwatched",
            Self::Started => "started",
        }
    }

    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|show| show.name() == name)
    }

    /// For people.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Ready => "Ready",
            Self::Preparing => "Preparing",
            Self::Failed => "Failed",
            Self::Unwatched => "Not watched yet",
            Self::Started => "In progress",
        }
    }
}

/// A tag and how many recordings have it, those in the trash not counted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TagCount {
    pub label: String,
    pub count: i64,
}

/// What stands around a page of the library.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Surroundings {
    /// By name.
    pub tags: Vec<TagCount>,
    /// How many recordings are in the trash.
    pub trashed: i64,
}

/// A recording and its tags after they were changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tagged {
    pub id: super::VideoId,
    pub tags: Vec<String>,
}

/// A recording in the trash.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Trashed {
    pub video: super::Video,
    pub trashed_at: i64,
    /// From then on it can be deleted for good at any time.
    pub purge_at: i64,
}

/// One page of the trash, the latest first.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TrashList {
    pub items: Vec<Trashed>,
    /// Give this back as `cursor` to get the next page; null on the last one.
    pub next_cursor: Option<String>,
    /// How many there are on all pages together.
    pub total: i64,
}

/// The longest tag kept, in characters, and the most tags of one recording.
pub const MAX_TAG_CHARS: usize = 40;
pub const MAX_TAGS: usize = 20;
/// The most recordings that one request changes.
pub const MAX_SELECTED: usize = 1_000;
/// For so long a recording in the trash can be had back.
pub const TRASH_DAYS: i64 = 30;
pub const TRASH_MS: i64 = TRASH_DAYS * 24 * 3_600 * 1_000;

/// A tag as it is kept: trimmed, inner white space collapsed, no comma, nor signs that nobody sees and that turn the text around or
/// make two tags of one. `None` when nothing is left or it is too long.
pub fn clean_tag(raw: &str) -> Option<String> {
    let unseen =
        |c: &char| matches!(c, '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}');
    let plain: String = raw.chars().filter(|c| !unseen(c)).map(|c| if c == ',' || c.is_control() { ' ' } else { c }).collect();
    let tag = plain.split_whitespace().collect::<Vec<_>>().join(" ");
    let tag = tag.trim_start_matches('#').trim_start();
    (1..=MAX_TAG_CHARS).contains(&tag.chars().count()).then(|| tag.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn orders_and_states_are_known_by_their_names() {
        assert!(Sort::ALL.into_iter().all(|sort| Sort::named(sort.name()) == Some(sort)));
        assert!(Show::ALL.into_iter().all(|show| Show::named(show.name()) == Some(show)));
        assert_eq!((Sort::named("Newest"), Show::named("trash; --")), (None, None));
    }

    #[test]
    fn a_tag_is_a_few_plain_words() {
        assert_eq!(clean_tag("  #Weekly \t plan, "), Some("Weekly plan".into()));
        assert_eq!(clean_tag("🎉"), Some("🎉".into()));
        assert_eq!(clean_tag("\u{feff}Week\u{200b}ly\u{202e}"), Some("Weekly".into()));
        for bad in ["", " , ", "#", "\u{0}", "\u{200b}", &"x".repeat(MAX_TAG_CHARS + 1)] {
            assert_eq!(clean_tag(bad), None, "{bad:?}");
        }
    }
}
