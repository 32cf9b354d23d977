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
    keep(key, value);
}

/// Whether it is remembered now.
pub fn keep(key: &str, value: &str) -> bool {
    storage().is_some_and(|s| s.set_item(key, value).is_ok())
}

pub fn remove(key: &str) {
    if let Some(s) = storage() {
        let _ = s.remove_item(key);
    }
}

/// All keys that begin with `prefix`.
pub fn keys(prefix: &str) -> Vec<String> {
    let Some(s) = storage() else { return Vec::new() };
    let count = s.length().unwrap_or(0);
    (0..count).filter_map(|i| s.key(i).ok().flatten()).filter(|key| key.starts_with(prefix)).collect()
}

/// What is remembered for one person: several may use the same browser.
pub struct Person(String);

impl Person {
    pub fn new(id: String) -> Self {
        Self(id)
    }

    pub fn get(&self, what: &str) -> Option<String> {
        get(&self.key(what))
    }

    pub fn set(&self, what: &str, value: &str) {
        set(&self.key(what), value);
    }

    fn key(&self, what: &str) -> String {
        ["player.", what, ":", &self.0].concat()
    }
}
