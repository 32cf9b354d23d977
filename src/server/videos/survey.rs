//! The top level of a stored MP4, read by one small request a box; of a fragmented one as far as its first fragment.

use crate::server::{
    App,
    media::boxes::{HEADER_WINDOW, Walk},
    storage::{BucketError, Key},
};

/// Walks along the boxes of an object of `size` bytes whose first bytes are `head`.
pub async fn survey(app: &App, key: &Key, size: u64, head: &[u8]) -> Result<Walk, BucketError> {
    let mut walk = Walk::new(size);
    while let Some(at) = walk.next_offset() {
        let window = at..(at + HEADER_WINDOW as u64).min(size);
        match head.get(window.start as usize..window.end as usize) {
            Some(known) => walk.push(known),
            None => walk.push(&app.bucket.get_range(key, window).await?),
        }
    }
    Ok(walk)
}
