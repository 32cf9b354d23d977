//! What the sandbox lets through, and how everything in it ends.

use super::*;

#[tokio::test]
async fn a_playlist_forced_upon_ffmpeg_is_refused_by_its_flags_in_every_sandbox() {
    let victim = Clip::ordinary();
    let probe = victim.probe().await.unwrap();
    let list = format!("#EXTM3U\n#EXT-X-TARGETDURATION:12\n#EXTINF:12,\n{}\n#EXT-X-ENDLIST\n", victim.path.display());
    let script = format!("ffconcat version 1.0\nfile '{}'\n", victim.path.display());
    for hostile in [list, script] {
        let clip = Clip::written("upload.mp4", hostile.as_bytes());
        for tools in every_sandbox() {
            for demuxer in ["mov", "matroska"] {
                let job = Job::new(&clip.path, None, Limits::COPY);
                let plan = Plan { picture: Track::Copy, sound: Track::Copy, reason: None, even: false };
                let arguments = ffmpeg::stream(&tools.sandbox.input(&job), demuxer, &plan, &probe, 60, tools.able);
                let command = tools.sandbox.command(&job, &tools.ffmpeg, arguments);
                let ended = run::run(&command, &CancellationToken::new(), Duration::from_secs(20)).await;
                assert!(matches!(ended, Err(RunError::Failed { .. })), "{ended:?}");
            }
        }
    }
}

/// What `program` prints when it runs where ffmpeg would.
async fn inside(program: &str, arguments: &[&str]) -> Result<String, RunError> {
    let source = Clip::written("source", b"seen");
    let job = Job::new(&source.path, None, Limits::PROBE);
    let command = tools().sandbox.command(&job, Path::new(program), arguments.iter().map(Into::into).collect());
    let output = run::run(&command, &CancellationToken::new(), Duration::from_secs(10)).await?;
    Ok(String::from_utf8(output.stdout).unwrap())
}

#[tokio::test]
async fn the_sandbox_shows_the_source_and_no_other_file_process_or_network() {
    if !matches!(tools().sandbox, Sandbox::Bubblewrap { .. }) {
        eprintln!("skipped: {}", tools().sandbox.describe());
        return;
    }
    assert_eq!(inside("/usr/bin/cat", &["/in"]).await.unwrap(), "seen");
    for hidden in ["/etc/passwd", "/root", "/home", "/work", "/var", "/out"] {
        assert!(inside("/usr/bin/ls", &[hidden]).await.is_err(), "{hidden} can be seen");
    }
    assert!(inside("/usr/bin/touch", &["/in"]).await.is_err());
    assert!(inside("/usr/bin/touch", &["/usr/x"]).await.is_err());
    let interfaces = inside("/usr/bin/cat", &["/proc/net/dev"]).await.unwrap();
    assert!(interfaces.lines().skip(2).all(|line| line.trim_start().starts_with("lo:")), "{interfaces}");
    let processes = inside("/usr/bin/ls", &["/proc"]).await.unwrap();
    assert!(processes.lines().filter(|name| name.parse::<u32>().is_ok()).count() <= 3, "{processes}");
    assert_eq!(inside("/usr/bin/id", &["-u"]).await.unwrap().trim(), "65534");
    let environment = inside("/usr/bin/env", &[]).await.unwrap();
    assert!(!environment.contains("HOME") && !environment.contains("CARGO"), "{environment}");
}

#[test]
fn a_tool_outside_usr_works_in_the_sandbox() {
    let folder = tempfile::tempdir().unwrap();
    let elsewhere = folder.path().join("ffmpeg");
    fs::copy(&tools().ffmpeg, &elsewhere).unwrap();
    let found = Tools::locate(Some(&elsewhere), None, SandboxMode::Auto).unwrap();
    assert_eq!(found.sandbox, tools().sandbox);
}

/// Processes on the whole machine whose arguments hold `text`.
fn processes_with(text: &str) -> usize {
    let lines = fs::read_dir("/proc").unwrap().flatten().filter_map(|entry| fs::read(entry.path().join("cmdline")).ok());
    lines.filter(|line| String::from_utf8_lossy(line).contains(text)).count()
}

/// A job that would take hours: noise encoded for ever. The mark, in the arguments, finds its processes.
fn endless(tools: &Tools, mark: &str, folder: &Clip) -> CommandLine {
    let job = Job::new(&folder.path, None, Limits::PROBE);
    let title = format!("comment={mark}");
    let arguments = ["-v", "error", "-re", "-f", "lavfi", "-i", "testsrc2", "-metadata", &title, "-f", "null", "-"];
    tools.sandbox.command(&job, &tools.ffmpeg, arguments.iter().map(Into::into).collect())
}

async fn until(what: &str, mut holds: impl FnMut() -> bool) {
    let started = Instant::now();
    while !holds() {
        assert!(started.elapsed() < Duration::from_secs(10), "{what} did not come about");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test]
async fn cancelling_kills_the_whole_tree_before_it_returns() {
    let source = Clip::written("source", b"x");
    for (n, tools) in every_sandbox().into_iter().enumerate() {
        let mark = format!("cancel-mark-{}-{n}", std::process::id());
        let (command, cancel) = (endless(&tools, &mark, &source), CancellationToken::new());
        let task = tokio::spawn({
            let cancel = cancel.clone();
            async move { run::run(&command, &cancel, Duration::from_secs(60)).await }
        });
        until("the start", || processes_with(&mark) > 0).await;
        cancel.cancel();
        let ended = task.await.unwrap();
        assert!(matches!(ended, Err(RunError::Cancelled)), "{ended:?}");
        assert_eq!(processes_with(&mark), 0, "{}", tools.sandbox.describe());
        assert!(matches!(run::run(&endless(&tools, &mark, &source), &cancel, Duration::from_secs(60)).await, Err(RunError::Cancelled)));
    }
}

#[tokio::test]
async fn dropping_the_future_kills_the_whole_tree() {
    let source = Clip::written("source", b"x");
    for (n, tools) in every_sandbox().into_iter().enumerate() {
        let mark = format!("drop-mark-{}-{n}", std::process::id());
        let command = endless(&tools, &mark, &source);
        let task = tokio::spawn(async move { run::run(&command, &CancellationToken::new(), Duration::from_secs(60)).await });
        until("the start", || processes_with(&mark) > 0).await;
        task.abort();
        until("the end", || processes_with(&mark) == 0).await;
    }
}

#[tokio::test]
async fn a_job_that_takes_too_long_is_ended_and_leaves_no_zombie() {
    let source = Clip::written("source", b"x");
    for (n, tools) in every_sandbox().into_iter().enumerate() {
        let mark = format!("time-mark-{}-{n}", std::process::id());
        let ended = run::run(&endless(&tools, &mark, &source), &CancellationToken::new(), Duration::from_millis(700)).await;
        assert!(matches!(ended, Err(RunError::TimedOut)), "{ended:?}");
        assert_eq!(processes_with(&mark), 0);
    }
    assert_eq!(zombies_of_ours(), 0);
}

#[tokio::test]
async fn a_spent_cpu_allowance_ends_the_job() {
    let source = Clip::written("source", b"x");
    for tools in every_sandbox().into_iter().take(2) {
        let job = Job::new(&source.path, None, Limits { cpu_secs: 1, ..Limits::PROBE });
        let arguments = ["-v", "error", "-f", "lavfi", "-i", "testsrc2=s=1920x1080", "-f", "null", "-"];
        let command = tools.sandbox.command(&job, &tools.ffmpeg, arguments.iter().map(Into::into).collect());
        let error = MediaError::from(run::run(&command, &CancellationToken::new(), Duration::from_secs(30)).await.unwrap_err());
        assert_eq!((error.code, error.transient), ("killed", true), "{}", error.detail);
    }
}

/// Children of this process that have ended and were not waited for. Other tests run beside this one and their children
/// may be zombies for the blink before they are reaped, so only those that stay are counted.
fn zombies_of_ours() -> usize {
    let now = || -> std::collections::HashSet<String> {
        let parent = std::process::id().to_string();
        let stats = fs::read_dir("/proc").unwrap().flatten().filter_map(|entry| fs::read_to_string(entry.path().join("stat")).ok());
        let dead = stats.filter(|stat| {
            let mut fields = stat.rsplit(") ").next().unwrap_or_default().split(' ');
            fields.next() == Some("Z") && fields.next() == Some(&parent)
        });
        dead.filter_map(|stat| stat.split(' ').next().map(str::to_owned)).collect()
    };
    let before = now();
    std::thread::sleep(Duration::from_millis(500));
    now().intersection(&before).count()
}
