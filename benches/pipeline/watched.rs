//! How many batches of "this was watched" a second the server takes, beside the cheapest question it answers: one SELECT, by the
//! same way through the same server.

use super::{Anyhow, databases::databases, person::Person, server::Server};
use serde_json::json;
use std::{
    path::Path,
    sync::atomic::{AtomicU64, Ordering},
    time::{Duration, Instant},
};

/// Pages that play at the same time, each waiting for its answer.
const PAGES: u64 = 32;
const LONG: Duration = Duration::from_secs(4);

/// On each database. `clip` is what everybody watches.
pub async fn ingestion(work: &Path, clip: &Path) -> Anyhow<()> {
    println!("\n| watched: batches a second, {PAGES} pages at once | batches | beside: GET of one recording | ratio |");
    println!("|---|---|---|---|");
    for (name, url) in databases().await? {
        let server = Server::with_database(&work.join(format!("watched-{name}")), url.as_deref()).await?;
        let client = Person::sign_up(&server.base).await?;
        let (id, ..) = client.add(clip).await?;
        let watched = batches(&client, &format!("/api/videos/{id}/watched")).await?;
        let path = format!("/api/videos/{id}");
        let bare = rate(|_| client.fetch(&path)).await?;
        println!("| {name} | {watched:.0} | {bare:.0} | {:.2} |", watched / bare);
    }
    Ok(())
}

/// Every page its own viewing, with ten stretches and a growing last one: as after a quarter of an hour of looking around.
async fn batches(client: &Person, path: &str) -> Anyhow<f64> {
    let seq = AtomicU64::new(1);
    rate(|page| {
        let seq = seq.fetch_add(1, Ordering::Relaxed);
        let mut plays: Vec<[u64; 2]> = (0..10).map(|i| [i * 20_000, i * 20_000 + 15_000]).collect();
        plays.push([0, 1_000 + seq]);
        let batch = json!({ "viewing": format!("00000000-0000-4000-8000-{page:012}"), "seq": seq, "plays": plays });
        client.send(path, batch)
    })
    .await
}

/// Answers a second while all pages go on asking.
async fn rate<F: Future<Output = Anyhow<()>>>(ask: impl Fn(u64) -> F) -> Anyhow<f64> {
    let (ask, done, start) = (&ask, &AtomicU64::new(0), Instant::now());
    let page = |page: u64| async move {
        while start.elapsed() < LONG {
            ask(page).await?;
            done.fetch_add(1, Ordering::Relaxed);
        }
        Anyhow::Ok(())
    };
    futures::future::try_join_all((0..PAGES).map(page)).await?;
    Ok(done.load(Ordering::Relaxed) as f64 / start.elapsed().as_secs_f64())
}
