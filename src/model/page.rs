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

/// Whether the browser that asks says it is one of Apple's engine, which plays a finished stream by itself (Safari, every browser
/// on iOS, WebKitGTK). For what is only a matter of speed: scripts ask the browser itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Native(pub bool);

impl Native {
    pub fn told_by(user_agent: &str) -> Self {
        // Chromium says it is like WebKit, and then that it is Chrome.
        Self(user_agent.contains("AppleWebKit/") && !user_agent.contains("Chrome/"))
    }
}

/// The origin from which the browser gets what is stored, where that is not the page's own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredAt(pub String);

/// Why there is nothing to show but this.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trouble {
    pub error: AppError,
    /// Where trying again leads.
    pub at: String,
}

#[cfg(test)]
mod tests {
    use super::{Native, Theme};

    #[test]
    fn engines_are_told_apart_by_what_they_say() {
        let webkit = "AppleWebKit/605.1.15 (KHTML, like Gecko)";
        for (agent, native) in [
            (["Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) ", webkit, " Version/18.0 Safari/605.1.15"].concat(), true),
            (["Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) ", webkit, " CriOS/129.0 Mobile/15E148 Safari/604.1"].concat(), true),
            ("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/129.0.0.0 Safari/537.36".into(), false),
            ("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/129.0.0.0 Safari/537.36".into(), false),
            ("Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0".into(), false),
            (String::new(), false),
        ] {
            assert_eq!(Native::told_by(&agent), Native(native), "{agent}");
        }
    }

    #[test]
    fn a_theme_is_known_by_its_name_and_nothing_else_is_one() {
        for theme in [Theme::Light, Theme::Dark] {
            assert_eq!(Theme::named(theme.name()), Some(theme));
        }
        assert_eq!(Theme::named("system"), None);
        assert_eq!(Theme::named("dark\"><script>"), None);
    }
}
