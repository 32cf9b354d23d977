//! The programs found at boot: ffmpeg, ffprobe, and the sandbox that truly works on this machine.
//!
//! Runs once, before the server listens, so it blocks.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::probe::VideoTrack;
use super::sandbox::{CommandLine, Job, Limits, Sandbox, SandboxMode};
use super::tone;

/// The oldest release with every option we pass and its decoders still receiving fixes (Debian 11, Ubuntu 22.04).
const OLDEST: (u32, u32) = (4, 4);

/// What a recording is converted with ([`super::encode`]). Builds without patented codecs lack them, and would call every recording
/// from a phone damaged.
const ENCODERS: [&str; 2] = ["libx264", "aac"];

const HOW_TO_INSTALL: &str = "Install it (Debian, Ubuntu: apt install ffmpeg; Alpine: apk add ffmpeg; macOS: brew install ffmpeg).";

#[derive(Debug, Clone)]
pub struct Tools {
    pub ffmpeg: PathBuf,
    pub ffprobe: PathBuf,
    pub sandbox: Sandbox,
    pub able: Abilities,
}

/// What this ffmpeg can do, and how it wants to be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Abilities {
    /// Its name for the options of segments.
    pub segment_options: &'static str,
    /// It has the filters that bring HDR to ordinary screens. Not every build does.
    pub tone_maps: bool,
}

impl Abilities {
    /// The filters for this picture, if it wants any and they are there.
    pub fn tone(self, video: &VideoTrack) -> Option<String> {
        tone::filters(video).filter(|_| self.tone_maps)
    }
}

impl Tools {
    /// Finds the two programs (at the given places, else on `PATH`), checks that they run and are new enough, and settles
    /// the sandbox. The error is a sentence for whoever starts the server.
    pub fn locate(ffmpeg: Option<&Path>, ffprobe: Option<&Path>, mode: SandboxMode) -> Result<Self, String> {
        let (ffmpeg, found) = located("ffmpeg", ffmpeg)?;
        let (ffprobe, _) = located("ffprobe", ffprobe)?;
        can_encode(&ffmpeg)?;
        let tone_maps = missing(&listed(&ffmpeg, "-filters")?, &tone::NEEDED).is_empty();
        let sandbox = settle(mode, &[&ffmpeg, &ffprobe])?;
        Ok(Self { ffmpeg, ffprobe, sandbox, able: Abilities { segment_options: segment_options(found), tone_maps } })
    }
}

/// ffmpeg renamed it with 5.0.
fn segment_options(found: Option<(u32, u32)>) -> &'static str {
    if found.is_some_and(|found| found < (5, 0)) { "-hls_ts_options" } else { "-hls_segment_options" }
}

/// Where a program is, and its release, if it tells one.
fn located(name: &str, given: Option<&Path>) -> Result<(PathBuf, Option<(u32, u32)>), String> {
    let path = match given {
        Some(path) => path.to_path_buf(),
        None => on_path(name).ok_or_else(|| format!("{name} was not found. {HOW_TO_INSTALL}"))?,
    };
    // Canonical, because a link's target is what the sandbox has to show.
    let path = path.canonicalize().map_err(|e| format!("{name} was not found at {}: {e}. {HOW_TO_INSTALL}", path.display()))?;
    let output = Command::new(&path).arg("-version").stdin(Stdio::null()).output();
    let output = output.map_err(|e| format!("{} does not run: {e}.", path.display()))?;
    let first = String::from_utf8_lossy(&output.stdout).lines().next().unwrap_or_default().to_owned();
    let Some(version) = first.strip_prefix(name).and_then(|rest| rest.strip_prefix(" version ")) else {
        return Err(format!("{} is not {name}: it answers \"{first}\" when asked for its version.", path.display()));
    };
    let found = release(version);
    if found.is_some_and(|found| found < OLDEST) {
        let (major, minor) = OLDEST;
        return Err(format!("{} is version {version}, and {major}.{minor} or newer is needed. {HOW_TO_INSTALL}", path.display()));
    }
    Ok((path, found))
}

fn can_encode(ffmpeg: &Path) -> Result<(), String> {
    match missing(&listed(ffmpeg, "-encoders")?, &ENCODERS).as_slice() {
        [] => Ok(()),
        missing => {
            Err(format!("{} was built without {}. Install a complete build. {HOW_TO_INSTALL}", ffmpeg.display(), missing.join(" and ")))
        }
    }
}

/// What ffmpeg answers when it is asked what it has.
fn listed(ffmpeg: &Path, what: &str) -> Result<String, String> {
    let output = Command::new(ffmpeg).args(["-hide_banner", what]).stdin(Stdio::null()).output();
    let output = output.map_err(|e| format!("{} does not run: {e}.", ffmpeg.display()))?;
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Which of these are not in ffmpeg's list of encoders or filters: ` V....D libx264  libx264 H.264 / AVC …`, ` TSC zscale  V->V  …`.
fn missing<'a>(list: &str, wanted: &[&'a str]) -> Vec<&'a str> {
    let names: Vec<&str> = list.lines().filter_map(|line| line.split_whitespace().nth(1)).collect();
    wanted.iter().copied().filter(|name| !names.contains(name)).collect()
}

/// "5.1.9-0+deb12u1" and "n6.0" to numbers. None for a build from git ("N-109542-g…"), which is taken to be new enough.
fn release(version: &str) -> Option<(u32, u32)> {
    let mut numbers = version.trim_start_matches('n').split(|c: char| !c.is_ascii_digit());
    let major = numbers.next()?.parse().ok()?;
    Some((major, numbers.next().and_then(|n| n.parse().ok()).unwrap_or(0)))
}

fn on_path(name: &str) -> Option<PathBuf> {
    std::env::split_paths(&std::env::var_os("PATH")?).map(|folder| folder.join(name)).find(|file| file.is_file())
}

/// The best sandbox `mode` allows in which every tool really starts.
fn settle(mode: SandboxMode, tools: &[&Path]) -> Result<Sandbox, String> {
    if mode == SandboxMode::Off {
        return Ok(Sandbox::None { because: "it was switched off".to_owned() });
    }
    let (bwrap, prlimit) = (on_path("bwrap"), on_path("prlimit"));
    let because = match (bwrap, &prlimit) {
        (Some(bwrap), Some(prlimit)) => {
            let sandbox = Sandbox::Bubblewrap { bwrap, prlimit: prlimit.clone() };
            match tools.iter().try_for_each(|tool| starts(&sandbox, tool)) {
                Ok(()) => return Ok(sandbox),
                Err(why) => format!("bubblewrap does not work here ({why})"),
            }
        }
        (None, _) => "bubblewrap is not installed (apt install bubblewrap)".to_owned(),
        (_, None) => "prlimit is not installed (apt install util-linux)".to_owned(),
    };
    if mode == SandboxMode::Required {
        return Err(format!("A sandbox is required, but {because}."));
    }
    let Some(prlimit) = prlimit else { return Ok(Sandbox::None { because }) };
    let limits_only = Sandbox::RlimitsOnly { prlimit, because: because.clone() };
    match tools.iter().try_for_each(|tool| starts(&limits_only, tool)) {
        Ok(()) => Ok(limits_only),
        Err(why) => Ok(Sandbox::None { because: format!("{because}, and limits cannot be set ({why})") }),
    }
}

/// Runs `tool -version` in the sandbox, exactly as a job would run.
fn starts(sandbox: &Sandbox, tool: &Path) -> Result<(), String> {
    let CommandLine { program, args, .. } = sandbox.command(&Job::new(tool, None, Limits::PROBE), tool, vec!["-version".into()]);
    let output = Command::new(program).args(args).env_clear().stdin(Stdio::null()).output().map_err(|e| e.to_string())?;
    if output.status.success() {
        return Ok(());
    }
    let stderr = String::from_utf8_lossy(&output.stderr);
    Err(stderr.lines().next().map_or_else(|| output.status.to_string(), str::to_owned))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_read_from_releases_and_distributions() {
        assert_eq!(release("5.1.9-0+deb12u1 Copyright"), Some((5, 1)));
        assert_eq!(release("n6.0 Copyright"), Some((6, 0)));
        assert_eq!(release("7 Copyright"), Some((7, 0)));
        assert_eq!(release("N-109542-gdeadbeef"), None);
    }

    #[test]
    fn an_old_ffmpeg_is_told_of_segments_in_its_own_words() {
        let named = |version: &str| segment_options(release(version));
        assert_eq!(
            ["4.4.2-0ubuntu0.22.04.1", "5.0", "7.1", "N-109542-gdeadbeef"].map(named),
            ["-hls_ts_options", "-hls_segment_options", "-hls_segment_options", "-hls_segment_options"]
        );
    }

    #[test]
    fn an_ffmpeg_that_cannot_convert_is_told_before_it_calls_a_recording_damaged() {
        let list = " V..... = Video\n ------\n V....D libx264rgb           libx264 H.264 RGB\n A....D aac                  AAC (Advanced Audio Coding)\n";
        assert_eq!(missing(list, &ENCODERS), ["libx264"]);
        assert_eq!(missing(&format!("{list} V....D libx264              libx264 H.264 / AVC\n"), &ENCODERS), [""; 0]);
        let error = can_encode(Path::new("/bin/true")).unwrap_err();
        assert!(error.contains("without libx264 and aac"), "{error}");
    }

    #[test]
    fn a_build_that_cannot_bring_hdr_to_ordinary_screens_is_known_by_its_list() {
        let list =
            " .S. tonemap           V->V       Conversion to/from different dynamic ranges.\n TSC tonemap_opencl    V->V       Perform.\n";
        assert_eq!(missing(list, &tone::NEEDED), ["zscale"]);
        assert_eq!(missing(&format!("{list} .SC zscale            V->V       Apply resizing.\n"), &tone::NEEDED), [""; 0]);
    }

    #[test]
    fn a_missing_ffmpeg_is_told_with_how_to_install_it() {
        let error = Tools::locate(Some(Path::new("/nowhere/ffmpeg")), None, SandboxMode::Off).unwrap_err();
        assert!(error.starts_with("ffmpeg was not found at /nowhere/ffmpeg") && error.contains("apt install ffmpeg"), "{error}");
    }

    #[test]
    fn another_program_is_not_taken_for_ffmpeg() {
        let error = Tools::locate(Some(Path::new("/bin/true")), None, SandboxMode::Off).unwrap_err();
        assert!(error.contains("is not ffmpeg"), "{error}");
    }
}
