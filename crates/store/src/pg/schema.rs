//! Schemas and their versions.

use postgres::Client;

use super::connection::Target;
use super::error::with_source;
use crate::error::OpenError;
use crate::migrate::{self, HISTORY};
use crate::statement::Engine;
use crate::url::{DatabaseUrl, SchemaName};

/// The first half of the advisory lock's key: "csgn". The second half is the schema.
const MIGRATION_LOCK: i32 = 0x6373_676E;

/// Runs something on a thread of its own: the synchronous client must not be used, nor dropped, on a thread of an async runtime.
pub(super) fn apart<T: Send>(act: impl FnOnce() -> Result<T, OpenError> + Send) -> Result<T, OpenError> {
    std::thread::scope(|scope| scope.spawn(act).join()).unwrap_or_else(|_| {
        Err(OpenError::Engine { database: "PostgreSQL".to_owned(), cause: "the driver panicked".to_owned() })
    })
}

/// Checks the schema's version, migrating first if that was asked for.
pub(super) fn check(target: &Target, migrates: bool) -> Result<(), OpenError> {
    let mut client = target.connect().map_err(|error| unreachable_server(target, &error))?;
    let refused =
        |error: postgres::Error| OpenError::Engine { database: target.shown().to_owned(), cause: with_source(&error) };
    if migrates {
        return run_locked(target, &mut client);
    }
    let found = version(&mut client).map_err(refused)?;
    migrate::refuse_newer(Engine::Postgres, found)?;
    let needed = super::newest();
    if found < needed { Err(OpenError::SchemaOutdated { found, needed }) } else { Ok(()) }
}

/// Migrates under an advisory lock, so that several nodes starting at once do it once. The lock goes with the session.
fn run_locked(target: &Target, client: &mut Client) -> Result<(), OpenError> {
    let refused =
        |error: postgres::Error| OpenError::Engine { database: target.shown().to_owned(), cause: with_source(&error) };
    if let Some(schema) = target.schema() {
        client.batch_execute(&format!("CREATE SCHEMA IF NOT EXISTS {}", schema.as_str())).map_err(refused)?;
    }
    // Another node's migration may take long; so may ours.
    client.batch_execute("SET lock_timeout = 0; SET statement_timeout = 0").map_err(refused)?;
    client
        .batch_execute(&format!("SELECT pg_advisory_lock({MIGRATION_LOCK}, hashtext(current_schema()))"))
        .map_err(refused)?;
    let found = version(client).map_err(refused)?;
    migrate::refuse_newer(Engine::Postgres, found)?;
    migrate::run(Engine::Postgres, client, target.shown())
}

/// The schema's version, 0 when it has none.
fn version(client: &mut Client) -> Result<i32, postgres::Error> {
    let row = client.query_one("SELECT to_regclass($1) IS NOT NULL", &[&HISTORY])?;
    if !row.try_get::<_, bool>(0)? {
        return Ok(0);
    }
    client.query_one(&format!("SELECT coalesce(max(version), 0) FROM {HISTORY}"), &[])?.try_get(0)
}

fn unreachable_server(target: &Target, error: &postgres::Error) -> OpenError {
    OpenError::Unreachable { database: target.shown().to_owned(), cause: with_source(error) }
}

/// Makes a schema, for an ephemeral sandbox or a test. It must not exist yet.
pub fn create_schema(url: &DatabaseUrl, name: &SchemaName) -> Result<(), OpenError> {
    run_plain(url, &format!("CREATE SCHEMA {}", name.as_str()))
}

/// Drops a schema and all that is in it. A schema that does not exist is no error.
pub fn drop_schema(url: &DatabaseUrl, name: &SchemaName) -> Result<(), OpenError> {
    run_plain(url, &format!("DROP SCHEMA IF EXISTS {} CASCADE", name.as_str()))
}

fn run_plain(url: &DatabaseUrl, statement: &str) -> Result<(), OpenError> {
    let target = Target::of(url)?;
    apart(|| {
        let mut client = target.connect().map_err(|error| unreachable_server(&target, &error))?;
        let refused = |error: postgres::Error| OpenError::Engine {
            database: target.shown().to_owned(),
            cause: with_source(&error),
        };
        client.batch_execute(statement).map_err(refused)
    })
}
