//! The schema's versions: the same numbers and names for both engines, embedded in the binary.
//!
//! All outstanding migrations run in one transaction together with their history rows, so a failure leaves the database as it was.

use refinery::error::Kind;
use refinery::{Migrate, Runner};

use crate::error::OpenError;
use crate::statement::Engine;

mod sqlite_files {
    refinery::embed_migrations!("migrations/sqlite");
}

mod postgres_files {
    refinery::embed_migrations!("migrations/postgres");
}

/// The table in which the migrations of a database are recorded.
pub(crate) const HISTORY: &str = "refinery_schema_history";

/// The embedded migrations of an engine, strict: an applied migration that differs from ours is an error.
pub(crate) fn runner(engine: Engine) -> Runner {
    let runner = match engine {
        Engine::Sqlite => sqlite_files::migrations::runner(),
        Engine::Postgres => postgres_files::migrations::runner(),
    };
    runner.set_grouped(true).set_abort_divergent(true).set_abort_missing(true)
}

/// The newest version this binary knows.
pub(crate) fn newest(engine: Engine) -> i32 {
    runner(engine).get_migrations().iter().map(refinery::Migration::version).max().unwrap_or(0)
}

/// Refuses a database that a newer binary has migrated.
pub(crate) fn refuse_newer(engine: Engine, found: i32) -> Result<(), OpenError> {
    let known = newest(engine);
    if found > known { Err(OpenError::SchemaNewer { found, known }) } else { Ok(()) }
}

/// Brings the schema to the newest version.
pub(crate) fn run<C: Migrate>(engine: Engine, connection: &mut C, database: &str) -> Result<(), OpenError> {
    match runner(engine).run(connection) {
        Ok(_report) => Ok(()),
        Err(error) => Err(match error.kind() {
            Kind::DivergentVersion(..) | Kind::MissingVersion(_) => {
                OpenError::Foreign { database: database.to_owned(), detail: error.to_string() }
            }
            Kind::Connection(_, source) if is_disk_full(&**source) => {
                OpenError::DiskFull { database: database.to_owned() }
            }
            _ => OpenError::Migration(error.to_string()),
        }),
    }
}

fn is_disk_full(source: &(dyn std::error::Error + Send + Sync + 'static)) -> bool {
    let sqlite = source.downcast_ref::<rusqlite::Error>().and_then(rusqlite::Error::sqlite_error_code);
    let postgres = source.downcast_ref::<postgres::Error>().and_then(postgres::Error::code);
    sqlite == Some(rusqlite::ErrorCode::DiskFull) || postgres == Some(&postgres::error::SqlState::DISK_FULL)
}
