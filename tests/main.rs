//! One binary for all integration tests. `make test` starts PostgreSQL and Swift for it and says where they are.

mod support;

mod accounts;
mod chapters;
mod deletion;
mod embedded_s3;
mod hostile;
mod jobs;
mod library;
mod media;
mod notes;
mod operations;
mod pages;
mod positions;
mod queue;
mod recordings;
mod search;
mod shelves;
mod storyboards;
mod stream;
mod sweeping;
mod transcribing;
mod transcripts;
mod uploads;
mod viewing;
