//! `make bench`: recordings through the whole server, beside the same bytes handled by `cp` and `ffmpeg -c copy`.
//!
//! Ratios within one run are what counts: seconds differ between machines, and between days on one machine.

mod clips;
mod databases;
mod person;
mod search;
mod server;
mod watched;

use person::{GLANCE, LOOK, Person};
use server::{SELF_AND_CHILDREN, Server, adopt_orphans, cpu};
use std::{
    fs::{self, File},
    path::Path,
    process::Command,
    time::{Duration, Instant},
};

type Anyhow<T> = anyhow::Result<T>;

#[tokio::main]
async fn main() -> Anyhow<()> {
    adopt_orphans()?;
    let kept = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let work = tempfile::tempdir_in(kept)?;
    let server = Server::start(&work.path().join("data")).await?;
    let idle = server.memory_kb("VmRSS")?;
    let client = Person::sign_up(&server.base).await?;
    println!("720p at 15 frames a second; SQLite and the embedded bucket; {} cores\n", std::thread::available_parallelism()?);

    the_hour(kept, work.path(), &server, &client).await?;
    bucket_elsewhere(kept, work.path(), &server).await?;
    first_picture(kept, &client).await?;
    search::search(work.path()).await?;
    watched::ingestion(work.path(), &clips::h264(kept, 5)?).await?;
    let peak = server.memory_kb("VmHWM")?;
    println!("\nserver memory: {} MB idle, {} MB at its peak, {} MB above idle", idle / 1000, peak / 1000, (peak - idle) / 1000);
    Ok(())
}

/// Every step of one hour, beside the least that could be done with the same bytes.
async fn the_hour(kept: &Path, work: &Path, server: &Server, client: &Person) -> Anyhow<()> {
    let hour = clips::h264(kept, 60)?;
    let mb = fs::metadata(&hour)?.len() as f64 / 1e6;
    let (copy, _) = best_of_three(|| copy_and_sync(&hour, &work.join("copy.mp4")))?;

    println!("| one hour, {mb:.0} MB | seconds | beside | ratio |");
    println!("|---|---|---|---|");
    let row = |step: &str, took: Duration, beside: &str, base: Duration| {
        println!(
            "| {step} | {:.2} | {beside}: {:.2} s | {:.2} |",
            took.as_secs_f64(),
            base.as_secs_f64(),
            took.as_secs_f64() / base.as_secs_f64()
        );
    };
    let (id, upload, complete) = client.add(&hour).await?;
    client.delete(&id).await?;
    row(&format!("upload, {:.0} MB/s", mb / upload.as_secs_f64()), upload, "cp and fsync", copy);
    row("complete: parts joined, checked, probed, poster", complete, "cp and fsync", copy);
    let [(wall, spent), (raw, raw_cpu)] = generated(&hour, &work.join("hls"), server, client).await?;
    row("first view to ready", wall, "ffmpeg -c copy", raw);
    row("the same, CPU of server, sandbox, ffmpeg and bucket", spent, "ffmpeg -c copy, CPU", raw_cpu);
    let (_, raw_cpu) = best_of_three(|| raw_sheets(&hour, &work.join("sheets")))?;
    row("storyboard, in the background: CPU of all", storyboard(&hour, server, client).await?, "ffmpeg -skip_frame nokey, CPU", raw_cpu);
    Ok(())
}

/// The same hour where the bucket is somebody else's machine, as in production: what generating costs ours.
async fn bucket_elsewhere(kept: &Path, work: &Path, bucket: &Server) -> Anyhow<()> {
    let hour = clips::h264(kept, 60)?;
    let server = bucket.with_bucket_of(&work.join("data"), &work.join("elsewhere")).await?;
    let client = Person::sign_up(&server.base).await?;
    let [(_, spent), (_, raw_cpu)] = generated(&hour, &work.join("hls"), &server, &client).await?;
    let (ours, theirs) = (spent.as_secs_f64(), raw_cpu.as_secs_f64());
    println!(
        "| CPU of server, sandbox and ffmpeg, the bucket elsewhere | {ours:.2} | ffmpeg -c copy, CPU: {theirs:.2} s | {:.2} |",
        ours / theirs
    );
    Ok(())
}

/// Wall time and the server's CPU from the first view to ready, and those of `ffmpeg -c copy`: the least of six each. In
/// turns, since a machine is faster at one minute than at the next.
async fn generated(clip: &Path, out: &Path, server: &Server, client: &Person) -> Anyhow<[(Duration, Duration); 2]> {
    let mut ours = (Duration::MAX, Duration::MAX);
    let mut raw = ours;
    for look in [LOOK, GLANCE].into_iter().cycle().take(6) {
        // Into a folder of its own each, as the server does: files that are written over need no new place.
        least(&mut raw, run(|| raw_hls(clip, out))?);
        fs::remove_dir_all(out)?;
        let (id, ..) = client.add(clip).await?;
        let (start, before) = (Instant::now(), server.cpu()?);
        client.until_ready(&id, look).await?;
        least(&mut ours, (start.elapsed(), server.cpu()? - before));
        client.delete(&id).await?;
    }
    Ok([ours, raw])
}

/// The server's CPU from ready until the seek bar has its pictures: the least of three.
async fn storyboard(clip: &Path, server: &Server, client: &Person) -> Anyhow<Duration> {
    let mut spent = Duration::MAX;
    for _ in 0..3 {
        let (id, ..) = client.add(clip).await?;
        client.until_ready(&id, LOOK).await?;
        let before = server.cpu()?;
        client.until_drawn(&id).await?;
        spent = spent.min(server.cpu()? - before);
        client.delete(&id).await?;
    }
    Ok(spent)
}

/// How long the first view waits for its first segment.
async fn first_picture(kept: &Path, client: &Person) -> Anyhow<()> {
    println!("\n| first view until the first segment is here | seconds |");
    println!("|---|---|");
    let mut seconds = Vec::new();
    for (name, clip) in [
        ("5 minutes, copied", clips::h264(kept, 5)?),
        ("1 hour, copied", clips::h264(kept, 60)?),
        ("4 hours, copied", clips::h264(kept, 240)?),
        ("1 hour of Matroska, copied", clips::matroska(kept, 60)?),
        ("1 hour of HEVC, converted", clips::hevc(kept, 60)?),
    ] {
        let mut best = Duration::MAX;
        for _ in 0..3 {
            let (id, ..) = client.add(&clip).await?;
            best = best.min(client.until_watchable(&id).await?);
            client.delete(&id).await?;
        }
        println!("| {name} | {:.2} |", best.as_secs_f64());
        seconds.push(best.as_secs_f64());
    }
    println!("\n4 hours ÷ 5 minutes: {:.2}", seconds[2] / seconds[0]);
    Ok(())
}

/// The shortest wall and CPU time of three runs.
fn best_of_three(mut work: impl FnMut() -> Anyhow<()>) -> Anyhow<(Duration, Duration)> {
    let mut best = (Duration::MAX, Duration::MAX);
    for _ in 0..3 {
        least(&mut best, run(&mut work)?);
    }
    Ok(best)
}

/// Wall and CPU time of one run.
fn run(mut work: impl FnMut() -> Anyhow<()>) -> Anyhow<(Duration, Duration)> {
    let (start, before) = (Instant::now(), cpu("self", SELF_AND_CHILDREN)?);
    work()?;
    Ok((start.elapsed(), cpu("self", SELF_AND_CHILDREN)? - before))
}

fn least((wall, spent): &mut (Duration, Duration), one: (Duration, Duration)) {
    *wall = one.0.min(*wall);
    *spent = one.1.min(*spent);
}

fn copy_and_sync(from: &Path, to: &Path) -> Anyhow<()> {
    fs::copy(from, to)?;
    Ok(File::open(to)?.sync_all()?)
}

fn raw_hls(source: &Path, out: &Path) -> Anyhow<()> {
    fs::create_dir_all(out)?;
    ffmpeg(&["-i", text(source), "-c", "copy", "-f", "hls", "-hls_time", "6", "-hls_list_size", "0", text(&out.join("playlist.m3u8"))])
}

/// The same pictures from the original, with one thread as the server does it.
fn raw_sheets(source: &Path, out: &Path) -> Anyhow<()> {
    fs::create_dir_all(out)?;
    let filter = "fps=1/10,scale=320:180,tile=5x5";
    ffmpeg(&[
        "-threads",
        "1",
        "-skip_frame",
        "nokey",
        "-i",
        text(source),
        "-an",
        "-vf",
        filter,
        "-q:v",
        "5",
        text(&out.join("sheet%d.jpg")),
    ])
}

fn ffmpeg(arguments: &[&str]) -> Anyhow<()> {
    let status = Command::new("ffmpeg").args(["-nostdin", "-v", "error", "-y"]).args(arguments).status()?;
    anyhow::ensure!(status.success(), "ffmpeg failed: {arguments:?}");
    Ok(())
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap_or_default()
}
