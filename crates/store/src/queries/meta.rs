//! Facts about the database itself: its mood, its webhook key, where the sandbox's clock stands.

use crate::{Engine, ReadTx, StoreError, WriteTx};

statements! {
    GET = "meta_get": "SELECT value FROM meta WHERE name = $1";
    PUT = "meta_put": "INSERT INTO meta (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value";
    SCHEMA = "schema_version": "SELECT CAST(MAX(version) AS BIGINT) FROM refinery_schema_history";
    PUT_NEW = "meta_put_new": "INSERT INTO meta (name, value) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING";
}

/// The value under `name`.
pub fn get(tx: &mut dyn ReadTx, name: &str) -> Result<Option<String>, StoreError> {
    let row = tx.query_opt(&GET, &[name.into()])?;
    row.map(|row| row.text(0).map(str::to_owned)).transpose()
}

/// Whether the schema is the one that this binary was built for.
pub fn schema_is_ours(tx: &mut dyn ReadTx) -> Result<bool, StoreError> {
    let found = tx.query_one(&SCHEMA, &[])?.opt_int(0)?;
    // Both engines have the same versions; a test of the migrations compares them.
    Ok(found == Some(crate::migrate::newest(Engine::Sqlite).into()))
}

/// Sets the value under `name`.
pub fn put(tx: &mut dyn WriteTx, name: &str, value: &str) -> Result<(), StoreError> {
    tx.execute_one(&PUT, &[name.into(), value.into()])
}

/// Sets the value under `name` unless there is one; tells whether it did.
pub fn put_new(tx: &mut dyn WriteTx, name: &str, value: &str) -> Result<bool, StoreError> {
    Ok(tx.execute(&PUT_NEW, &[name.into(), value.into()])? == 1)
}
