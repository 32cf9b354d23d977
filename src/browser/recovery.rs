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

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FaultKind {
    Network,
    Media,
    /// The native player's "source not supported": it says the same for a refused URL, a lost network and a bad file.
    Source,
    Other,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Remedy {
    /// Nothing: the player is at it.
    Wait,
    /// Ask the server for the stream again, and go on at the same moment.
    NewGrant,
    /// Let hls.js rebuild its buffers.
    RecoverMedia,
    /// Say that the network went away; go on when it is back.
    Lost,
    /// Say that it cannot be played; the person may try again.
    GiveUp,
}

/// A second media fault sooner than this after a repair means that repairing does not help.
const MEDIA_PAUSE_MS: f64 = 5_000.0;
/// A refusal sooner than this after a new grant means that a newer one will not help either.
const GRANT_PAUSE_MS: f64 = 30_000.0;

/// What was tried already, so that nothing is tried for ever.
#[derive(Clone, Copy, Debug, Default)]
pub struct Recovery {
    media_at: Option<f64>,
    grant_at: Option<f64>,
}

impl Recovery {
    /// The remedy for `fault` at `now` (milliseconds on any steady clock).
    pub fn decide(&mut self, fault: Fault, online: bool, now: f64) -> Remedy {
        let refused = matches!(fault.http, 401 | 403 | 404 | 410);
        if refused || (fault.kind == FaultKind::Source && online) {
            // hls.js would repeat a refused segment for half a minute: act on the first one.
            if self.grant_at.is_none_or(|at| now - at > GRANT_PAUSE_MS) {
                self.grant_at = Some(now);
                return Remedy::NewGrant;
            }
            return match fault {
                Fault { fatal: false, .. } => Remedy::Wait,
                Fault { kind: FaultKind::Source, .. } => Remedy::Lost,
                _ => Remedy::GiveUp,
            };
        }
        match fault {
            Fault { fatal: false, .. } => Remedy::Wait,
            _ if !online => Remedy::Lost,
            Fault { kind: FaultKind::Network, .. } => Remedy::Lost,
            Fault { kind: FaultKind::Media, .. } if self.media_at.is_none_or(|at| now - at > MEDIA_PAUSE_MS) => {
                self.media_at = Some(now);
                Remedy::RecoverMedia
            }
            _ => Remedy::GiveUp,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn fault(kind: FaultKind, fatal: bool, http: u16) -> Fault {
        Fault { kind, fatal, http }
    }
    const REFUSED: Fault = fault(FaultKind::Network, false, 403);

    #[test]
    fn hls_js_repairs_what_is_not_fatal() {
        let mut r = Recovery::default();
        assert_eq!(r.decide(fault(FaultKind::Network, false, 500), true, 0.0), Remedy::Wait);
        assert_eq!(r.decide(fault(FaultKind::Media, false, 0), true, 0.0), Remedy::Wait);
    }

    #[test]
    fn the_first_refusal_asks_for_a_new_grant_and_the_next_ones_wait_for_it() {
        let mut r = Recovery::default();
        assert_eq!(r.decide(REFUSED, true, 0.0), Remedy::NewGrant);
        assert_eq!(r.decide(REFUSED, true, 900.0), Remedy::Wait);
        assert_eq!(r.decide(Fault { fatal: true, ..REFUSED }, true, 2_000.0), Remedy::GiveUp);
        assert_eq!(r.decide(REFUSED, true, 3_600_000.0), Remedy::NewGrant);
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
    fn a_lost_network_is_never_repeated_in_a_loop() {
        let mut r = Recovery::default();
        assert_eq!(r.decide(fault(FaultKind::Network, true, 0), true, 0.0), Remedy::Lost);
        assert_eq!(r.decide(fault(FaultKind::Other, true, 0), false, 0.0), Remedy::Lost);
    }

    #[test]
    fn the_native_player_tells_nothing_so_it_is_reloaded_once() {
        let mut r = Recovery::default();
        let native = fault(FaultKind::Source, true, 0);
        assert_eq!(r.decide(native, true, 0.0), Remedy::NewGrant);
        assert_eq!(r.decide(native, true, 500.0), Remedy::Lost);
        assert_eq!(Recovery::default().decide(native, false, 0.0), Remedy::Lost);
    }
}
