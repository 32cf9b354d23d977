//! Keys that are made on first start and kept under `DATA_DIR/keys`, readable by the owner alone.

use anyhow::{Context, Result};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use std::{
    fs::OpenOptions,
    io::{ErrorKind, Write},
    os::unix::fs::{DirBuilderExt, OpenOptionsExt},
    path::Path,
};

/// 32 random bytes as URL-safe text: 256 bits, the width of the HMAC-SHA256 it keys.
pub fn random_token() -> String {
    URL_SAFE_NO_PAD.encode(rand::random::<[u8; 32]>())
}

/// Reads the secret `name`, or makes and keeps a new one. Two processes that race agree on one value.
pub fn load_or_create(data_dir: &Path, name: &str) -> Result<String> {
    let dir = data_dir.join("keys");
    std::fs::DirBuilder::new().recursive(true).mode(0o700).create(&dir).with_context(|| format!("cannot create {}", dir.display()))?;
    let path = dir.join(name);
    if let Some(found) = read(&path)? {
        return Ok(found);
    }
    // Written aside and linked into place: nobody ever reads half a key.
    let fresh = dir.join(format!(".{name}.{}", uuid::Uuid::new_v4()));
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&fresh).context("cannot write a new key")?;
    file.write_all(random_token().as_bytes())?;
    file.sync_all()?;
    let linked = std::fs::hard_link(&fresh, &path);
    std::fs::remove_file(&fresh)?;
    match linked {
        Ok(()) => {}
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
        Err(error) => return Err(error).context("cannot keep a new key"),
    }
    read(&path)?.with_context(|| format!("{} vanished while it was read", path.display()))
}

fn read(path: &Path) -> Result<Option<String>> {
    match std::fs::read_to_string(path) {
        Ok(text) => Ok(Some(text.trim().to_owned())),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error).with_context(|| format!("cannot read {}", path.display())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn a_secret_is_made_once_and_only_its_owner_can_read_it() {
        let dir = tempfile::tempdir().unwrap();
        let first = load_or_create(dir.path(), "jwt").unwrap();
        assert_eq!(load_or_create(dir.path(), "jwt").unwrap(), first);
        assert!(first.len() >= 43);
        let mode = std::fs::metadata(dir.path().join("keys/jwt")).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}
