//! Where a running sandbox says how it is controlled: a file in its data folder that only its user can read.

use std::fs;
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::failure::Failure;
use crate::system::read_private;

const NAME: &str = "control.json";

/// What stands in it.
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ControlFile {
    /// Where this machine reaches the sandbox.
    pub(crate) base_url: String,
    /// The control token of this run.
    #[serde(serialize_with = "write_secret", deserialize_with = "read_secret")]
    pub(crate) control_token: SecretString,
}

fn write_secret<S: Serializer>(secret: &SecretString, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(secret.expose_secret())
}

fn read_secret<'de, D: Deserializer<'de>>(deserializer: D) -> Result<SecretString, D::Error> {
    String::deserialize(deserializer).map(SecretString::from)
}

impl ControlFile {
    /// Writes it into `folder`, in the place of any that an earlier run left. It is gone when what is answered is dropped.
    pub(crate) fn publish(self, folder: &Path) -> Result<Published, Failure> {
        let path = folder.join(NAME);
        let cannot = |error: std::io::Error| Failure::usage(format!("{} cannot be written: {error}", path.display()));
        let mut file = tempfile::Builder::new()
            .prefix(".control-")
            .permissions(fs::Permissions::from_mode(0o600))
            .tempfile_in(folder)
            .map_err(cannot)?;
        let json = serde_json::to_vec(&self).map_err(Failure::work)?;
        file.write_all(&json).map_err(cannot)?;
        file.persist(&path).map_err(|error| cannot(error.error))?;
        Ok(Published { path, json })
    }

    /// Reads the one in `folder`.
    pub(crate) fn read(folder: &Path) -> Result<Self, Failure> {
        let path = folder.join(NAME);
        if !path.exists() {
            return Err(Failure::usage(format!(
                "no sandbox runs with the data folder {}; start one with 'countersign sandbox', name its folder with --data, or give --base-url and --control-token",
                folder.display()
            )));
        }
        let text = read_private("the control file", &path)?;
        serde_json::from_str(&text).map_err(|error| Failure::usage(format!("{}: {error}", path.display())))
    }
}

/// A file that stands there while its sandbox runs.
pub(crate) struct Published {
    path: PathBuf,
    json: Vec<u8>,
}

impl Drop for Published {
    fn drop(&mut self) {
        // Another sandbox may have the same folder by now, with its database elsewhere.
        if fs::read(&self.path).is_ok_and(|json| json == self.json) {
            // One that cannot be removed is replaced at the next start.
            let _ = fs::remove_file(&self.path);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(token: &str) -> ControlFile {
        ControlFile { base_url: "http://127.0.0.1:1".to_owned(), control_token: SecretString::from(token.to_owned()) }
    }

    #[test]
    fn it_is_its_users_alone_and_goes_with_the_run() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join(NAME);
        let published = file("one").publish(folder.path()).expect("a folder takes it");
        assert_eq!(fs::metadata(&path).expect("it is there").permissions().mode() & 0o777, 0o600);
        let read = ControlFile::read(folder.path()).map_err(|failure| failure.to_string()).expect("it is whole");
        assert_eq!((read.base_url.as_str(), read.control_token.expose_secret()), ("http://127.0.0.1:1", "one"));

        let other = file("two").publish(folder.path()).expect("a folder takes it");
        drop(published);
        assert!(path.exists(), "it is another's by now");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).expect("it is ours");
        let refused = ControlFile::read(folder.path()).err().expect("others can read it").to_string();
        assert!(refused.contains("can be read by others"), "{refused}");
        drop(other);
        let refused = ControlFile::read(folder.path()).err().expect("it is gone").to_string();
        assert!(refused.contains("no sandbox runs") && refused.contains("--data"), "{refused}");
    }
}
