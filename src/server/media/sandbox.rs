//! The walls around a process that reads a stranger's file, as a pure function from a job to a command line.

mod limits;

pub use limits::Limits;

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::time::Duration;

/// How much the operator insists on a sandbox.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SandboxMode {
    /// The best one that works here; the start-up log says which.
    #[default]
    Auto,
    /// Bubblewrap, or the server does not start.
    Required,
    Off,
}

impl FromStr for SandboxMode {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text.trim().to_ascii_lowercase().as_str() {
            "auto" => Ok(Self::Auto),
            "required" => Ok(Self::Required),
            "off" => Ok(Self::Off),
            other => Err(format!("\"{other}\" is not a sandbox mode: it is auto, required or off")),
        }
    }
}

/// The sandbox in force, settled once at boot by [`super::Tools::locate`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sandbox {
    /// No network, no file but the source, no other process, and limits.
    Bubblewrap {
        bwrap: PathBuf,
        prlimit: PathBuf,
    },
    /// Limits on memory, CPU and output, nothing more.
    RlimitsOnly {
        prlimit: PathBuf,
        because: String,
    },
    None {
        because: String,
    },
}

/// One process to be: what it reads, where it may write, what it may use.
#[derive(Debug, Clone)]
pub struct Job {
    /// None: it reads its stdin.
    pub source: Option<PathBuf>,
    pub out: Option<PathBuf>,
    /// Files of ours that it reads besides, at their own places.
    pub also: Vec<PathBuf>,
    pub limits: Limits,
}

impl Job {
    /// Paths are made absolute: the process runs in another folder than we do.
    pub fn new(source: &Path, out: Option<&Path>, limits: Limits) -> Self {
        Self { source: Some(absolute(source)), out: out.map(absolute), also: Vec::new(), limits }
    }

    /// One that reads what it is sent.
    pub fn of_stdin(out: Option<&Path>, limits: Limits) -> Self {
        Self { source: None, out: out.map(absolute), also: Vec::new(), limits }
    }

    /// The same, which may read this file of ours, too.
    pub fn showing(mut self, file: &Path) -> Self {
        self.also.push(absolute(file));
        self
    }
}

fn absolute(path: &Path) -> PathBuf {
    std::path::absolute(path).unwrap_or_else(|_| path.to_path_buf())
}

/// ffmpeg's name for its stdin.
pub const STDIN: &str = "pipe:0";
/// And for its stdout, as often as it likes: what is no number is no other descriptor.
pub const STDOUT: &str = "pipe:stream%d";
/// And for a descriptor that every process gets and that forgets everything: `/dev/null`, which ffmpeg would replace with a file if it were
/// given that name, since it renames lists into place.
pub const NOWHERE: &str = "pipe:3";
pub const NOWHERE_FD: i32 = 3;

/// A program, its arguments, and the folder to start it in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommandLine {
    pub program: PathBuf,
    pub args: Vec<OsString>,
    pub cwd: Option<PathBuf>,
}

/// How far work that nobody waits for steps back: it still gets a tenth of a core that viewers' work wants all of (Linux
/// gives a step of niceness a factor of 1.25).
const NICENESS: &str = "10";

impl CommandLine {
    /// The same at low priority, for what is done in the background.
    pub fn gently(self) -> Self {
        let mut args: Vec<OsString> = vec!["-n".into(), NICENESS.into(), self.program.into()];
        args.extend(self.args);
        Self { program: "nice".into(), args, cwd: self.cwd }
    }
}

impl Sandbox {
    /// For the start-up log.
    pub fn describe(&self) -> String {
        match self {
            Self::Bubblewrap { .. } => {
                "Uploaded files are read in a bubblewrap sandbox: no network, no other files, limited memory, CPU and output.".to_owned()
            }
            Self::RlimitsOnly { because, .. } => format!(
                "Uploaded files are read WITHOUT a sandbox, under limits on memory, CPU and output only, because {because}. \
                 Set the sandbox to \"required\" to refuse to start like this."
            ),
            Self::None { because } => format!("Uploaded files are read with NO sandbox and NO limits, because {because}."),
        }
    }

    /// The source's path as the process sees it.
    pub fn input(&self, job: &Job) -> PathBuf {
        match (self, &job.source) {
            (_, None) => PathBuf::from(STDIN),
            (Self::Bubblewrap { .. }, Some(_)) => PathBuf::from("/in"),
            (Self::RlimitsOnly { .. } | Self::None { .. }, Some(source)) => source.clone(),
        }
    }

    /// The command line that runs `tool` with `args` inside this sandbox, in its output folder.
    pub fn command(&self, job: &Job, tool: &Path, args: Vec<OsString>) -> CommandLine {
        let (program, mut line) = match self {
            Self::Bubblewrap { bwrap, prlimit } => {
                let mut line = job.limits.arguments();
                line.push(bwrap.into());
                line.extend(walls(job, tool));
                (prlimit.clone(), line)
            }
            Self::RlimitsOnly { prlimit, .. } => (prlimit.clone(), job.limits.arguments()),
            Self::None { .. } => return CommandLine { program: tool.to_path_buf(), args, cwd: job.out.clone() },
        };
        line.push(tool.into());
        line.extend(args);
        let cwd = matches!(self, Self::RlimitsOnly { .. }).then(|| job.out.clone()).flatten();
        CommandLine { program, args: line, cwd }
    }
}

/// How long after our own time-out `timeout` kills the process, should we be unable to. Not by SIGTERM: then ffmpeg ends in
/// good order, with every frame that its filters still owe (24 GB of them were seen).
const BACKSTOP: Duration = Duration::from_secs(10);

/// bubblewrap's arguments up to and with `timeout`. The system is there read-only and nothing of `/etc`, `/home` or
/// `/var`; binding (not linking) `/lib` and `/bin` suits systems of either layout.
fn walls(job: &Job, tool: &Path) -> Vec<OsString> {
    let mut args: Vec<OsString> = Vec::new();
    let mut add = |parts: &[&str]| args.extend(parts.iter().map(OsString::from));
    add(&["--unshare-all", "--die-with-parent", "--new-session", "--clearenv"]);
    add(&["--setenv", "PATH", "/usr/bin:/bin", "--setenv", "LANG", "C.UTF-8", "--ro-bind", "/usr", "/usr"]);
    for system in ["/lib", "/lib64", "/bin", "/etc/alternatives", "/etc/ld.so.cache", "/nix/store"] {
        add(&["--ro-bind-try", system, system]);
    }
    add(&["--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp"]);
    if !tool.starts_with("/usr") {
        args.extend(["--ro-bind".into(), tool.into(), tool.into()]);
    }
    if let Some(source) = &job.source {
        args.extend(["--ro-bind".into(), source.into(), "/in".into()]);
    }
    for file in &job.also {
        args.extend(["--ro-bind".into(), file.into(), file.into()]);
    }
    match &job.out {
        Some(out) => args.extend(["--bind".into(), out.into(), "/out".into(), "--chdir".into(), "/out".into()]),
        None => args.extend(["--chdir".into(), "/tmp".into()]),
    }
    let secs = (job.limits.wall + BACKSTOP).as_secs().to_string();
    args.extend(["--cap-drop", "ALL", "--uid", "65534", "--gid", "65534", "--", "timeout", "-s", "KILL", &secs].map(OsString::from));
    args
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bubblewrap() -> Sandbox {
        Sandbox::Bubblewrap { bwrap: "/usr/bin/bwrap".into(), prlimit: "/usr/bin/prlimit".into() }
    }

    fn line(sandbox: &Sandbox, tool: &str) -> (String, Option<PathBuf>) {
        let job = Job::new(Path::new("/work/source"), Some(Path::new("/work/out")), Limits::COPY);
        let command = sandbox.command(&job, Path::new(tool), vec!["-i".into(), sandbox.input(&job).into()]);
        let words: Vec<_> = command.args.iter().map(|a| a.to_string_lossy()).collect();
        (format!("{} {}", command.program.display(), words.join(" ")), command.cwd)
    }

    #[test]
    fn bubblewrap_shows_the_source_as_in_and_the_output_as_out() {
        let (line, cwd) = line(&bubblewrap(), "/usr/bin/ffmpeg");
        assert!(line.starts_with("/usr/bin/prlimit --as=2147483648 --cpu=600 --fsize=1048576 --nofile=64 --nproc=4096 --core=0 -- /usr/bin/bwrap --unshare-all"));
        assert!(line.contains("--ro-bind /work/source /in --bind /work/out /out --chdir /out --cap-drop ALL --uid 65534"));
        assert!(line.ends_with("-- timeout -s KILL 910 /usr/bin/ffmpeg -i /in"), "{line}");
        assert_eq!(cwd, None);
    }

    #[test]
    fn what_is_shown_besides_lies_where_it_lies_outside() {
        let job = Job::new(Path::new("/work/source"), None, Limits::PROBE).showing(Path::new("/models/small.bin"));
        let words = bubblewrap().command(&job, Path::new("/usr/bin/whisper-cli"), Vec::new()).args;
        let line: Vec<_> = words.iter().map(|word| word.to_string_lossy()).collect();
        assert!(line.join(" ").contains("--ro-bind /models/small.bin /models/small.bin"));
    }

    #[test]
    fn background_work_is_the_same_command_at_low_priority() {
        let command = CommandLine { program: "/usr/bin/ffmpeg".into(), args: vec!["-version".into()], cwd: None }.gently();
        assert_eq!(
            (command.program, command.args),
            ("nice".into(), ["-n", "10", "/usr/bin/ffmpeg", "-version"].map(OsString::from).to_vec())
        );
    }

    #[test]
    fn a_job_that_reads_its_stdin_sees_no_file() {
        let job = Job::of_stdin(Some(Path::new("/work/out")), Limits::COPY);
        let words = bubblewrap().command(&job, Path::new("/usr/bin/ffmpeg"), Vec::new()).args;
        assert!(!words.iter().any(|word| word == "/in"));
        assert_eq!(bubblewrap().input(&job), Path::new("pipe:0"));
    }

    #[test]
    fn a_probe_has_nowhere_to_write() {
        let job = Job::new(Path::new("/work/source"), None, Limits::PROBE);
        let command = bubblewrap().command(&job, Path::new("/usr/bin/ffprobe"), Vec::new());
        assert!(!command.args.iter().any(|a| a == "--bind" || a == "/out"));
    }

    #[test]
    fn a_tool_outside_usr_is_shown_at_its_own_place() {
        assert!(line(&bubblewrap(), "/opt/ff/ffmpeg").0.contains("--ro-bind /opt/ff/ffmpeg /opt/ff/ffmpeg"));
        assert!(!line(&bubblewrap(), "/usr/bin/ffmpeg").0.contains("--ro-bind /usr/bin/ffmpeg"));
    }

    #[test]
    fn without_bubblewrap_paths_are_the_real_ones() {
        let sandbox = Sandbox::RlimitsOnly { prlimit: "/usr/bin/prlimit".into(), because: "x".into() };
        let (line, cwd) = line(&sandbox, "/usr/bin/ffmpeg");
        assert!(line.ends_with("--core=0 -- /usr/bin/ffmpeg -i /work/source"), "{line}");
        assert_eq!(cwd, Some("/work/out".into()));
    }

    #[test]
    fn without_anything_the_tool_runs_alone() {
        let (line, cwd) = line(&Sandbox::None { because: "x".into() }, "/usr/bin/ffmpeg");
        assert_eq!((line.as_str(), cwd), ("/usr/bin/ffmpeg -i /work/source", Some("/work/out".into())));
    }

    #[test]
    fn a_mode_is_read_in_any_case_and_a_wrong_one_lists_the_right_ones() {
        assert_eq!("Required".parse(), Ok(SandboxMode::Required));
        assert_eq!("yes".parse::<SandboxMode>(), Err("\"yes\" is not a sandbox mode: it is auto, required or off".to_owned()));
    }
}
