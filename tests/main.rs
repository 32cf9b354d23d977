//! One binary for all integration tests. `make test` starts PostgreSQL and Swift for it and says where they are.

mod support;

mod accounts;
mod deletion;
mod embedded_s3;
mod hostile;
mod jobs;
mod library;
mod media;
mod operations;
mod pages;
mod recordings;
mod stream;
mod uploads;
mod watching;
