//! Every kind of honest recording comes out as tests/corpus/honest.tsv says: copied to the bit or converted, whole and in
//! time, or refused with its reason. The quick rows always, all of them with `CORPUS=all`, some with a part of their names.
//! docs/recordings.md explains the table.

mod seen;

use crate::support::{Backend, Person, TestApp, person::beside};
use anyhow::{Context, Result, ensure};
use seen::Seen;
use serde_json::Value;
use std::{
    fs,
    ops::RangeInclusive,
    path::{Path, PathBuf},
    process::{Command, Output},
};
use tempfile::TempDir;

const TABLE: &str = include_str!("corpus/honest.tsv");

/// How far picture and sound may drift apart, in seconds: what nobody notices.
const DRIFT: f64 = 0.040;

/// Seconds after which a segment is too long to jump by, with room for rounding.
const LONGEST_SEGMENT: f64 = 12.1;

struct Row {
    group: &'static str,
    name: &'static str,
    quick: bool,
    /// copy, encode, either (of the two), none; or refused (at the upload), failed (on the page).
    picture: &'static str,
    sound: &'static str,
    seconds: RangeInclusive<f64>,
    /// Words of the reason or the refusal; "-" for none in particular.
    says: &'static str,
    flags: &'static str,
}

fn rows() -> impl Iterator<Item = Row> {
    TABLE.lines().skip(1).map(|line| {
        let columns: Vec<&'static str> = line.split('\t').collect();
        let [group, name, quick, picture, sound, from, to, says, flags, _note] = columns[..] else { panic!("not ten columns: {line}") };
        let number = |text: &str| text.parse().unwrap_or(0.0);
        Row { group, name, quick: quick == "quick", picture, sound, seconds: number(from)..=number(to), says, flags }
    })
}

impl Row {
    fn chosen(&self) -> bool {
        match std::env::var("CORPUS").unwrap_or_default().as_str() {
            "" => self.quick,
            "all" => true,
            part => self.name.contains(part),
        }
    }

    /// Is this the sentence? Where everything is copied there is none.
    fn told(&self, sentence: Option<&str>) -> Result<()> {
        let right = match (self.says, sentence) {
            ("-", None) => ![self.picture, self.sound].contains(&"encode"),
            ("-", Some(_)) => [self.picture, self.sound].iter().any(|how| matches!(*how, "encode" | "either")),
            (words, sentence) => sentence.is_some_and(|sentence| sentence.contains(words)),
        };
        ensure!(right, "it says {sentence:?}, not {:?}", self.says);
        Ok(())
    }
}

/// One test for each group, so that they run side by side, as many as there are cores.
macro_rules! groups {
    ($($group:ident)*) => {
        const GROUPS: &[&str] = &[$(stringify!($group)),*];

        mod each_recording_comes_out_as_the_table_says {$(
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $group() {
                super::check_group(stringify!($group)).await;
            }
        )*}
    };
}

groups! { mp4 time tracks hevc web files sound refused }

#[test]
fn the_table_is_in_order() {
    let mut names = std::collections::HashSet::new();
    for row in rows() {
        assert!(GROUPS.contains(&row.group) && names.insert(row.name), "{}", row.name);
        assert!(["copy", "encode", "either", "none", "refused", "failed"].contains(&row.picture), "{}", row.name);
        assert!(["copy", "encode", "none", "-"].contains(&row.sound), "{}", row.name);
    }
    assert!(names.len() >= 45, "{}", names.len());
}

async fn check_group(group: &str) {
    let rows: Vec<Row> = rows().filter(|row| row.group == group && row.chosen()).collect();
    if rows.is_empty() {
        return;
    }
    let folder = made(&rows);
    let app = TestApp::start(Backend::LAPTOP).await;
    let ana = app.person("ana").await;
    let mut wrong = Vec::new();
    for row in &rows {
        if let Err(error) = check(&ana, row, &folder.join(row.name)).await {
            wrong.push(format!("{}: {error:#}", row.name));
        }
    }
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), rows.len(), wrong.join("\n"));
}

/// Makes what is not there yet. The browsers' tests use the same folder.
fn made(rows: &[Row]) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("corpus");
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/corpus/make.sh");
    let done = Command::new(script).arg(&folder).args(rows.iter().map(|row| row.name)).status().unwrap();
    assert!(done.success(), "{script}");
    folder
}

async fn check(ana: &Person, row: &Row, source: &Path) -> Result<()> {
    let (id, verdict) = ana.upload_bytes(row.name, &fs::read(source)?).await;
    let (status, body) = (verdict.status().as_u16(), verdict.json::<Value>().await?);
    if row.picture == "refused" {
        ensure!(status == 422 && body["error"]["code"] == "refused_file", "{status} {body}");
        return row.told(body["error"]["message"].as_str());
    }
    ensure!(status == 200, "the upload: {status} {body}");
    let (status, body) = ana.stream_settled(&id).await;
    if row.picture == "failed" {
        ensure!(status == 500, "{status} {body}");
        return row.told(body["error_message"].as_str());
    }
    ensure!(status == 200, "the stream: {status} {body}");
    let stats: Value = ana.call("get_video_stats", &[("id", &id)]).await.json().await?;
    row.told(stats["reason"].as_str())?;
    let stream = Stream::fetched(ana, body["hls_url"].as_str().context("no address")?).await?;
    tokio::task::block_in_place(|| {
        check_form(row, &stream)?;
        check_tracks(row, source, &stream.playlist())?;
        check_content(row, source, &stream.playlist())
    })
}

/// A stream on disk, fetched as a browser does.
struct Stream {
    folder: TempDir,
    /// Name and length in seconds.
    segments: Vec<(String, f64)>,
}

impl Stream {
    async fn fetched(ana: &Person, url: &str) -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let playlist = ana.get(url).await.bytes().await?;
        fs::write(folder.path().join("playlist.m3u8"), &playlist)?;
        let list = m3u8_rs::parse_media_playlist_res(&playlist).ok().context("no playlist")?;
        ensure!(list.end_list, "the playlist has no end");
        let segments: Vec<_> = list.segments.into_iter().map(|segment| (segment.uri, f64::from(segment.duration))).collect();
        for (name, _) in &segments {
            let redirect = ana.get(&beside(url, name)).await;
            let signed = redirect.headers().get("location").context("no redirect")?.to_str()?;
            fs::write(folder.path().join(name), reqwest::get(signed).await?.error_for_status()?.bytes().await?)?;
        }
        Ok(Self { folder, segments })
    }

    fn playlist(&self) -> PathBuf {
        self.folder.path().join("playlist.m3u8")
    }
}

/// Length, and segments that can each be jumped to.
fn check_form(row: &Row, stream: &Stream) -> Result<()> {
    let total: f64 = stream.segments.iter().map(|(_, secs)| secs).sum();
    ensure!(row.seconds.contains(&total), "{total:.2} s long instead of {:?}", row.seconds);
    for (number, (name, secs)) in stream.segments.iter().enumerate() {
        ensure!(*secs <= LONGEST_SEGMENT, "{name} lasts {secs} s");
        let path = stream.folder.path().join(name);
        if row.picture != "none" {
            let first = run("ffmpeg", &["-i", text(&path), "-map", "0:v", "-c", "copy", "-copyinkf", "-frames:v", "1", "-f", "h264", "-"])?;
            ensure!(is_idr(&first.stdout), "{name} does not begin with an IDR picture");
        }
        let alone = Command::new("ffmpeg").args(["-nostdin", "-v", "error", "-xerror", "-i", text(&path), "-f", "null", "-"]).output()?;
        // Where the recorder was killed, the last picture is half there.
        let may_end_badly = row.flags.contains("cut") && number + 1 == stream.segments.len();
        ensure!(
            may_end_badly || alone.status.success() && alone.stderr.is_empty(),
            "{name} alone: {}",
            String::from_utf8_lossy(&alone.stderr)
        );
    }
    Ok(())
}

/// Whether the first slice of H.264 in Annex B form is one of an IDR picture (NAL unit types 1 to 5 are slices, 5 is IDR).
fn is_idr(annex_b: &[u8]) -> bool {
    let mut kinds = annex_b.windows(4).filter(|bytes| bytes[..3] == [0, 0, 1]).map(|bytes| bytes[3] & 0x1F);
    kinds.find(|kind| (1..=5).contains(kind)) == Some(5)
}

/// What every browser plays, and copied or converted as told.
fn check_tracks(row: &Row, source: &Path, playlist: &Path) -> Result<()> {
    let told: Value = serde_json::from_slice(&run("ffprobe", &["-of", "json", "-show_streams", text(playlist)])?.stdout)?;
    let track = |kind: &str| told["streams"].as_array().and_then(|all| all.iter().find(|track| track["codec_type"] == kind));
    ensure!(track("video").is_some() == (row.picture != "none"), "picture: {:?}", track("video"));
    ensure!(track("audio").is_some() == (row.sound != "none"), "sound: {:?}", track("audio"));
    if let Some(picture) = track("video") {
        let pixels = picture["pix_fmt"].as_str().unwrap_or_default();
        ensure!(picture["codec_name"] == "h264" && ["yuv420p", "yuvj420p"].contains(&pixels), "{picture}");
        let same = copied(source, playlist, "0:V:0", "h264_mp4toannexb,filter_units=remove_types=6-9");
        ensure!(row.picture == "either" || same == (row.picture == "copy"), "the picture was copied: {same}");
    }
    if let Some(sound) = track("audio") {
        let profile = sound["profile"].as_str().unwrap_or_default();
        ensure!(
            sound["codec_name"] == "aac" && ["LC", "HE-AAC", "HE-AACv2"].contains(&profile) && sound["channels"].as_i64() <= Some(2),
            "{sound}"
        );
        let same = copied(source, playlist, "0:a:0", "aac_adtstoasc");
        ensure!(same == (row.sound == "copy"), "the sound was copied: {same}");
    }
    Ok(())
}

/// Whether a track has packet for packet the same bytes in both, but for what only a container needs (`filter` takes it off).
fn copied(source: &Path, playlist: &Path, track: &str, filter: &str) -> bool {
    let packets = |input: &Path| {
        let told = run("ffmpeg", &["-i", text(input), "-map", track, "-c", "copy", "-bsf", filter, "-f", "framemd5", "-"]).ok()?;
        let lines = String::from_utf8(told.stdout).ok()?;
        let sums = lines.lines().filter(|line| !line.starts_with('#')).filter_map(|line| line.split(',').nth(5));
        Some(sums.map(|sum| sum.trim().to_owned()).collect::<Vec<_>>()).filter(|sums| !sums.is_empty())
    };
    // None: the source is of another codec, which the filter does not take.
    packets(source).is_some_and(|before| packets(playlist).is_some_and(|after| before == after))
}

/// The same to be seen and heard at the same times: the picture upright, nothing lost at the end, and the sound in time.
fn check_content(row: &Row, source: &Path, playlist: &Path) -> Result<()> {
    let (before, after) = (Seen::of(row, source)?, Seen::of(row, playlist)?);
    for at in [2.5, 5.5, 6.5] {
        let (one, other) = (before.second_shown(at), after.second_shown(at));
        ensure!(one == other, "at {at} s it shows second {other:?} and not {one:?}");
    }
    for (what, one, other) in [("flash", before.flashes(), after.flashes()), ("beep", before.beeps(), after.beeps())] {
        let (one, other) = (one.last().copied(), other.last().copied());
        // The clock may start with what an AAC encoder puts before the sound: 128 ms at 8 kHz.
        let near = one.zip(other).map_or(one == other, |(one, other)| (one - other).abs() < 0.2);
        ensure!(near, "the last {what} is at {other:?} s and not at {one:?} s");
    }
    if row.flags.contains("offset") {
        let (one, other) = before.offset().zip(after.offset()).context("no flash has its beep")?;
        ensure!((one - other).abs() <= DRIFT, "the sound is {:.0} ms behind the picture; in the source {:.0} ms", other * 1e3, one * 1e3);
    }
    Ok(())
}

fn run(program: &str, arguments: &[&str]) -> Result<Output> {
    let quiet = if program == "ffmpeg" { &["-nostdin", "-v", "error"][..] } else { &["-v", "error"] };
    let done = Command::new(program).args(quiet).args(arguments).output()?;
    ensure!(done.status.success(), "{program} {}: {}", arguments.join(" "), String::from_utf8_lossy(&done.stderr));
    Ok(done)
}

fn text(path: &Path) -> &str {
    path.to_str().expect("test folders have plain names")
}
