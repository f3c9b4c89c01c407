//! The transaction on one SQLite connection.

use std::collections::HashMap;
use std::ptr;

use rusqlite::types::ValueRef;
use rusqlite::{Connection, Rows};

use super::error;
use crate::error::StoreError;
use crate::row::Row;
use crate::statement::{Engine, Statement};
use crate::tx::{ROWS_MAX, ReadTx, WriteTx, check_text};
use crate::value::Value;

/// Prepared statements of one connection, by the address of their catalogue entry. Bounded by the catalogue itself, which is static.
pub(super) struct Prepared<'c> {
    connection: &'c Connection,
    statements: HashMap<usize, rusqlite::Statement<'c>>,
}

impl<'c> Prepared<'c> {
    pub(super) fn new(connection: &'c Connection) -> Self {
        Self { connection, statements: HashMap::new() }
    }

    fn get(&mut self, statement: &'static Statement) -> rusqlite::Result<&mut rusqlite::Statement<'c>> {
        use std::collections::hash_map::Entry;
        match self.statements.entry(ptr::from_ref(statement).addr()) {
            Entry::Occupied(entry) => Ok(entry.into_mut()),
            Entry::Vacant(entry) => {
                let text = statement.render(Engine::Sqlite);
                let prepared =
                    self.connection.prepare_with_flags(&text, rusqlite::PrepFlags::SQLITE_PREPARE_PERSISTENT)?;
                Ok(entry.insert(prepared))
            }
        }
    }

    /// Runs a statement of transaction control.
    pub(super) fn control(&mut self, statement: &'static Statement) -> Result<(), StoreError> {
        self.get(statement)
            .and_then(rusqlite::Statement::raw_execute)
            .map(drop)
            .map_err(|error| error::of(statement.name, &error))
    }
}

/// One job's view of the open transaction (the writer: its part of the batch, in a savepoint or not).
pub(super) struct SqliteTx<'t, 'c> {
    prepared: &'t mut Prepared<'c>,
    /// The first error of a statement. PostgreSQL aborts the transaction there, so SQLite must not go on either.
    failed: Option<StoreError>,
    /// A statement may have left a trace in the transaction.
    wrote: bool,
}

impl<'t, 'c> SqliteTx<'t, 'c> {
    pub(super) fn new(prepared: &'t mut Prepared<'c>) -> Self {
        Self { prepared, failed: None, wrote: false }
    }

    /// Whether there may be something to take back: a statement changed rows, or failed while it might have. Statements that only read, and writes that
    /// found no row, leave nothing. (A change of the schema changes no rows either; the catalogue has none.)
    pub(super) fn wrote(&self) -> bool {
        self.wrote
    }

    pub(super) fn into_failure(self) -> Option<StoreError> {
        self.failed
    }

    fn run<T>(
        &mut self,
        statement: &'static Statement,
        parameters: &[Value<'_>],
        act: impl FnOnce(&mut rusqlite::Statement<'_>) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        if let Some(error) = &self.failed {
            return Err(error.clone());
        }
        let connection = self.prepared.connection;
        let outcome = check_text(statement, parameters).and_then(|()| {
            let prepared = self.prepared.get(statement).map_err(|error| error::of(statement.name, &error))?;
            bind(prepared, parameters).map_err(|error| error::of(statement.name, &error))?;
            if prepared.readonly() {
                return act(prepared);
            }
            // A write can come through `query` too (RETURNING), so SQLite is asked, not the method. Set first: whatever ends `act` early has written.
            let before = (std::mem::replace(&mut self.wrote, true), connection.total_changes());
            let outcome = act(prepared)?;
            self.wrote = before.0 || connection.total_changes() != before.1;
            Ok(outcome)
        });
        if let Err(error) = &outcome {
            self.failed = Some(error.clone());
        }
        outcome
    }
}

impl ReadTx for SqliteTx<'_, '_> {
    fn query(&mut self, statement: &'static Statement, parameters: &[Value<'_>]) -> Result<Vec<Row>, StoreError> {
        self.run(statement, parameters, |prepared| {
            let columns = prepared.column_count();
            collect(statement.name, columns, prepared.raw_query())
        })
    }
}

impl WriteTx for SqliteTx<'_, '_> {
    fn execute(&mut self, statement: &'static Statement, parameters: &[Value<'_>]) -> Result<u64, StoreError> {
        self.run(statement, parameters, |prepared| {
            let changed = prepared.raw_execute().map_err(|error| error::of(statement.name, &error))?;
            Ok(crate::tx::count(changed))
        })
    }
}

fn bind(prepared: &mut rusqlite::Statement<'_>, parameters: &[Value<'_>]) -> rusqlite::Result<()> {
    let expected = prepared.parameter_count();
    if parameters.len() != expected {
        return Err(rusqlite::Error::InvalidParameterCount(parameters.len(), expected));
    }
    for (index, value) in parameters.iter().enumerate() {
        let at = index + 1;
        match *value {
            Value::Null => prepared.raw_bind_parameter(at, rusqlite::types::Null)?,
            Value::Int(number) => prepared.raw_bind_parameter(at, number)?,
            Value::Text(text) => prepared.raw_bind_parameter(at, text)?,
            Value::Blob(bytes) => prepared.raw_bind_parameter(at, bytes)?,
        }
    }
    Ok(())
}

fn collect(statement: &'static str, columns: usize, mut rows: Rows<'_>) -> Result<Vec<Row>, StoreError> {
    let mut all = Vec::new();
    while let Some(found) = rows.next().map_err(|error| error::of(statement, &error))? {
        if all.len() == ROWS_MAX {
            return Err(StoreError::RowCount {
                statement,
                expected: "at most 10,000 rows",
                found: crate::tx::count(ROWS_MAX + 1),
            });
        }
        let mut row = Row::new(statement, columns);
        for column in 0..columns {
            let cell = found.get_ref(column).map_err(|error| error::of(statement, &error))?;
            push(&mut row, column, cell)?;
        }
        all.push(row);
    }
    Ok(all)
}

fn push(row: &mut Row, column: usize, cell: ValueRef<'_>) -> Result<(), StoreError> {
    match cell {
        ValueRef::Null => row.push_null(),
        ValueRef::Integer(number) => row.push_int(number),
        ValueRef::Blob(bytes) => row.push_blob(bytes),
        ValueRef::Text(bytes) => {
            let text = std::str::from_utf8(bytes).map_err(|_| row.corrupt(column, "UTF-8 text", "other bytes"))?;
            row.push_text(text);
        }
        ValueRef::Real(_) => return Err(row.corrupt(column, "an integer, text or bytes", "a float")),
    }
    Ok(())
}
