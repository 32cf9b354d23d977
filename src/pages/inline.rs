//! The scripts that stand inside a page: what they say to their reader stays here.

use std::sync::LazyLock;

/// Light or dark, before anything is drawn.
pub static THEME: LazyLock<String> = LazyLock::new(|| bare(include_str!("../browser/theme.js")));
/// Keeps what is clicked too early.
pub static EARLY: LazyLock<String> = LazyLock::new(|| bare(include_str!("../browser/early.js")));
/// Plays before the page is alive.
pub static BOOT: LazyLock<String> = LazyLock::new(|| bare(include_str!("../browser/boot.js")));
/// A function of the two files that wakes the islands up.
pub static HYDRATE: LazyLock<String> = LazyLock::new(|| bare(include_str!("../browser/hydrate.js")));

/// A script without indentation and without the lines that are comment alone.
fn bare(source: &str) -> String {
    let is_comment = |line: &&str| line.starts_with("//") || (line.starts_with("/*") && line.ends_with("*/"));
    source.lines().map(str::trim).filter(|line| !line.is_empty() && !is_comment(line)).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_stay_here_and_code_goes() {
        assert_eq!(bare("// Why.\nconst a = '//';\n\n  /** What. */\n  f(a); // now\n"), "const a = '//';\nf(a); // now");
    }

    #[test]
    fn no_script_ends_its_element_too_early() {
        for script in [&THEME, &EARLY, &BOOT, &HYDRATE] {
            assert!(!script.contains("</") && !script.contains("<!--"));
        }
    }
}
