//! What the kernel sees: every file of the corpus through the sandboxed tools under strace. No socket, and no file but the
//! system's own, the source and the output.

use std::{
    collections::{HashMap, HashSet},
    fs,
    path::Path,
    process::Command,
    time::Duration,
};

use notetaker::server::media::{SNIFF_LEN, Sandbox, SandboxMode, Tools, sandbox::Limits, sniff::sniff};

use super::{
    bait::Bait,
    corpus::corpus,
    invocation::{Invocation, Ran, recorded},
    mp4::Film,
};

const PATIENCE: Duration = Duration::from_secs(30);

/// Where a tool may read: itself, its libraries, what the kernel tells, and what it was given. A name without a slash is in
/// its own folder.
const OWN: [&str; 9] = ["/usr/", "/lib", "/bin", "/nix/store/", "/etc/ld.so.", "/etc/alternatives", "/proc/", "/dev/", "/sys/"];

#[derive(Default, Debug)]
struct Seen {
    sockets: Vec<String>,
    foreign: Vec<String>,
    /// Files opened by the tool at all; none would mean that nothing was traced.
    opened: usize,
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "make torture"]
async fn the_kernel_sees_no_socket_and_no_foreign_file() {
    if Command::new("strace").arg("-V").output().is_err() {
        println!("\nfigure: strace is not installed: nothing was traced");
        return;
    }
    let (bait, calls) = (Bait::laid(), recorded().await);
    let tools = Tools::locate(None, None, SandboxMode::Auto).unwrap();
    let honest = bait.file("honest.mp4", &Film::default().bytes());
    for call in [&calls.probe, &calls.copy] {
        let (ran, seen) = traced(&tools.sandbox, call, &honest);
        assert!(ran.succeeded() && seen.opened > 5 && seen.foreign.is_empty() && seen.sockets.is_empty(), "{}\n{seen:?}", ran.stderr);
    }
    let (mut runs, mut files, mut faults) = (0, 0, Vec::new());
    for file in corpus(&bait) {
        let Some(demuxer) = sniff(&file.bytes[..file.bytes.len().min(SNIFF_LEN)]).demuxer() else { continue };
        files += 1;
        let path = bait.file(file.name, &file.bytes);
        for call in [&calls.probe, &calls.copy, &calls.convert] {
            let (ran, seen) = traced(&tools.sandbox, &call.clone().demuxed_as(demuxer), &path);
            runs += 1;
            let touched = seen.sockets.into_iter().chain(seen.foreign);
            faults.extend(touched.map(|line| format!("{}: {line}", file.name)));
            // What cannot be probed is not cut.
            if !ran.succeeded() {
                break;
            }
        }
        fs::remove_file(path).unwrap();
    }
    println!("\nfigure: strace over {runs} runs on {files} files that reach ffmpeg: {} sockets and foreign files", faults.len());
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

fn traced(sandbox: &Sandbox, call: &Invocation, source: &Path) -> (Ran, Seen) {
    let (out, notes) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let line = call.line(sandbox, Limits::COPY, source, out.path());
    let notes = notes.path().join("trace");
    let mut command = Command::new("strace");
    command.args(["-f", "-qq", "-e", "trace=network,open,openat,openat2,execve", "-o"]).arg(&notes).arg("--");
    command.arg(&line.program).args(&line.args).env_clear().env("PATH", "/usr/local/bin:/usr/bin:/bin").env("LANG", "C.UTF-8");
    let ran = Ran::inside(out, command, PATIENCE);
    let trace = fs::read(&notes).unwrap_or_default();
    let own = [source, ran.folder.path()].map(|path| path.display().to_string());
    let seen = read(&String::from_utf8_lossy(&trace), &call.tool.display().to_string(), &own);
    (ran, seen)
}

/// Reads strace's lines, "PID call(…) = result". Until the tool runs, they are the sandbox's own, which builds its walls;
/// from then on the tool's are those of its process and of every thread that was not there before.
fn read(trace: &str, tool: &str, own: &[String]) -> Seen {
    let (mut seen, mut others, mut begun, mut runs) = (Seen::default(), HashSet::new(), HashMap::new(), false);
    let begins = format!("execve(\"{tool}\"");
    for line in trace.lines() {
        let Some((pid, call)) = line.trim_start().split_once(' ') else { continue };
        let call = call.trim_start();
        // Where threads get into each other's way, a call has two lines.
        if let Some(beginning) = call.strip_suffix("<unfinished ...>") {
            begun.insert(pid, beginning);
            continue;
        }
        let joined: String;
        let call = match call.strip_prefix("<... ") {
            None => call,
            Some(rest) => {
                let Some((beginning, (_, end))) = begun.remove(pid).zip(rest.split_once("resumed>")) else { continue };
                joined = format!("{beginning}{end}");
                joined.as_str()
            }
        };
        if call.starts_with(&begins) && !call.contains(" = -1 ") {
            // This process was the sandbox's until now.
            runs = true;
            others.remove(pid);
            continue;
        }
        if !runs {
            others.insert(pid.to_owned());
            continue;
        }
        if others.contains(pid) {
            continue;
        }
        if call.starts_with("open") {
            let failed = call.contains(" = -1 ");
            let path = call.split('"').nth(1).unwrap_or_default();
            let given = path == "/in" || path.starts_with("/out") || own.iter().any(|one| path.starts_with(one.as_str()));
            let known = given || !path.contains('/') || OWN.iter().any(|place| path.starts_with(place));
            seen.opened += usize::from(!failed);
            // A wish that failed is a wish all the same, if it was for the bait.
            if !known && (!failed || path.contains("neighbour") || path.contains("secret")) {
                seen.foreign.push(call.to_owned());
            }
        } else if !call.starts_with("execve") && !call.starts_with(['+', '-', '<', '?']) {
            seen.sockets.push(call.to_owned());
        }
    }
    seen
}

#[test]
fn a_trace_is_read_from_where_the_tool_begins() {
    let trace = "\
        10 execve(\"/usr/bin/bwrap\", [\"bwrap\"], 0x1) = 0\n\
        10 socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE) = 3\n\
        11 execve(\"/usr/bin/ffprobe\", [\"ffprobe\"], 0x1) = 0\n\
        11 openat(AT_FDCWD, \"/usr/lib/libx.so\", O_RDONLY) = 3\n\
        11 openat(AT_FDCWD, \"/in\", O_RDONLY) = 3\n\
        11 openat(AT_FDCWD, \"/etc/fonts/fonts.conf\", O_RDONLY) = -1 ENOENT (No such file or directory)\n\
        10 openat(AT_FDCWD, \"/root/x\", O_RDONLY) = 4\n\
        12 openat(AT_FDCWD, \"/etc/passwd\", O_RDONLY) = 5\n\
        12 openat(AT_FDCWD, \"/tmp/neighbour.ts\", O_RDONLY) = -1 ENOENT (No such file or directory)\n\
        12 connect(6, {sa_family=AF_INET}, 16) = 0\n\
        12 +++ exited with 0 +++\n";
    let seen = read(trace, "/usr/bin/ffprobe", &[]);
    assert_eq!((seen.opened, seen.foreign.len(), seen.sockets.len()), (3, 2, 1), "{seen:?}");
}
