//! ffmpeg and ffprobe exactly as the server calls them, so that one protection can be taken away and the rest left.
//!
//! The server is given scripts for its two tools that write down their arguments and then run the real ones.

use std::{
    fs::{self, File},
    os::unix::{
        fs::PermissionsExt,
        process::{CommandExt, ExitStatusExt},
    },
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Stdio},
    time::{Duration, Instant},
};

use notetaker::server::media::{
    Sandbox, SandboxMode, Tools,
    sandbox::{CommandLine, Job, Limits},
};
use tempfile::TempDir;
use tokio::sync::OnceCell;

use super::{
    crowds::grey,
    mp4::Film,
    watch::{memory, weight},
};
use crate::support::{Backend, TestApp};

/// A tool and its arguments.
#[derive(Clone, Debug)]
pub struct Invocation {
    pub tool: PathBuf,
    pub args: Vec<String>,
}

/// The server's own, on MP4 files.
pub struct Invocations {
    pub probe: Invocation,
    pub copy: Invocation,
    pub convert: Invocation,
}

/// Recorded once.
pub async fn recorded() -> &'static Invocations {
    static RECORDED: OnceCell<Invocations> = OnceCell::const_new();
    RECORDED
        .get_or_init(|| async {
            let folder = tempfile::tempdir().unwrap();
            let file = |name: &str, film: Film| {
                fs::write(folder.path().join(name), film.bytes()).unwrap();
                folder.path().join(name)
            };
            let even = of(&file("even.mp4", Film::default())).await;
            // Key pictures 20 s apart, so that it is converted.
            let rare = of(&file("rare.mp4", Film::echo(grey(), 3, 20_000))).await;
            let all = [even, rare].concat();
            let first = |tool: &str, argument: &str| {
                let found = all.iter().find(|one| one.tool.ends_with(tool) && one.args.iter().any(|arg| arg == argument));
                found.unwrap_or_else(|| panic!("the server calls no {tool} with {argument}: {all:#?}")).clone()
            };
            Invocations { probe: first("ffprobe", "-show_streams"), copy: first("ffmpeg", "copy"), convert: first("ffmpeg", "libx264") }
        })
        .await
}

/// Everything the server calls for one recording, from its upload until its stream is settled, in order.
pub async fn of(recording: &Path) -> Vec<Invocation> {
    let folder = tempfile::tempdir().unwrap();
    let real = Tools::locate(None, None, SandboxMode::Off).unwrap();
    let (ffmpeg, ffprobe) = (scribe(&folder, "ffmpeg", &real.ffmpeg), scribe(&folder, "ffprobe", &real.ffprobe));
    let app = TestApp::start_with(Backend::LAPTOP, |config| {
        // Without a sandbox the scripts have somewhere to write; the arguments are the same.
        (config.sandbox, config.ffmpeg, config.ffprobe) = (SandboxMode::Off, Some(ffmpeg), Some(ffprobe));
    });
    let app = app.await;
    let person = app.person("scribe").await;
    let id = person.upload(recording).await;
    person.stream_settled(&id).await;
    let mut written: Vec<_> = fs::read_dir(folder.path()).unwrap().flatten().filter(|entry| entry.path().extension().is_some()).collect();
    written.sort_by_key(|entry| entry.metadata().unwrap().modified().unwrap());
    let tool =
        |path: &Path| if path.file_stem().is_some_and(|stem| stem == "ffprobe") { real.ffprobe.clone() } else { real.ffmpeg.clone() };
    let read = written.iter().map(|entry| {
        let text = fs::read_to_string(entry.path()).unwrap();
        Invocation { tool: tool(&entry.path()), args: text.split_terminator('\0').map(str::to_owned).collect() }
    });
    read.filter(|one| one.args.iter().any(|arg| arg == "-i")).collect()
}

/// A script that writes down its arguments, in a file named after itself and its process, and becomes the real tool.
fn scribe(folder: &TempDir, name: &str, real: &Path) -> PathBuf {
    let path = folder.path().join(name);
    let text = format!("#!/bin/sh\nprintf '%s\\0' \"$@\" > \"$0.$$\"\nexec '{}' \"$@\"\n", real.display());
    fs::write(&path, text).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    // A process forked by another test may hold the file open for writing until it becomes somebody else.
    let asked = Instant::now();
    while let Err(error) = Command::new(&path).arg("-version").stdout(Stdio::null()).status() {
        assert!(asked.elapsed() < Duration::from_secs(10), "{error}");
    }
    path
}

impl Invocation {
    fn before_input(&self) -> usize {
        self.args.iter().position(|arg| arg == "-i").unwrap()
    }

    /// The same on another file. The server sends most files through a pipe, which can name no other by itself: here they
    /// are opened, so that what is shown to hold holds where that wall is missing.
    pub fn on(mut self, input: &Path) -> Self {
        let at = self.before_input();
        for protocol in self.args[..at].iter_mut().filter(|arg| *arg == "pipe") {
            *protocol = "file".to_owned();
        }
        self.args[at + 1] = input.display().to_string();
        self
    }

    /// The same for another kind of file.
    pub fn demuxed_as(mut self, demuxer: &str) -> Self {
        for flag in ["-f", "-format_whitelist"] {
            let end = self.before_input();
            if let Some(at) = self.args[..end].iter().position(|arg| arg == flag) {
                self.args[at + 1] = demuxer.to_owned();
            }
        }
        self
    }

    /// Without a flag that stands before the input, and its value.
    pub fn without(mut self, flag: &str) -> Self {
        let end = self.before_input();
        let at = self.args[..end].iter().position(|arg| arg == flag).unwrap_or_else(|| panic!("{flag} is not among {:?}", self.args));
        // A word that follows and is no flag is the value.
        let value = at + 1 < end && !self.args[at + 1].starts_with('-');
        self.args.drain(at..=at + usize::from(value));
        self
    }

    /// Without an output's flag, the last of that name, and its value.
    pub fn without_last(mut self, flag: &str) -> Self {
        let at = self.args.iter().rposition(|arg| arg == flag).unwrap_or_else(|| panic!("{flag} is not among {:?}", self.args));
        self.args.drain(at..at + 2);
        self
    }

    /// With these before the input.
    pub fn with(mut self, flags: &[&str]) -> Self {
        let at = self.before_input();
        drop(self.args.splice(at..at, flags.iter().map(|flag| (*flag).to_owned())));
        self
    }

    /// Runs it with no sandbox, in a folder of its own, for at most `patience`.
    pub fn ran(&self, patience: Duration) -> Ran {
        // What has no bounds of its own must not take the whole machine with it.
        let mut guarded = Command::new("prlimit");
        guarded.args(["--as=4294967296", "--fsize=2147483648", "--core=0", "--"]).arg(&self.tool).args(&self.args);
        Ran::inside(tempfile::tempdir().unwrap(), guarded, patience)
    }

    /// Runs it inside a sandbox, as the server would, on `source`.
    pub fn walled(&self, sandbox: &Sandbox, limits: Limits, source: &Path, patience: Duration) -> Ran {
        let folder = tempfile::tempdir().unwrap();
        // The server's stream goes through a pipe, which no limit of files counts; here it goes into one.
        let line = self.line(sandbox, Limits { file_size: 2 << 30, ..limits }, source, folder.path());
        let mut command = Command::new(&line.program);
        command.args(&line.args).env_clear().env("PATH", "/usr/local/bin:/usr/bin:/bin").env("LANG", "C.UTF-8");
        Ran::inside(folder, command, patience)
    }

    pub fn line(&self, sandbox: &Sandbox, limits: Limits, source: &Path, out: &Path) -> CommandLine {
        let job = Job::new(source, Some(out), limits);
        let arguments = self.clone().on(&sandbox.input(&job)).args;
        sandbox.command(&job, &self.tool, arguments.into_iter().map(Into::into).collect())
    }
}

/// What became of a process.
pub struct Ran {
    /// Where it ran, what it left there, and what it said.
    pub folder: TempDir,
    /// None when it was still running and had to be killed.
    pub status: Option<ExitStatus>,
    pub stdout: String,
    pub stderr: String,
    pub took: Duration,
    /// Bytes of memory, of it and its children.
    pub memory: u64,
}

impl Ran {
    pub fn inside(folder: TempDir, mut command: Command, patience: Duration) -> Self {
        // A stream goes to stdout: it is what is left.
        let (out, told) = (folder.path().join("stdout"), tempfile::NamedTempFile::new().unwrap());
        command.current_dir(folder.path()).stdin(Stdio::null()).process_group(0);
        command.stdout(File::create(&out).unwrap()).stderr(told.reopen().unwrap());
        let began = Instant::now();
        let mut child = command.spawn().unwrap();
        let (status, memory) = ended(&mut child, began + patience);
        let read = |path: &Path| String::from_utf8_lossy(&fs::read(path).unwrap()).into_owned();
        Self { status, stdout: read(&out), stderr: read(told.path()), took: began.elapsed(), memory, folder }
    }

    pub fn succeeded(&self) -> bool {
        self.status.is_some_and(|status| status.success())
    }

    /// Killed by itself or the kernel with this signal; shells and bubblewrap pass it on as a code.
    pub fn died_of(&self, signal: i32) -> bool {
        self.status.is_some_and(|status| status.signal() == Some(signal) || status.code() == Some(128 + signal))
    }

    /// Bytes of what it left and said.
    pub fn left(&self) -> u64 {
        weight(self.folder.path())
    }

    /// How often its stream can be parted: in front of the tables of a program.
    pub fn tables(&self) -> usize {
        let stream = fs::read(self.folder.path().join("stdout")).unwrap();
        stream.chunks(188).filter(|packet| packet.starts_with(&[0x47, 0x40, 0])).count()
    }

    pub fn megabytes(&self) -> u64 {
        self.memory >> 20
    }
}

/// Waits, and remembers the most memory. Kills the whole group at the end of patience.
fn ended(child: &mut Child, until: Instant) -> (Option<ExitStatus>, u64) {
    let (pid, mut most) = (child.id(), 0);
    loop {
        if let Some(status) = child.try_wait().unwrap() {
            return (Some(status), most);
        }
        most = most.max(memory(|found, _| found == pid));
        if Instant::now() >= until {
            let _ = nix::sys::signal::killpg(nix::unistd::Pid::from_raw(pid as i32), nix::sys::signal::Signal::SIGKILL);
            child.wait().unwrap();
            return (None, most);
        }
        std::thread::sleep(Duration::from_millis(10));
    }
}
