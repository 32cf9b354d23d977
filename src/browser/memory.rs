//! What this browser remembers (`localStorage`). It may be switched off or full: then nothing is remembered.

use super::page::window;
use web_sys::Storage;

fn storage() -> Option<Storage> {
    window()?.local_storage().ok().flatten()
}

pub fn get(key: &str) -> Option<String> {
    storage()?.get_item(key).ok().flatten()
}

pub fn set(key: &str, value: &str) {
    if let Some(s) = storage() {
        let _ = s.set_item(key, value);
    }
}

pub fn remove(key: &str) {
    if let Some(s) = storage() {
        let _ = s.remove_item(key);
    }
}
