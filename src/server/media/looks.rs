//! How much there is to see in a picture: what tells a black, white or empty frame from one that shows something.
//!
//! ffmpeg measures (filters `signalstats` and `entropy`) and prints for each frame what we read here. A picture's worth is
//! the Shannon entropy of its brightness (C. E. Shannon, 1948): 0 for one colour all over, however bright. Noise in the dark
//! has much of it, so the dark counts for less.

/// The filters that measure, for 8-bit pictures of full range, and print to stdout. The last before the picture leaves.
pub const FILTERS: &str = "signalstats,entropy,metadata=mode=print:file=-";

/// From here on a picture is good enough not to look for another. In thousandths; a slide with a line of text has 20, a page
/// of text 150, a test pattern 400, a face in a room 850.
pub const GOOD: i64 = 120;

/// Brightness of 0 to 255 up to which nothing can be made out, and how much more it takes until all of it can.
const DARK: f64 = 10.0;
const DUSK: f64 = 40.0;

/// Scores of the pictures that ffmpeg told about so far, in their order.
#[derive(Debug, Default)]
pub struct Looks {
    mean: f64,
    pub scores: Vec<i64>,
}

impl Looks {
    /// Hears a line of ffmpeg's stdout. Each frame tells its brightness first.
    pub fn hear(&mut self, line: &str) {
        let number = |prefix| line.strip_prefix(prefix).and_then(|value: &str| value.trim().parse::<f64>().ok());
        if let Some(mean) = number("lavfi.signalstats.YAVG=") {
            self.mean = mean;
        }
        if let Some(entropy) = number("lavfi.entropy.normalized_entropy.normal.Y=") {
            self.scores.push(score(self.mean, entropy));
        }
    }
}

/// `mean` is 0 to 255, `entropy` 0 to 1. In thousandths.
fn score(mean: f64, entropy: f64) -> i64 {
    let light = ((mean - DARK) / DUSK).clamp(0.0, 1.0);
    (entropy.clamp(0.0, 1.0) * light * 1000.0).round() as i64
}

/// The first of the best: one that is nearly as good as the very best and comes earlier is nearer to what people expect.
pub fn best(scores: &[i64]) -> Option<usize> {
    let most = *scores.iter().max()?;
    scores.iter().position(|score| score * 10 >= most * 9)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn black_white_and_noise_in_the_dark_are_nothing_to_look_at() {
        assert_eq!([score(0.0, 0.0), score(255.0, 0.0), score(4.0, 0.6)], [0, 0, 0]);
        assert!(score(128.0, 0.4) > GOOD && score(20.0, 0.4) < GOOD);
    }

    #[test]
    fn what_ffmpeg_prints_is_read_frame_by_frame() {
        let mut looks = Looks::default();
        for line in [
            "frame:0    pts:0       pts_time:0",
            "lavfi.signalstats.YAVG=128.137",
            "lavfi.entropy.entropy.normal.Y=3.872145",
            "lavfi.entropy.normalized_entropy.normal.Y=0.484018",
            "lavfi.signalstats.YAVG=0",
            "lavfi.entropy.normalized_entropy.normal.Y=0.000000",
        ] {
            looks.hear(line);
        }
        assert_eq!(looks.scores, [484, 0]);
    }

    #[test]
    fn of_pictures_that_are_nearly_alike_the_first_is_taken() {
        assert_eq!(best(&[0, 100, 460, 500, 490]), Some(2));
        assert_eq!(best(&[0, 0]), Some(0));
        assert_eq!(best(&[]), None);
    }
}
