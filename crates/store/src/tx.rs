//! The transaction as use cases see it.

use crate::error::StoreError;
use crate::row::Row;
use crate::statement::Statement;
use crate::value::Value;

/// The most rows one statement may return. Longer reads page by key; exceeding it is an error, never a truncation.
pub const ROWS_MAX: usize = 10_000;

/// A transaction that reads. In [`Store::read`](crate::Store::read) it is one consistent snapshot.
pub trait ReadTx {
    /// All rows of a statement, at most [`ROWS_MAX`].
    fn query(&mut self, statement: &'static Statement, parameters: &[Value<'_>]) -> Result<Vec<Row>, StoreError>;

    /// The row of a statement that finds at most one; more is [`StoreError::RowCount`].
    fn query_opt(
        &mut self,
        statement: &'static Statement,
        parameters: &[Value<'_>],
    ) -> Result<Option<Row>, StoreError> {
        let mut rows = self.query(statement, parameters)?;
        if rows.len() > 1 {
            return Err(StoreError::RowCount {
                statement: statement.name,
                expected: "at most one row",
                found: count(rows.len()),
            });
        }
        Ok(rows.pop())
    }

    /// The row of a statement that finds exactly one; none or more is [`StoreError::RowCount`].
    fn query_one(&mut self, statement: &'static Statement, parameters: &[Value<'_>]) -> Result<Row, StoreError> {
        self.query_opt(statement, parameters)?.ok_or(StoreError::RowCount {
            statement: statement.name,
            expected: "exactly one row",
            found: 0,
        })
    }
}

/// A transaction that reads and writes. `&mut dyn WriteTx` coerces to `&mut dyn ReadTx`.
pub trait WriteTx: ReadTx {
    /// Runs a statement that returns no rows and tells how many it changed.
    fn execute(&mut self, statement: &'static Statement, parameters: &[Value<'_>]) -> Result<u64, StoreError>;

    /// Runs a statement that must change exactly one row, else [`StoreError::RowCount`].
    fn execute_one(&mut self, statement: &'static Statement, parameters: &[Value<'_>]) -> Result<(), StoreError> {
        match self.execute(statement, parameters)? {
            1 => Ok(()),
            found => {
                Err(StoreError::RowCount { statement: statement.name, expected: "exactly one changed row", found })
            }
        }
    }
}

/// Row counts for errors; a count beyond `u64` cannot exist in memory.
pub(crate) fn count(rows: usize) -> u64 {
    u64::try_from(rows).unwrap_or(u64::MAX)
}

/// Refuses NUL in text on both engines alike: PostgreSQL could not store it.
pub(crate) fn check_text(statement: &'static Statement, parameters: &[Value<'_>]) -> Result<(), StoreError> {
    for (index, value) in parameters.iter().enumerate() {
        if let Value::Text(text) = value
            && text.as_bytes().contains(&0)
        {
            return Err(StoreError::NulInText { statement: statement.name, parameter: index + 1 });
        }
    }
    Ok(())
}
