//! What a page is told of the request it answers, beside its viewer.

use super::AppError;

/// A theme somebody chose. Who chose none has the system's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Theme {
    Light,
    Dark,
}

impl Theme {
    /// The one of this name, as cookie, form and `<html data-theme>` have it.
    pub fn named(name: &str) -> Option<Self> {
        match name {
            "light" => Some(Self::Light),
            "dark" => Some(Self::Dark),
            _ => None,
        }
    }

    pub fn name(self) -> &'static str {
        match self {
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }
}

/// Why there is nothing to show but this.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trouble {
    pub error: AppError,
    /// Where trying again leads.
    pub at: String,
}

#[cfg(test)]
mod tests {
    use super::Theme;

    #[test]
    fn a_theme_is_known_by_its_name_and_nothing_else_is_one() {
        for theme in [Theme::Light, Theme::Dark] {
            assert_eq!(Theme::named(theme.name()), Some(theme));
        }
        assert_eq!(Theme::named("system"), None);
        assert_eq!(Theme::named("dark\"><script>"), None);
    }
}
