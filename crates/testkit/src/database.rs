//! A database of one test alone, gone with it.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use countersign_domain::Timestamp;
use countersign_store::{DatabaseUrl, Engine, SchemaName, Store, StoreOptions, create_schema, drop_schema};
use tempfile::TempDir;

/// The variable by which tests learn the URL of a server in which they may make schemas.
pub const POSTGRES_VARIABLE: &str = "COUNTERSIGN_TEST_POSTGRES";

/// Few connections per test: tests run side by side and share one server.
const POSTGRES_WRITERS: usize = 6;
const POSTGRES_READERS: usize = 3;
/// Fewer still for another node of the same test.
const POSTGRES_WRITERS_BESIDE: usize = 3;
const POSTGRES_READERS_BESIDE: usize = 2;

/// What must outlive the store.
enum Home {
    Folder(TempDir),
    Schema { server: DatabaseUrl, name: SchemaName },
}

/// The place of one test's data.
pub struct TestDatabase {
    url: DatabaseUrl,
    home: Home,
}

impl TestDatabase {
    /// A fresh folder for SQLite, a fresh schema for PostgreSQL.
    pub fn create(engine: Engine) -> Self {
        match engine {
            Engine::Sqlite => {
                let folder = tempfile::tempdir().expect("the temporary folder can be written");
                Self { url: DatabaseUrl::sqlite(folder.path().join("countersign.db")), home: Home::Folder(folder) }
            }
            Engine::Postgres => {
                let server: DatabaseUrl = postgres_url().parse().expect("the harness gives a valid URL");
                let name: SchemaName = unique_name().parse().expect("the name is made of allowed characters");
                create_schema(&server, &name).expect("the server lets its superuser make schemas");
                Self { url: server.clone().with_schema(name.clone()), home: Home::Schema { server, name } }
            }
        }
    }

    /// Where the data is.
    pub const fn url(&self) -> &DatabaseUrl {
        &self.url
    }

    /// Opens it with the present schema. Its wall clock stands at `now`; its monotonic clock stands still, so that only the
    /// number of jobs ends a batch.
    pub fn open(&self, now: Timestamp) -> Store {
        let mut options = options(now);
        options.migrate_on_start = true;
        options.postgres_writers = POSTGRES_WRITERS;
        options.postgres_readers = POSTGRES_READERS;
        Store::open(&self.url, &options).expect("a fresh database opens")
    }

    /// Opens it once more, for another process on the same data; `None` on SQLite, whose files have one server.
    pub fn open_beside(&self, now: Timestamp) -> Option<Store> {
        let Home::Schema { .. } = self.home else { return None };
        let mut options = options(now);
        options.postgres_writers = POSTGRES_WRITERS_BESIDE;
        options.postgres_readers = POSTGRES_READERS_BESIDE;
        Some(Store::open(&self.url, &options).expect("a database that is in use opens once more"))
    }
}

fn options(now: Timestamp) -> StoreOptions {
    StoreOptions::new(Arc::new(|| Duration::ZERO), Arc::new(move || now.ms()))
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        match &self.home {
            Home::Folder(folder) => debug_assert!(folder.path().is_absolute(), "it removes itself"),
            // A schema that stays is no reason to hide why its test failed; the server goes with the test run.
            Home::Schema { server, name } => drop(drop_schema(server, name)),
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "the harness hands the server's URL over in the environment")]
fn postgres_url() -> String {
    std::env::var(POSTGRES_VARIABLE).unwrap_or_else(|_| {
        panic!("{POSTGRES_VARIABLE} is not set: run these tests through `cargo xtask test`, which starts a private PostgreSQL")
    })
}

/// Unique across test processes that share a server: process id, start of the process, and a counter.
#[expect(clippy::disallowed_methods, reason = "test processes share one server and must not share names")]
fn unique_name() -> String {
    static START: OnceLock<u128> = OnceLock::new();
    static NEXT: AtomicU64 = AtomicU64::new(0);
    let start =
        START.get_or_init(|| SystemTime::now().duration_since(UNIX_EPOCH).expect("the clock is past 1970").as_micros());
    format!("kit_{}_{}_{}", std::process::id(), start, NEXT.fetch_add(1, Ordering::Relaxed))
}
