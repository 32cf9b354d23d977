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
