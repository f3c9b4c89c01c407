//! Where a sandbox keeps its database and its master key.

use std::path::{Path, PathBuf};

use countersign_crypto::MasterKeyRing;
use countersign_sandbox::entropy::SeededEntropy;
use countersign_store::DatabaseUrl;
use tempfile::TempDir;

use super::DataChoice;
use crate::database::{self, PrivateSchema};
use crate::failure::Failure;
use crate::system::{OsEntropy, create_master_key, read_key_ring};

const DATABASE_FILE: &str = "countersign.db";
const MASTER_KEY_FILE: &str = "master.key";
const SNAPSHOTS_FOLDER: &str = "snapshots";
/// The stream of a seed from which its master key is drawn: none that a start of the world uses.
const MASTER_KEY_STREAM: u64 = u64::MAX;

/// A folder, and a database in it or elsewhere.
pub(super) struct Data {
    folder: PathBuf,
    url: DatabaseUrl,
    // Dropped in this order: the schema, then the temporary folder.
    schema: Option<PrivateSchema>,
    _temporary: Option<TempDir>,
}

impl Data {
    /// Makes what is missing: folder, master key, private schema.
    pub(super) fn open(choice: &DataChoice, database: Option<&str>, seed: Option<u64>) -> Result<Self, Failure> {
        let temporary = match choice {
            DataChoice::Ephemeral => {
                Some(tempfile::Builder::new().prefix("countersign-").tempdir().map_err(Failure::usage)?)
            }
            DataChoice::Folder(_) => None,
        };
        let folder = match (choice, &temporary) {
            (DataChoice::Folder(folder), _) => folder.clone(),
            (DataChoice::Ephemeral, Some(temporary)) => temporary.path().to_owned(),
            (DataChoice::Ephemeral, None) => unreachable!("an ephemeral sandbox has a temporary folder"),
        };
        std::fs::create_dir_all(&folder).map_err(|error| {
            Failure::usage(format!(
                "the folder {} cannot be made: {error}; choose another with --data",
                folder.display()
            ))
        })?;
        let url = match database {
            None => DatabaseUrl::sqlite(folder.join(DATABASE_FILE)),
            Some(text) => database::parse_url(text)?,
        };
        if temporary.is_some() && database.is_some() && url.sqlite_path().is_some() {
            return Err(Failure::usage(
                "--ephemeral keeps its SQLite database in a temporary folder; leave --database out, or --ephemeral",
            ));
        }
        ensure_master_key(&folder, &url, seed)?;
        let private = temporary.is_some() && url.sqlite_path().is_none();
        let schema = if private { Some(PrivateSchema::create(&url)?) } else { None };
        Ok(Self { folder, url, schema, _temporary: temporary })
    }

    pub(super) fn url(&self) -> DatabaseUrl {
        self.schema.as_ref().map_or_else(|| self.url.clone(), PrivateSchema::url)
    }

    pub(super) fn key_ring(&self) -> Result<MasterKeyRing, Failure> {
        read_key_ring(&self.folder.join(MASTER_KEY_FILE), &[])
    }

    /// Where everything is kept but what a database elsewhere holds.
    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    /// The folder of snapshots; PostgreSQL has none.
    pub(super) fn snapshots(&self) -> Option<PathBuf> {
        self.url.sqlite_path().map(|_| self.folder.join(SNAPSHOTS_FOLDER))
    }
}

fn ensure_master_key(folder: &Path, url: &DatabaseUrl, seed: Option<u64>) -> Result<(), Failure> {
    let file = folder.join(MASTER_KEY_FILE);
    if file.exists() {
        return Ok(());
    }
    // A fresh key beside an old database would only stand in the way of the right one.
    if url.sqlite_path().is_some_and(Path::exists) {
        let shown = file.display();
        return Err(Failure::usage(format!(
            "the master key {shown} of this sandbox is gone: put it back, or begin anew in another folder"
        )));
    }
    // A seeded world's payer ids are hashes under the master key, so the key comes from the seed as well.
    match seed {
        Some(seed) => create_master_key(&file, &SeededEntropy::new(seed, MASTER_KEY_STREAM)),
        None => create_master_key(&file, &OsEntropy),
    }
    .map(|_| ())
}
