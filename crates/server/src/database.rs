//! Opening databases, and the private schema of an ephemeral sandbox on PostgreSQL.

use std::sync::Arc;

use countersign_crypto::hex_token;
use countersign_service::Clock;
use countersign_store::{DatabaseUrl, Mode, SchemaName, Store, StoreOptions, create_schema, drop_schema};

use crate::failure::Failure;
use crate::system::{OsEntropy, SystemClock, monotonic};

/// The exit code after the database failed for good (`EX_IOERR` of sysexits.h).
const EXIT_IO_ERROR: i32 = 74;

/// Reads a database URL.
pub(crate) fn parse_url(text: &str) -> Result<DatabaseUrl, Failure> {
    text.parse().map_err(|error| Failure::usage(format!("the database URL cannot be used: {error}")))
}

/// The options of every store of this program.
pub(crate) fn options(mode: Mode) -> StoreOptions {
    let mut options = StoreOptions::new(monotonic(), Arc::new(|| SystemClock.now().ms()));
    options.mode = mode;
    options.fatal = Arc::new(|cause| {
        tracing::error!(
            cause,
            "the database failed for good; the process ends, for nothing in its memory can be trusted"
        );
        std::process::exit(EXIT_IO_ERROR);
    });
    options
}

/// Opens a database.
pub(crate) fn open(url: &DatabaseUrl, options: &StoreOptions) -> Result<Store, Failure> {
    Store::open(url, options).map_err(Failure::usage)
}

/// A schema of PostgreSQL that goes when this value goes.
pub(crate) struct PrivateSchema {
    url: DatabaseUrl,
    name: SchemaName,
}

impl PrivateSchema {
    /// Makes a schema with a random name.
    pub(crate) fn create(url: &DatabaseUrl) -> Result<Self, Failure> {
        let name: SchemaName = format!("countersign_{}", hex_token(&OsEntropy, 8)).parse().map_err(Failure::usage)?;
        create_schema(url, &name).map_err(Failure::usage)?;
        Ok(Self { url: url.clone(), name })
    }

    /// The database, with this schema.
    pub(crate) fn url(&self) -> DatabaseUrl {
        self.url.clone().with_schema(self.name.clone())
    }
}

impl Drop for PrivateSchema {
    fn drop(&mut self) {
        if let Err(error) = drop_schema(&self.url, &self.name) {
            tracing::warn!(%error, "the sandbox's schema could not be dropped");
        }
    }
}
