//! Each protection is what stops something: taken away, with all others left, the file does its harm; put back, it does
//! none. The invocations are the server's own ([`super::invocation`]).

use std::{fs, path::Path, process::Command, time::Duration};

use notetaker::server::media::{FileKind, SNIFF_LEN, Sandbox, SandboxMode, Tools, sandbox::Limits, sniff::sniff};

use super::{
    bait::Bait,
    crowds, ebml,
    h264::{self, SMALL},
    invocation::{Invocation, Ran, recorded},
    mp4::Film,
    pictures::{HUGE, film_of},
    references::{alias, film_elsewhere},
    scripts::{self, behind_id3, concat, manifest, playlist},
    server::lane,
    verdict::Fate,
};

const PATIENCE: Duration = Duration::from_secs(20);

/// The harm must come about, or nothing is proved. ffmpeg 5 is the one it was shown on; another may have mended its ways.
fn armed(harm: bool, what: &str) {
    let version = Command::new("ffmpeg").arg("-version").output().map(|output| String::from_utf8_lossy(&output.stdout).into_owned());
    let version = version.unwrap_or_default().lines().next().unwrap_or_default().to_owned();
    assert!(harm || !version.contains("version 5."), "it does no harm: {what}");
    if !harm {
        println!("not shown with {version}: {what}");
    }
}

/// A line for docs/hostile-files.md.
fn shown(protection: &str, without: &str, with: &str) {
    println!("\nfigure: | {protection} | {without} | {with} |");
}

fn carried(bait: &Bait, ran: &Ran) -> bool {
    bait.leaked_into(ran.folder.path()).is_some()
}

fn tools() -> Tools {
    Tools::locate(None, None, SandboxMode::Auto).unwrap()
}

/// Limits and nothing else, so that they alone are what stops.
fn limits_only() -> Sandbox {
    Sandbox::RlimitsOnly { prlimit: "/usr/bin/prlimit".into(), because: "the test says so".to_owned() }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_forced_demuxer_stops_a_script_and_so_does_the_format_whitelist() {
    let (bait, copy) = (Bait::laid(), &recorded().await.copy);
    let clip = bait.clip.display().to_string();
    let scripts = [
        ("mov", "playlist.mp4", playlist(&clip).into_bytes()),
        ("mov", "concat.mp4", concat("neighbour.ts").into_bytes()),
        ("mov", "manifest.mp4", manifest(&clip).into_bytes()),
        // These are MP3s to everybody who looks at their first bytes.
        ("mp3", "playlist.mp3", behind_id3(&playlist(&clip))),
        ("mp3", "concat.mp3", behind_id3(&concat("neighbour.ts"))),
        ("mp3", "manifest.mp3", behind_id3(&manifest(&clip))),
    ];
    let count = scripts.len();
    for (demuxer, name, bytes) in scripts {
        let call = copy.clone().on(&bait.file(name, &bytes)).demuxed_as(demuxer);
        let neither = call.clone().without("-f").without("-format_whitelist").ran(PATIENCE);
        armed(carried(&bait, &neither), name);
        for one in ["-f", "-format_whitelist"] {
            assert!(!carried(&bait, &call.clone().without(one).ran(PATIENCE)), "{name} without {one}");
        }
        assert!(!carried(&bait, &call.ran(PATIENCE)), "{name}");
    }
    shown("-f and -format_whitelist", &format!("{count} of {count} scripts carry a neighbour's recording away"), "either alone: 0");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_protocol_whitelist_keeps_a_playlist_from_the_network() {
    let (bait, copy) = (Bait::laid(), &recorded().await.copy);
    let list = bait.file("list.mp4", playlist(&bait.url("a.ts")).as_bytes());
    let call = copy.clone().on(&list).without("-f").without("-format_whitelist");
    call.ran(PATIENCE);
    assert_eq!(bait.visits(), 0);
    call.without("-protocol_whitelist").with(&["-protocol_whitelist", "file,http,tcp"]).ran(PATIENCE);
    armed(bait.visits() > 0, "a playlist of an address");
    shown(
        "-protocol_whitelist file",
        &format!("with http on it: {} connections", bait.visits()),
        "0 (ffmpeg's default for files: file, crypto, data)",
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn tracks_elsewhere_are_not_followed_unless_somebody_asks_for_it() {
    let (bait, tools) = (Bait::laid(), tools());
    let size = fs::metadata(&bait.clip).unwrap().len() as u32;
    let film = film_elsewhere(&alias(&bait.clip.display().to_string(), 0), size);
    let file = bait.file("elsewhere.mov", &film.bytes());
    let words = "-nostdin -v error -y -protocol_whitelist file -f mov -i FILE -map 0 -c copy -f data out";
    let plain = Invocation { tool: tools.ffmpeg.clone(), args: words.split(' ').map(str::to_owned).collect() }.on(&file);
    let asked = plain.clone().with(&["-enable_drefs", "1", "-use_absolute_path", "1"]);
    assert!(!carried(&bait, &plain.ran(PATIENCE)));
    armed(carried(&bait, &asked.ran(PATIENCE)), "a track in another file");
    if let Sandbox::Bubblewrap { .. } = tools.sandbox {
        assert!(!carried(&bait, &asked.walled(&tools.sandbox, Limits::COPY, &file, PATIENCE)));
    }
    shown(
        "no -enable_drefs (ffmpeg's default)",
        "an MP4 whose track lies in another file carries it away",
        "0; nor inside bubblewrap, even when asked to",
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_limit_of_pixels_bounds_the_memory_of_a_huge_picture() {
    let (bait, probe) = (Bait::laid(), &recorded().await.probe);
    let film = film_of((64, 64), HUGE, h264::measured(&[h264::key_picture(SMALL)])).bytes();
    let call = probe.clone().on(&bait.file("huge.mp4", &film));
    let (without, with) = (call.clone().without("-max_pixels").ran(PATIENCE), call.ran(PATIENCE));
    armed(without.memory > 300 << 20, "a picture of 200 million pixels");
    assert!(with.memory < 200 << 20, "{} MB", with.megabytes());
    shown("-max_pixels", &format!("{} bytes take {} MB", film.len(), without.megabytes()), &format!("{} MB", with.megabytes()));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_limit_of_streams_bounds_the_memory_of_a_crowd() {
    let (bait, probe) = (Bait::laid(), &recorded().await.probe);
    let film = Film { tracks: 300, ..Film::default() }.bytes();
    let call = probe.clone().on(&bait.file("crowd.mp4", &film));
    let (without, with) = (call.clone().without("-max_streams").ran(PATIENCE), call.ran(PATIENCE));
    let streams = |ran: &Ran| ran.stdout.matches("\"codec_type\": \"video\"").count();
    armed(without.memory > 250 << 20, "300 tracks");
    assert!(with.memory < 150 << 20 && streams(&with) <= 16, "{} MB", with.megabytes());
    let tell = |ran: &Ran| format!("{} streams, {} MB, {:.1} s", streams(ran), ran.megabytes(), ran.took.as_secs_f64());
    shown("-max_streams", &tell(&without), &tell(&with));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_limit_of_one_allocation_bounds_the_memory_of_an_index() {
    let (bait, probe) = (Bait::laid(), &recorded().await.probe);
    let film = crowds::samples(16_000_000).bytes();
    let call = probe.clone().on(&bait.file("samples.mp4", &film));
    let (without, with) = (call.clone().without("-max_alloc").ran(PATIENCE), call.ran(PATIENCE));
    armed(without.memory > 300 << 20, "16 million samples");
    assert!(with.memory < 150 << 20, "{} MB", with.megabytes());
    shown("-max_alloc", &format!("{} bytes take {} MB", film.len(), without.megabytes()), &format!("{} MB", with.megabytes()));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn bubblewrap_has_no_network_and_no_other_file() {
    let tools = tools();
    let Sandbox::Bubblewrap { .. } = tools.sandbox else {
        println!("skipped: {}", tools.sandbox.describe());
        return;
    };
    let (bait, copy) = (Bait::laid(), &recorded().await.copy);
    // Every flag of ours is gone: only the walls are left.
    let open = |file: &Path| {
        let bare = copy.clone().on(file).without("-f").without("-format_whitelist").without("-protocol_whitelist");
        bare.with(&["-protocol_whitelist", "file,http,tcp,udp,rtp,data,crypto"])
    };
    let (address, path) = (bait.url("a.ts"), bait.clip.display().to_string());
    let (far, near) = (bait.file("far.mp4", playlist(&address).as_bytes()), bait.file("near.mp4", playlist(&path).as_bytes()));
    for sandbox in [Sandbox::None { because: "the test says so".to_owned() }, limits_only()] {
        let before = bait.visits();
        open(&far).walled(&sandbox, Limits::COPY, &far, PATIENCE);
        armed(bait.visits() > before, "a playlist of an address");
        armed(carried(&bait, &open(&near).walled(&sandbox, Limits::COPY, &near, PATIENCE)), "a playlist of a file");
    }
    let before = bait.visits();
    open(&far).walled(&tools.sandbox, Limits::COPY, &far, PATIENCE);
    assert_eq!(bait.visits(), before);
    assert!(!carried(&bait, &open(&near).walled(&tools.sandbox, Limits::COPY, &near, PATIENCE)));
    shown(
        "bubblewrap, all flags removed",
        "both without it and under limits alone: a neighbour's recording carried away, a connection made",
        "0 and 0",
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sniffing_names_no_demuxer_that_follows_anything() {
    let (bait, probe) = (Bait::laid(), &recorded().await.probe);
    let (mut opened, mut refused) = (0, 0);
    let scripts = scripts::all(&bait);
    for script in &scripts {
        let kind = sniff(&script.bytes[..script.bytes.len().min(SNIFF_LEN)]);
        let known = matches!(kind.demuxer(), None | Some("mov" | "matroska" | "mpegts" | "mp3" | "wav" | "flac" | "ogg" | "aac"));
        assert!(known, "{} is taken for {:?}", script.name, kind.demuxer());
        refused += usize::from(matches!(kind, FileKind::Other(_)));
        let left_alone = probe.clone().on(&bait.file(script.name, &script.bytes)).without("-f").without("-format_whitelist").ran(PATIENCE);
        let follows =
            ["hls", "concat", "dash", "sdp"].iter().any(|name| left_alone.stdout.contains(&format!("\"format_name\": \"{name}\"")));
        opened += usize::from(follows);
        if let Some(demuxer) = kind.demuxer() {
            bait.untouched();
            let visits = bait.visits();
            probe.clone().on(&bait.file(script.name, &script.bytes)).demuxed_as(demuxer).ran(PATIENCE);
            assert!(!bait.was_read() && bait.visits() == visits, "{} is followed as {demuxer}", script.name);
        }
    }
    armed(opened >= 4, "scripts among the corpus");
    let total = scripts.len();
    shown(
        "our sniffing, with the demuxer it names",
        &format!("{opened} of {total} scripts are opened and followed"),
        &format!(
            "{refused} are refused by their first bytes, {} are opened as what they pretend to be, and follow nothing",
            total - refused
        ),
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_verification_tells_a_cut_film_from_a_whole_one() {
    let (bait, copy) = (Bait::laid(), &recorded().await.copy);
    let whole = ebml::film_with(&[]);
    // Half of the pictures are there; the index in front speaks of all.
    let cut = &whole[..whole.len() - 3 * ebml::grey_block(0).len()];
    let ran = copy.clone().demuxed_as("matroska").on(&bait.file("cut.mkv", cut)).ran(PATIENCE);
    armed(ran.succeeded() && ran.left() > 0, "ffmpeg ends well on half a film");
    let outcome = lane(&bait, vec![super::corpus::never("cut.mkv", cut)]).await.remove(0);
    assert!(outcome.faults.is_empty(), "{outcome}");
    shown("the verified length", "exit 0 and a stream from half a film", &outcome.to_string().replace('|', ""));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_bound_of_the_output_ends_an_echo() {
    let (bait, copy) = (Bait::laid(), &recorded().await.copy);
    let film = crowds::echo().bytes();
    let ran = copy.clone().on(&bait.file("echo.mp4", &film)).without_last("-t").ran(PATIENCE);
    armed(ran.left() > 250 << 20, "300 MB out of one");
    let outcome = lane(&bait, vec![super::corpus::never("echo.mp4", film)]).await.remove(0);
    assert!(matches!(outcome.fate, Fate::Failed(_)) && outcome.faults.is_empty(), "{outcome}");
    let with = format!("ended with {} MB of memory and {} KB stored", outcome.peak.memory >> 20, outcome.stored >> 10);
    shown("the bound of the output", &format!("1 MB becomes {} MB", ran.left() >> 20), &with);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "make torture"]
async fn the_bound_of_the_length_ends_a_film_of_years() {
    let (bait, convert) = (Bait::laid(), &recorded().await.convert);
    let call = convert.clone().on(&bait.file("years.mp4", &crowds::years().bytes()));
    let patience = Duration::from_secs(8);
    let (without, with) = (call.clone().without_last("-t").ran(patience), call.ran(patience));
    armed(without.status.is_none(), "six pictures, 63 years each");
    assert!(with.left() < without.left() / 4, "{} of {} bytes", with.left(), without.left());
    let tell = |ran: &Ran| {
        format!("{} KB after {:.0} s{}", ran.left() >> 10, ran.took.as_secs_f64(), if ran.status.is_none() { ", still running" } else { "" })
    };
    shown("-t", &tell(&without), &tell(&with));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "make torture"]
async fn the_limit_of_memory_holds_what_a_termination_sets_free() {
    let (bait, convert) = (Bait::laid(), &recorded().await.convert);
    let call = convert.clone().on(&bait.file("years.mp4", &crowds::years().bytes())).without_last("-t");
    // Asked to end, ffmpeg first lays out all the frames of 380 years.
    let ended_politely = |memory: u64| {
        let mut command = Command::new("prlimit");
        command.arg(format!("--as={memory}")).args(["--", "timeout", "-k", "6", "2"]).arg(&call.tool).args(&call.args);
        Ran::inside(tempfile::tempdir().unwrap(), command, PATIENCE)
    };
    let (without, with) = (ended_politely(6 << 30), ended_politely(1 << 30));
    armed(without.memory > 800 << 20, "years of frames");
    assert!(with.memory < 700 << 20, "{} MB", with.megabytes());
    shown("prlimit --as (1 GiB here)", &format!("{} MB, 6 s after SIGTERM", without.megabytes()), &format!("{} MB", with.megabytes()));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "make torture"]
async fn the_limit_of_cpu_ends_a_million_pictures() {
    // What is known of the recorded clip's length bounds the call as well.
    let (bait, copy) = (Bait::laid(), recorded().await.copy.clone().without_last("-t"));
    let file = bait.file("still.mp4", &Film::echo(crowds::grey(), 1_000_000, 40).bytes());
    let patience = Duration::from_secs(6);
    let without = copy.clone().on(&file).ran(patience);
    let with = copy.walled(&limits_only(), Limits { cpu_secs: 1, ..Limits::COPY }, &file, patience);
    armed(without.took > Duration::from_secs(3), &format!("a million pictures: {:?} after {:?}", without.status, without.took));
    assert!(with.died_of(9) && with.took < Duration::from_secs(4), "{:?} after {:?}", with.status, with.took);
    let without = format!("{:.1} s{}", without.took.as_secs_f64(), if without.status.is_none() { ", still running" } else { "" });
    shown("prlimit --cpu (1 s here)", &without, &format!("ended after {:.1} s", with.took.as_secs_f64()));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "make torture"]
async fn a_few_bytes_make_thousands_of_segments() {
    // What is known of the recorded clip's length bounds the call as well.
    let (bait, copy) = (Bait::laid(), recorded().await.copy.clone().without_last("-t"));
    let film = crowds::segments(30_000).bytes();
    let ran = copy.on(&bait.file("segments.mp4", &film)).ran(PATIENCE);
    armed(
        ran.tables() > 3000,
        &format!("30,000 pictures of six seconds: {} segments, {:?} after {:?}", ran.tables(), ran.status, ran.took),
    );
    let outcome = lane(&bait, vec![super::corpus::never("segments.mp4", film)]).await.remove(0);
    assert!(outcome.faults.is_empty(), "{outcome}");
    shown(
        "the bound of segments",
        &format!("{} segments after {:.0} s", ran.tables(), ran.took.as_secs_f64()),
        &outcome.to_string().replace('|', ""),
    );
}
