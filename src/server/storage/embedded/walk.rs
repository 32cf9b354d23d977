//! Visits the objects of a bucket in the order of their keys, reading one directory at a time. Blocking.
//!
//! Sorting each directory is enough: with a slash appended, a directory's name sorts among its siblings exactly where
//! the keys below it do. So a page of a listing costs what it shows, however many objects the bucket holds.

use std::{fs, io, path::PathBuf, vec};

use super::layout::{Layout, Name, parse_name};

pub(super) struct Walk {
    /// Directories being visited, innermost last, each with the entries still to come.
    stack: Vec<vec::IntoIter<Entry>>,
    filter: Filter,
}

/// Something found in a directory. The key of a directory ends in a slash.
struct Entry {
    key: String,
    path: PathBuf,
    is_directory: bool,
}

struct Filter {
    prefix: String,
    /// Only keys after this one are visited. Empty: all of them.
    after: String,
    /// No keys with this prefix are visited.
    pruned: Option<String>,
}

impl Walk {
    /// Keys with `prefix` that come after `after`.
    pub(super) fn new(layout: &Layout, bucket: &str, prefix: &str, after: &str) -> io::Result<Self> {
        let filter = Filter { prefix: prefix.to_owned(), after: after.to_owned(), pruned: None };
        // Start in the deepest directory that holds every key with this prefix.
        let base = prefix.rfind('/').map_or("", |slash| &prefix[..=slash]);
        let stack = match layout.directory(bucket, base) {
            Some(dir) => vec![read(&dir, base, &filter)?],
            None => Vec::new(),
        };
        Ok(Self { stack, filter })
    }

    /// Skips all further keys with this prefix. Whole directories are skipped unread.
    pub(super) fn prune(&mut self, prefix: String) {
        self.filter.pruned = Some(prefix);
    }
}

impl Iterator for Walk {
    /// An object's key and its file.
    type Item = io::Result<(String, PathBuf)>;

    fn next(&mut self) -> Option<Self::Item> {
        while let Some(entries) = self.stack.last_mut() {
            match entries.next() {
                None => drop(self.stack.pop()),
                Some(entry) if !self.filter.admits(&entry) => {}
                Some(entry) if entry.is_directory => match read(&entry.path, &entry.key, &self.filter) {
                    Ok(entries) => self.stack.push(entries),
                    Err(error) => return Some(Err(error)),
                },
                Some(entry) => return Some(Ok((entry.key, entry.path))),
            }
        }
        None
    }
}

impl Filter {
    fn admits(&self, entry: &Entry) -> bool {
        let key = entry.key.as_str();
        if self.pruned.as_deref().is_some_and(|pruned| key.starts_with(pruned)) {
            return false;
        }
        if entry.is_directory {
            // A directory matters if any key below it could.
            let holds_prefix = key.starts_with(&self.prefix) || self.prefix.starts_with(key);
            holds_prefix && (key > self.after.as_str() || self.after.starts_with(key))
        } else {
            key.starts_with(&self.prefix) && key > self.after.as_str()
        }
    }
}

/// The admitted entries of a directory whose keys begin with `base`, sorted. A directory that has just been removed is
/// empty.
fn read(dir: &PathBuf, base: &str, filter: &Filter) -> io::Result<vec::IntoIter<Entry>> {
    let mut entries = Vec::new();
    let found = match fs::read_dir(dir) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(entries.into_iter()),
        found => found?,
    };
    for file in found {
        let file = file?;
        let (key, is_directory) = match file.file_name().to_str().and_then(parse_name) {
            Some(Name::Object(segment)) => (format!("{base}{segment}"), false),
            Some(Name::Directory(segment)) => (format!("{base}{segment}/"), true),
            None => continue,
        };
        let entry = Entry { key, path: file.path(), is_directory };
        if filter.admits(&entry) {
            entries.push(entry);
        }
    }
    entries.sort_unstable_by(|a, b| a.key.cmp(&b.key));
    Ok(entries.into_iter())
}
