//! Files that mean harm, made by code: none of them is in the repository, and each is the same every time.
//!
//! Reading order: [`bait`] (what they reach for) → [`corpus`] (all of them, a module for each family) → [`server`] (what a
//! real server makes of them, judged by [`verdict`]) → [`proofs`] (without a protection they do their harm) → [`traced`]
//! (what the kernel saw) → [`mutations`] (honest clips changed by chance). docs/hostile-files.md has the figures.

mod bait;
mod bytes;
mod corpus;
mod ebml;
mod h264;
mod invocation;
mod mp4;
mod ts;
mod verdict;
mod watch;

mod boxes;
mod crowds;
mod matroska;
mod pictures;
mod polyglots;
mod references;
mod scripts;
mod sounds;
mod transport;

mod mutations;
mod proofs;
mod server;
mod traced;
