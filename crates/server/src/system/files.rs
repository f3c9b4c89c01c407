//! Files with secrets: made with mode 0600, refused when somebody else can read them.

use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use countersign_crypto::{Entropy, MasterKey, MasterKeyRing};
use secrecy::ExposeSecret;
use zeroize::Zeroizing;

use crate::failure::Failure;

/// Makes a file with a fresh master key; a file that exists is never written over.
pub(crate) fn create_master_key(path: &Path, entropy: &dyn Entropy) -> Result<MasterKey, Failure> {
    let key = MasterKey::generate(entropy);
    let cannot = |error: std::io::Error| match error.kind() {
        ErrorKind::AlreadyExists => {
            Failure::usage(format!("{} exists already and is not written over", path.display()))
        }
        _ => Failure::usage(format!("the master key {} cannot be written: {error}", path.display())),
    };
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path).map_err(cannot)?;
    file.write_all(key.to_hex_text().expose_secret().as_bytes()).and_then(|()| file.sync_all()).map_err(cannot)?;
    Ok(key)
}

/// The text of a file with a secret, of which `what` says which; refused when somebody else can read it.
pub(crate) fn read_private(what: &str, path: &Path) -> Result<Zeroizing<String>, Failure> {
    let cannot = |error| Failure::usage(format!("{what} {} cannot be read: {error}", path.display()));
    let metadata = fs::metadata(path).map_err(cannot)?;
    if !metadata.is_file() {
        return Err(Failure::usage(format!("{what} {} is no file", path.display())));
    }
    let mode = metadata.permissions().mode();
    if mode & 0o077 != 0 {
        return Err(Failure::usage(format!("{what} {0} can be read by others; run: chmod 600 {0}", path.display())));
    }
    fs::read_to_string(path).map(Zeroizing::new).map_err(cannot)
}

fn read_master_key(path: &Path) -> Result<MasterKey, Failure> {
    let text = read_private("the master key", path)?;
    MasterKey::from_hex_text(&text)
        .map_err(|error| Failure::usage(format!("the master key {} cannot be used: {error}", path.display())))
}

/// The key ring of these files.
pub(crate) fn read_key_ring(active: &Path, older: &[PathBuf]) -> Result<MasterKeyRing, Failure> {
    let older = older.iter().map(|path| read_master_key(path)).collect::<Result<Vec<_>, _>>()?;
    MasterKeyRing::new(&read_master_key(active)?, &older).map_err(Failure::usage)
}
