//! Whole viewings, told as a player tells them.

use super::{Sight::*, *};

/// A player that is looked at four times a second.
struct Player {
    tracker: Tracker,
    now: f64,
    at: i64,
    rate: f64,
}

impl Player {
    fn at(at: i64) -> Self {
        Self { tracker: Tracker::default(), now: 1_000.0, at, rate: 1.0 }
    }

    fn look(&mut self, sight: Sight) -> &mut Self {
        self.tracker.look(self.now, self.rate, sight);
        self
    }

    /// Looks at it playing where it is.
    fn sees(&mut self) -> &mut Self {
        self.look(Plays(self.at))
    }

    /// Plays for so long on the clock, from where it is.
    fn plays(&mut self, ms: i64) -> &mut Self {
        self.sees();
        for step in (0..ms).step_by(250) {
            self.goes((ms - step).min(250)).sees();
        }
        self
    }

    /// Time goes by, unseen.
    fn goes(&mut self, ms: i64) -> &mut Self {
        self.now += ms as f64;
        self.at += (ms as f64 * self.rate) as i64;
        self
    }

    fn seeks(&mut self, to: i64) -> &mut Self {
        self.at = to;
        self.look(Moves);
        self.now += 80.0;
        self.look(Plays(to))
    }

    fn pauses(&mut self) -> &mut Self {
        self.look(Stands(self.at))
    }

    fn sleeps(&mut self, ms: f64) -> &mut Self {
        self.now += ms;
        self
    }

    fn says(&self, plays: &str) {
        assert_eq!(self.tracker.written(), plays);
    }
}

#[test]
fn what_played_before_a_late_look_counts_from_where_it_stood() {
    let mut player = Player::at(7_000);
    player.look(Stands(7_000)).goes(40).plays(1_000);
    assert_eq!(player.tracker.written(), "[[7000,8040]]");
    // After a jump nobody knows.
    let mut player = Player::at(7_000);
    player.look(Stands(7_000)).look(Moves).goes(40).plays(1_000);
    assert_eq!(player.tracker.written(), "[[7040,8040]]");
}

#[test]
fn playing_on_is_one_stretch() {
    Player::at(0).plays(5_000).plays(2_130).pauses().says("[[0,7130]]");
}

#[test]
fn nothing_played_is_nothing() {
    Player::at(0).pauses().sleeps(9_000.0).pauses().says("[]");
    Player::at(0).look(Nothing).look(Moves).look(Stands(5)).says("[]");
}

#[test]
fn a_seek_is_no_playing_and_loses_nothing_before_it() {
    // 170 ms after the last look the thumb is moved.
    Player::at(0).plays(5_000).goes(170).seeks(60_000).plays(3_000).pauses().says("[[0,5170],[60000,63000]]");
}

#[test]
fn twenty_seeks_are_right_to_the_millisecond() {
    let mut player = Player::at(0);
    let mut expected = Vec::new();
    for i in 0..20 {
        let from = i * 10_000;
        player.seeks(from).plays(2_000).goes(i * 12);
        expected.push(format!("[{from},{}]", from + 2_000 + i * 12));
    }
    player.pauses();
    player.says(&format!("[{}]", expected.join(",")));
}

#[test]
fn a_seek_that_nobody_announced_is_not_watched() {
    let mut player = Player::at(0);
    player.plays(4_000);
    player.at = 90_000;
    player.sleeps(250.0).plays(1_000).says("[[0,4000],[90000,91000]]");
}

#[test]
fn speed_makes_longer_stretches_in_the_same_time() {
    let mut player = Player::at(10_000);
    player.plays(4_000);
    player.rate = 2.0;
    player.sees().plays(3_000);
    player.rate = 0.5;
    player.sees().plays(2_000).pauses().says("[[10000,21000]]");
}

#[test]
fn a_clock_that_jumps_plays_nothing() {
    let mut player = Player::at(0);
    player.plays(3_000).sleeps(3_600_000.0).sees().plays(1_000).says("[[0,4000]]");
    // And one that goes backward neither.
    let mut player = Player::at(0);
    player.plays(3_000).sleeps(-60_000.0).sees().plays(1_000).says("[[0,4000]]");
}

#[test]
fn a_tab_in_the_background_is_looked_at_rarely_and_counts_all_the_same() {
    let mut player = Player::at(0);
    player.plays(1_000);
    for _ in 0..30 {
        player.goes(1_000).sees();
    }
    player.says("[[0,31000]]");
}

#[test]
fn waiting_for_the_network_is_not_watching() {
    let mut player = Player::at(0);
    player.plays(2_000).look(Waits(2_000)).sleeps(8_000.0).look(Waits(2_000)).says("[[0,2000]]");
    // Not even when one gives up and jumps elsewhere.
    player.sleeps(900.0).seeks(50_000).plays(1_000).says("[[0,2000],[50000,51000]]");
}

#[test]
fn a_pause_does_not_cut_a_stretch() {
    let mut player = Player::at(0);
    player.plays(2_000).pauses().sleeps(60_000.0);
    // Engines come back some milliseconds away from where they stood.
    player.at -= 40;
    player.plays(2_040).pauses().says("[[0,4000]]");
}

#[test]
fn what_is_played_again_stands_there_again() {
    let mut player = Player::at(0);
    player.plays(5_000).seeks(2_000).plays(3_000).seeks(2_000).plays(1_000).pauses();
    player.says("[[0,5000],[2000,5000],[2000,3000]]");
}

#[test]
fn a_dragged_thumb_leaves_no_crumbs() {
    let mut player = Player::at(0);
    player.plays(2_000);
    for to in [10_000, 20_000, 30_000, 40_000] {
        player.seeks(to).goes(50);
    }
    player.plays(1_000).pauses().says("[[0,2000],[40000,41050]]");
}

#[test]
fn a_source_that_is_taken_away_moves_nothing() {
    let mut player = Player::at(30_000);
    player.plays(2_000).look(Nothing).sleeps(500.0);
    player.look(Stands(0)).seeks(32_000).plays(1_000).says("[[30000,33000]]");
}

#[test]
fn what_began_before_anybody_looked_counts() {
    let mut player = Player::at(1_400);
    player.tracker.found(0, 1_350);
    player.plays(1_000).says("[[0,2400]]");
}

#[test]
fn whoever_plays_on_hours_later_comes_again_and_a_long_pause_alone_is_no_visit() {
    const MINUTE: f64 = 60_000.0;
    assert!(!comes_again(29.0 * MINUTE, Plays(5)));
    assert!(comes_again(31.0 * MINUTE, Plays(5)) && comes_again(31.0 * MINUTE, Waits(5)));
    assert!(!comes_again(600.0 * MINUTE, Stands(5)) && !comes_again(600.0 * MINUTE, Moves));
    // The person's clock was put back.
    assert!(!comes_again(-600.0 * MINUTE, Plays(5)));
}

#[test]
fn the_number_grows_with_what_was_played_and_only_then() {
    let mut player = Player::at(0);
    let mut before = -1;
    for _ in 0..5 {
        player.plays(300);
        assert!(player.tracker.seq() > before);
        before = player.tracker.seq();
    }
    player.pauses().sleeps(9_000.0).pauses().look(Moves).look(Stands(70_000));
    assert_eq!(player.tracker.seq(), before);
    assert!(!player.tracker.is_full());
    for i in 0..MANY as i64 {
        player.seeks(i * 1_000).plays(500);
    }
    assert!(player.tracker.is_full());
}
