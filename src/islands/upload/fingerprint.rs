//! Recognising a file that was partly sent before: its name, size and time of change, remembered with the video's id.

use crate::{browser::memory, model::VideoId};
use web_sys::File;

fn key(file: &File) -> String {
    let (size, changed) = ((file.size() as i64).to_string(), (file.last_modified() as i64).to_string());
    ["notetaker.upload/", &size, "/", &changed, "/", &file.name()].concat()
}

pub fn remember(file: &File, id: VideoId) {
    memory::set(&key(file), &id.to_string());
}

pub fn recall(file: &File) -> Option<VideoId> {
    memory::get(&key(file))?.parse().ok()
}

pub fn forget(file: &File) {
    memory::remove(&key(file));
}
