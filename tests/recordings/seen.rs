//! What a program sees and hears: the boxes that tell the second, the flashes, the beeps.

use super::{Row, run, text};
use anyhow::Result;
use std::{fs, path::Path};

/// What a program sees and hears of a recording, on one clock that starts with the first of it.
pub struct Seen {
    /// Time, and the picture in eight by eight shades of grey.
    pictures: Vec<(f64, Vec<u8>)>,
    /// Time, and the loudness of 5 ms.
    sounds: Vec<(f64, f64)>,
}

impl Seen {
    pub fn of(row: &Row, input: &Path) -> Result<Self> {
        let mut pictures = if row.picture == "none" { Vec::new() } else { pictures(input)? };
        let mut sounds = if row.sound == "none" { Vec::new() } else { sounds(input)? };
        let start = pictures.first().map_or(f64::MAX, |p| p.0).min(sounds.first().map_or(f64::MAX, |s| s.0));
        pictures.iter_mut().for_each(|picture| picture.0 -= start);
        sounds.iter_mut().for_each(|sound| sound.0 -= start);
        Ok(Self { pictures, sounds })
    }

    /// The second that the strip at the top tells: four boxes, the lowest bit on the left.
    pub fn second_shown(&self, at: f64) -> Option<usize> {
        let (_, shades) = self.pictures.iter().rev().find(|(time, _)| *time <= at)?;
        Some((0..4usize).filter(|bit| shades[2 * bit] > 127).map(|bit| 1usize << bit).sum())
    }

    pub fn flashes(&self) -> Vec<f64> {
        let brightness = |shades: &[u8]| shades[8..].iter().map(|shade| f64::from(*shade)).sum::<f64>();
        rises(&self.pictures.iter().map(|(time, shades)| (*time, brightness(shades))).collect::<Vec<_>>())
    }

    pub fn beeps(&self) -> Vec<f64> {
        rises(&self.sounds)
    }

    /// Seconds from a flash to its beep: the middle one of all pairs.
    pub fn offset(&self) -> Option<f64> {
        let beeps = self.beeps();
        let nearest = |flash: f64| beeps.iter().map(|beep| beep - flash).min_by(|a, b| a.abs().total_cmp(&b.abs()));
        // They come every two seconds: what is a second away belongs to another.
        let mut pairs: Vec<f64> = self.flashes().into_iter().filter_map(nearest).filter(|apart| apart.abs() < 0.9).collect();
        pairs.sort_by(f64::total_cmp);
        pairs.get(pairs.len() / 2).copied()
    }
}

/// When a value climbs over the middle between its extremes.
fn rises(values: &[(f64, f64)]) -> Vec<f64> {
    let (low, high) = values.iter().fold((f64::MAX, f64::MIN), |(low, high), (_, value)| (low.min(*value), high.max(*value)));
    let middle = (low + high) / 2.0;
    let mut found: Vec<f64> = Vec::new();
    for pair in values.windows(2) {
        let at = pair[1].0;
        if pair[0].1 <= middle && pair[1].1 > middle && found.last().is_none_or(|last| at - last > 0.5) {
            found.push(at);
        }
    }
    found
}

/// `-copyts`: the times as they are written, so that those of picture and sound can be compared. The filters stay when a
/// recording changes its size, and print a line with the time of each picture.
fn pictures(input: &Path) -> Result<Vec<(f64, Vec<u8>)>> {
    let folder = tempfile::tempdir()?;
    let raw = folder.path().join("pictures");
    let filter = "scale=8:8:flags=area,format=gray,metadata=mode=add:key=n:value=1,metadata=mode=print:key=n:file=-";
    let options = ["-map", "0:V:0", "-vf", filter, "-fps_mode", "passthrough", "-f", "rawvideo"];
    let told = run("ffmpeg", &[&["-copyts", "-reinit_filter", "0", "-i", text(input)][..], &options, &[text(&raw)]].concat())?;
    let lines = String::from_utf8(told.stdout)?;
    Ok(lines.lines().filter_map(time).zip(fs::read(raw)?.chunks_exact(64).map(<[u8]>::to_vec)).collect())
}

fn sounds(input: &Path) -> Result<Vec<(f64, f64)>> {
    const LEVEL: &str = "lavfi.astats.Overall.RMS_level";
    let filter = format!(
        "aresample=48000,aformat=channel_layouts=mono,asetnsamples=n=240:p=0,\
         astats=metadata=1:reset=1:measure_perchannel=none:measure_overall=RMS_level,ametadata=mode=print:key={LEVEL}:file=-"
    );
    let told = run("ffmpeg", &["-copyts", "-i", text(input), "-map", "0:a:0", "-af", &filter, "-f", "null", "-"])?;
    let lines = String::from_utf8(told.stdout)?;
    let decibels = lines.lines().filter_map(|line| line.split_once('=')?.1.parse::<f64>().ok());
    Ok(lines.lines().filter_map(time).zip(decibels.map(|level| 10f64.powf(level / 20.0))).collect())
}

/// "frame:7    pts:105     pts_time:7"
fn time(line: &str) -> Option<f64> {
    line.split_once("pts_time:")?.1.trim().parse().ok()
}
