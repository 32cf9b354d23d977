//! What was really played: the rules. They see the player a few times a second, and believe only what can have been played in the
//! time between. A seek, a clock that jumps, a tab that slept: nothing of it is watched.

/// A step may be so much longer than the time it took: events come late, and clocks of sound and page are two.
const SLACK_MS: i64 = 400;
/// Playing on within this distance goes on with the same stretch. A pause moves a player by some milliseconds.
const JOIN_MS: i64 = 250;
/// What was played before a seek and after the last look, at most. Looks are a quarter of a second apart; a second in the background.
const UNSEEN_MS: i64 = 1_000;
/// Shorter ones are not kept: a thumb being dragged through the line plays a little at every place.
const BLINK_MS: i64 = 100;
/// A busy page looks up to so late after playing began, and it began where it stood.
const LATE_MS: i64 = 250;
/// After so many stretches the viewing goes on as another one: what is sent each time stays small.
const MANY: usize = 300;
/// Whoever comes back to an open page after so long comes again: a tab may stay open for days, and each of them has its own viewings.
const ANOTHER_VISIT_MS: f64 = 30.0 * 60_000.0;

/// What can be seen of the player at one moment. Places are milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sight {
    /// It plays, and is here.
    Plays(i64),
    /// It wants to play, is here, and may have to wait.
    Waits(i64),
    /// It stands here; or nobody sees and hears it.
    Stands(i64),
    /// It is being moved: where it is says nothing about where it was.
    Moves,
    /// There is nothing that could be played.
    Nothing,
}

/// Whether playing now is another visit, when it is so long since something was played.
pub fn comes_again(since_ms: f64, sight: Sight) -> bool {
    since_ms > ANOTHER_VISIT_MS && matches!(sight, Sight::Plays(_) | Sight::Waits(_))
}

/// The look before this one.
#[derive(Clone, Copy, Debug)]
struct Look {
    now: f64,
    at: i64,
    rate: f64,
    /// It went on for certain.
    going: bool,
}

/// What was played, in the order it was.
#[derive(Debug, Default)]
pub struct Tracker {
    plays: Vec<(i64, i64)>,
    last: Option<Look>,
    /// Where it stood, when it did at the look before.
    stood: Option<i64>,
    seq: i64,
}

impl Tracker {
    /// What was played before anybody looked.
    pub fn found(&mut self, from: i64, to: i64) {
        if to > from {
            self.plays.push((from, to));
            self.seq += 1;
        }
    }

    /// Looks at the player. `now` are milliseconds on a clock that only goes forward; `rate` is the speed from now on.
    pub fn look(&mut self, now: f64, rate: f64, sight: Sight) {
        if let Some(last) = self.last.take() {
            let passed = now - last.now;
            match sight {
                Sight::Plays(at) | Sight::Waits(at) | Sight::Stands(at) => {
                    let most = (passed * last.rate.max(rate) * 1.1) as i64 + SLACK_MS;
                    if (0..=most).contains(&(at - last.at)) {
                        self.reach(at);
                    }
                }
                // At the seek itself the place is the new one already.
                Sight::Moves if last.going => self.reach(last.at + ((passed * last.rate) as i64).clamp(0, UNSEEN_MS)),
                Sight::Moves | Sight::Nothing => {}
            }
        }
        let stood = self.stood.take();
        match sight {
            Sight::Plays(at) | Sight::Waits(at) => {
                let from = stood.filter(|stood| (0..=LATE_MS).contains(&(at - stood))).unwrap_or(at);
                self.open(from);
                if from < at {
                    self.reach(at);
                }
                self.last = Some(Look { now, at, rate, going: matches!(sight, Sight::Plays(_)) });
            }
            Sight::Stands(at) => self.stood = Some(at),
            Sight::Moves | Sight::Nothing => {}
        }
    }

    /// Grows whenever something was played.
    pub const fn seq(&self) -> i64 {
        self.seq
    }

    pub fn is_full(&self) -> bool {
        self.plays.len() >= MANY
    }

    /// All that was played, as JSON: `[[0,61500],[20000,34000]]`.
    pub fn written(&self) -> String {
        let mut text = String::from("[");
        for (from, to) in self.plays.iter().filter(|(from, to)| from < to) {
            let comma = if text.len() > 1 { "," } else { "" };
            text.extend([comma, "[", &from.to_string(), ",", &to.to_string(), "]"]);
        }
        text.push(']');
        text
    }

    fn open(&mut self, at: i64) {
        if let Some((from, to)) = self.plays.last().copied() {
            if (at - to).abs() <= JOIN_MS {
                return;
            }
            if to - from < BLINK_MS {
                self.plays.pop();
                return self.open(at);
            }
        }
        self.plays.push((at, at));
    }

    fn reach(&mut self, at: i64) {
        if let Some((_, to)) = self.plays.last_mut().filter(|(_, to)| *to < at) {
            *to = at;
            self.seq += 1;
        }
    }
}

#[cfg(test)]
mod tests;
