//! What to do when playing goes wrong: a function of what happened and when, with no browser in it.

/// Something a player complained about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fault {
    pub kind: FaultKind,
    /// hls.js goes on by itself after a fault that is not fatal. The native player's faults always are.
    pub fatal: bool,
    /// The HTTP status behind it, 0 when there was none or the player does not tell.
    pub http: u16,
}

impl Fault {
    /// The native player says the same of a refused address, a lost network and a bad file.
    pub const NATIVE: Self = Self { kind: FaultKind::Native, fatal: true, http: 0 };
    /// Something that is needed did not arrive.
    pub const NETWORK: Self = Self { kind: FaultKind::Network, fatal: true, http: 0 };
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FaultKind {
    Network,
    Media,
    Native,
    Other,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Remedy {
    /// Nothing: the player is at it.
    Wait,
    /// Ask the server for a new grant, and go on at the same moment.
    NewGrant,
    /// The same after a pause.
    Again { after_ms: u32 },
    /// Let hls.js rebuild its buffers.
    RecoverMedia,
    /// Say that the network went away; go on when it is back.
    Lost,
    /// Say that the recording cannot be reached; the person may try again.
    Unreachable,
    /// Say that this page may not play on: a new grant was refused as well.
    Expired,
    /// Say that it cannot be played; the person may try again.
    GiveUp,
}

/// A second media fault sooner than this after a repair means that repairing does not help.
const MEDIA_PAUSE_MS: f64 = 5_000.0;
/// A refusal sooner than this after a new grant means that a newer one will not help either.
const GRANT_PAUSE_MS: f64 = 30_000.0;
/// hls.js repeats a refused segment for 31 s before it gives up: sooner than this after a new grant it was refused as well.
const GRANT_TRIAL_MS: f64 = 60_000.0;
/// How long to wait before each new beginning. After the last of them nothing more is tried.
const PAUSES_MS: [u32; 3] = [500, 3_000, 10_000];
/// New beginnings are forgotten when it has played for so long since.
const FORGET_MS: f64 = 60_000.0;

/// What was tried already, so that nothing is tried for ever.
#[derive(Clone, Copy, Debug, Default)]
pub struct Recovery {
    media_at: Option<f64>,
    grant_at: Option<f64>,
    begun: usize,
    begun_at: f64,
}

impl Recovery {
    /// The remedy for `fault` at `now` (milliseconds on any steady clock).
    pub fn decide(&mut self, fault: Fault, online: bool, now: f64) -> Remedy {
        let Fault { kind, fatal, http } = fault;
        if matches!(http, 401 | 403 | 404 | 410) {
            // hls.js would repeat a refused segment for half a minute: act on the first one.
            let pause = if fatal { GRANT_TRIAL_MS } else { GRANT_PAUSE_MS };
            if self.grant_at.is_none_or(|at| now - at > pause) {
                self.grant_at = Some(now);
                return Remedy::NewGrant;
            }
            return if fatal { Remedy::Expired } else { Remedy::Wait };
        }
        match kind {
            _ if !fatal => Remedy::Wait,
            _ if !online => Remedy::Lost,
            FaultKind::Media if self.media_at.is_none_or(|at| now - at > MEDIA_PAUSE_MS) => {
                self.media_at = Some(now);
                Remedy::RecoverMedia
            }
            FaultKind::Network => self.begin_again(now).unwrap_or(Remedy::Unreachable),
            FaultKind::Native => self.begin_again(now).unwrap_or(Remedy::GiveUp),
            FaultKind::Media | FaultKind::Other => Remedy::GiveUp,
        }
    }

    /// A native player stands still and says nothing: how long to wait before it is begun anew, in milliseconds. None when that was
    /// done often enough; it may only be slow.
    pub fn stands_still(&mut self, now: f64) -> Option<u32> {
        match self.begin_again(now) {
            Some(Remedy::Again { after_ms }) => Some(after_ms),
            _ => None,
        }
    }

    /// It plays at `now`: what was tried long before does not count any more.
    pub fn plays(&mut self, now: f64) {
        if now - self.begun_at > FORGET_MS {
            self.begun = 0;
        }
    }

    fn begin_again(&mut self, now: f64) -> Option<Remedy> {
        let after_ms = *PAUSES_MS.get(self.begun)?;
        self.begun += 1;
        self.begun_at = now;
        Some(Remedy::Again { after_ms })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn fault(kind: FaultKind, fatal: bool, http: u16) -> Fault {
        Fault { kind, fatal, http }
    }
    const REFUSED: Fault = fault(FaultKind::Network, false, 403);

    /// The remedies for the same fault every ten seconds, as long as none of them helps.
    fn in_a_row(fault: Fault, recovery: &mut Recovery) -> Vec<Remedy> {
        (0..5).map(|n| recovery.decide(fault, true, f64::from(n) * 10_000.0)).collect()
    }

    fn again(after_ms: u32) -> Remedy {
        Remedy::Again { after_ms }
    }

    #[test]
    fn hls_js_repairs_what_is_not_fatal() {
        let mut r = Recovery::default();
        assert_eq!(r.decide(fault(FaultKind::Network, false, 500), true, 0.0), Remedy::Wait);
        assert_eq!(r.decide(fault(FaultKind::Media, false, 0), true, 0.0), Remedy::Wait);
        assert_eq!(r.decide(fault(FaultKind::Network, false, 0), false, 0.0), Remedy::Wait);
    }

    #[test]
    fn the_first_refusal_asks_for_a_new_grant_and_the_next_ones_wait_for_it() {
        let mut r = Recovery::default();
        assert_eq!(r.decide(REFUSED, true, 0.0), Remedy::NewGrant);
        assert_eq!(r.decide(REFUSED, true, 900.0), Remedy::Wait);
        assert_eq!(r.decide(Fault { fatal: true, ..REFUSED }, true, 2_000.0), Remedy::Expired);
        assert_eq!(r.decide(REFUSED, true, 3_600_000.0), Remedy::NewGrant);
    }

    #[test]
    fn what_hls_js_gives_up_half_a_minute_after_a_new_grant_has_expired() {
        let mut r = Recovery::default();
        assert_eq!(r.decide(REFUSED, true, 0.0), Remedy::NewGrant);
        assert_eq!(r.decide(Fault { fatal: true, ..REFUSED }, true, 31_000.0), Remedy::Expired);
        assert_eq!(r.decide(Fault { fatal: true, ..REFUSED }, true, 95_000.0), Remedy::NewGrant);
    }

    #[test]
    fn a_media_fault_is_repaired_once_in_five_seconds() {
        let mut r = Recovery::default();
        let broken = fault(FaultKind::Media, true, 0);
        assert_eq!(r.decide(broken, true, 0.0), Remedy::RecoverMedia);
        assert_eq!(r.decide(broken, true, 4_000.0), Remedy::GiveUp);
        assert_eq!(r.decide(broken, true, 6_000.0), Remedy::RecoverMedia);
    }

    #[test]
    fn without_a_network_nothing_is_tried() {
        for fault in [Fault::NETWORK, Fault::NATIVE, fault(FaultKind::Other, true, 0)] {
            assert_eq!(Recovery::default().decide(fault, false, 0.0), Remedy::Lost);
        }
    }

    #[test]
    fn what_cannot_be_reached_is_tried_three_times_with_growing_pauses() {
        let remedies = in_a_row(Fault::NETWORK, &mut Recovery::default());
        assert_eq!(remedies, [again(500), again(3_000), again(10_000), Remedy::Unreachable, Remedy::Unreachable]);
    }

    #[test]
    fn the_native_player_tells_nothing_and_is_begun_anew_as_often() {
        let remedies = in_a_row(Fault::NATIVE, &mut Recovery::default());
        assert_eq!(remedies, [again(500), again(3_000), again(10_000), Remedy::GiveUp, Remedy::GiveUp]);
    }

    #[test]
    fn a_native_player_that_stands_still_is_begun_anew_three_times_and_never_given_up() {
        let mut r = Recovery::default();
        assert_eq!([0.0, 11_000.0, 25_000.0, 46_000.0].map(|now| r.stands_still(now)), [Some(500), Some(3_000), Some(10_000), None]);
    }

    #[test]
    fn a_minute_of_playing_makes_good_for_earlier_trouble() {
        let mut r = Recovery::default();
        in_a_row(Fault::NATIVE, &mut r);
        r.plays(50_000.0);
        assert_eq!(r.decide(Fault::NATIVE, true, 50_000.0), Remedy::GiveUp);
        r.plays(90_000.0);
        assert_eq!(r.decide(Fault::NATIVE, true, 90_000.0), again(500));
    }
}
