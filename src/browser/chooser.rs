//! Which of the two players a browser gets: its own HLS, or hls.js. `boot.js` begins by the same order, before this is here.

/// What a browser says about itself.
#[derive(Clone, Copy, Debug)]
pub struct Abilities {
    /// `navigator.vendor` begins with Apple (Safari, every browser on iOS, WebKitGTK).
    pub apple: bool,
    /// `canPlayType("application/vnd.apple.mpegurl")` is not empty.
    pub native_hls: bool,
    /// `Hls.isSupported()`: Media Source Extensions are there and hls.js was loaded.
    pub hls_js: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Choice {
    Native,
    HlsJs,
}

/// The order matters: Chrome says "maybe" to native HLS and then fails across origins, and hls.js says yes in WebKit,
/// where the native player is the better one (AirPlay, battery). `None` means that neither can play.
///
/// `hls_js_first`: the list grows, or its grant may run out in mid-play. A list that grows is a broadcast to native players:
/// they join near its end, tell no length, and WebKitGTK does not seek in it at all. And only hls.js can go on under another
/// grant without being opened anew.
pub fn choose(abilities: Abilities, hls_js_first: bool) -> Option<Choice> {
    match abilities {
        Abilities { hls_js: true, .. } if hls_js_first => Some(Choice::HlsJs),
        Abilities { apple: true, native_hls: true, .. } => Some(Choice::Native),
        Abilities { hls_js: true, .. } => Some(Choice::HlsJs),
        Abilities { native_hls: true, .. } => Some(Choice::Native),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(apple: bool, native_hls: bool, hls_js: bool) -> Option<Choice> {
        choose(Abilities { apple, native_hls, hls_js }, false)
    }

    #[test]
    fn apple_plays_by_itself_even_where_hls_js_would() {
        assert_eq!(of(true, true, true), Some(Choice::Native));
        assert_eq!(of(true, true, false), Some(Choice::Native));
    }

    #[test]
    fn everybody_else_gets_hls_js_when_it_runs() {
        assert_eq!(of(false, true, true), Some(Choice::HlsJs));
        assert_eq!(of(false, false, true), Some(Choice::HlsJs));
    }

    #[test]
    fn native_is_the_last_resort_and_nothing_is_said_plainly() {
        assert_eq!(of(false, true, false), Some(Choice::Native));
        assert_eq!(of(false, false, false), None);
    }

    #[test]
    fn what_grows_or_runs_out_goes_to_hls_js_wherever_that_runs() {
        let first = |hls_js| choose(Abilities { apple: true, native_hls: true, hls_js }, true);
        assert_eq!(first(true), Some(Choice::HlsJs));
        assert_eq!(first(false), Some(Choice::Native));
    }
}
