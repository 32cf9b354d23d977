//! Arguments and settings → [`server::run`]. Everything else is in the library.

use anyhow::{Context, Result};
use clap::{Parser, Subcommand};
use notetaker::server::{
    config::{Config, LogFormat, Settings},
    import, run, telemetry,
};
use std::path::PathBuf;
use tokio::{
    net::TcpListener,
    signal::unix::{SignalKind, signal},
};
use tokio_util::sync::CancellationToken;

/// Recorded meetings, kept in a private bucket and played at once.
#[derive(Parser)]
// Flags belong behind the command: those before it would be read and forgotten.
#[command(version, args_conflicts_with_subcommands = true)]
struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    settings: Settings,
}

#[derive(Subcommand)]
enum Command {
    /// Serve the site and work on its jobs (the default).
    Serve(Box<Settings>),
    /// Work on the jobs of servers elsewhere, which share PostgreSQL and bucket with this machine.
    Worker(Box<Settings>),
    /// Add recordings to somebody's library.
    Import {
        /// Video files.
        #[arg(required = true)]
        files: Vec<PathBuf>,
        /// The e-mail of the account they belong to.
        #[arg(long)]
        user: String,
        #[command(flatten)]
        settings: Box<Settings>,
    },
}

#[tokio::main]
async fn main() -> std::process::ExitCode {
    match start().await {
        Ok(()) => std::process::ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("notetaker: {error:#}");
            std::process::ExitCode::FAILURE
        }
    }
}

async fn start() -> Result<()> {
    match dotenvy::dotenv() {
        Ok(_) => {}
        Err(error) if error.not_found() => {}
        Err(error) => return Err(error).context(".env cannot be read"),
    }
    let arguments = Arguments::parse();
    match arguments.command {
        None => serve(arguments.settings).await,
        Some(Command::Serve(settings)) => serve(*settings).await,
        Some(Command::Worker(settings)) => {
            telemetry::init(settings.log_format);
            let config = Config::resolve(*settings)?;
            let shutdown = CancellationToken::new();
            tokio::spawn(on_signal(shutdown.clone())?);
            run::work(config, shutdown).await
        }
        Some(Command::Import { files, user, settings }) => {
            telemetry::init(LogFormat::Text);
            import::import(Config::resolve(*settings)?, &files, &user).await
        }
    }
}

async fn serve(settings: Settings) -> Result<()> {
    telemetry::init(settings.log_format);
    let config = Config::resolve(settings)?;
    let address = config.site_addr;
    let listener = TcpListener::bind(address)
        .await
        .with_context(|| format!("cannot listen on {address}; is another server running there? (LEPTOS_SITE_ADDR)"))?;
    let shutdown = CancellationToken::new();
    tokio::spawn(on_signal(shutdown.clone())?);
    println!("Notetaker on {}", config.public_url(listener.local_addr()?)?);
    run::run(config, listener, shutdown).await
}

/// Ctrl-C and SIGTERM both mean: stop in good order.
fn on_signal(shutdown: CancellationToken) -> Result<impl Future<Output = ()>> {
    let (mut interrupt, mut terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
        shutdown.cancel();
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flags_stand_alone_or_behind_the_command() {
        assert!(Arguments::try_parse_from(["notetaker", "--no-worker"]).is_ok_and(|given| given.settings.no_worker));
        let served = Arguments::try_parse_from(["notetaker", "serve", "--no-worker"]);
        assert!(served.is_ok_and(|given| matches!(given.command, Some(Command::Serve(settings)) if settings.no_worker)));
        assert!(Arguments::try_parse_from(["notetaker", "--no-worker", "serve"]).is_err());
    }
}
