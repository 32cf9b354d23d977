//! The private bucket. Always S3: a real one, or the one this process hosts over a directory ([`embedded`]).

pub mod bucket;
pub mod embedded;
pub mod key;
pub mod multipart;
pub mod presign;

pub use bucket::{Bucket, BucketError, Endpoint};
pub use key::Key;
