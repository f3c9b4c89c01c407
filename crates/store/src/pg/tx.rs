//! The transaction on one PostgreSQL connection.

use std::error::Error;

use postgres::fallible_iterator::FallibleIterator;
use postgres::types::private::BytesMut;
use postgres::types::{IsNull, ToSql, Type, to_sql_checked};

use super::connection::Connection;
use super::error::{self, Failure};
use crate::error::StoreError;
use crate::row::Row;
use crate::statement::Statement;
use crate::tx::{ROWS_MAX, ReadTx, WriteTx, check_text, count};
use crate::value::Value;

/// One job's view of the open transaction.
pub(super) struct PgTx<'c> {
    connection: &'c mut Connection,
    /// The first error. The server has aborted the transaction there; asking on would only bury it under 25P02.
    failed: Option<Failure>,
}

impl<'c> PgTx<'c> {
    pub(super) fn new(connection: &'c mut Connection) -> Self {
        Self { connection, failed: None }
    }

    pub(super) fn into_failure(self) -> Option<Failure> {
        self.failed
    }

    fn run(&mut self, statement: &'static Statement, parameters: &[Value<'_>]) -> Result<(Vec<Row>, u64), StoreError> {
        if let Some(failure) = &self.failed {
            return Err(failure.error.clone());
        }
        run(self.connection, statement, parameters).map_err(|failure| {
            let error = failure.error.clone();
            self.failed = Some(failure);
            error
        })
    }
}

impl ReadTx for PgTx<'_> {
    fn query(&mut self, statement: &'static Statement, parameters: &[Value<'_>]) -> Result<Vec<Row>, StoreError> {
        self.run(statement, parameters).map(|(rows, _)| rows)
    }
}

impl WriteTx for PgTx<'_> {
    fn execute(&mut self, statement: &'static Statement, parameters: &[Value<'_>]) -> Result<u64, StoreError> {
        self.run(statement, parameters).map(|(_, changed)| changed)
    }
}

/// Runs one statement: its rows, and how many it touched.
pub(super) fn run(
    connection: &mut Connection,
    statement: &'static Statement,
    parameters: &[Value<'_>],
) -> Result<(Vec<Row>, u64), Failure> {
    check_text(statement, parameters).map_err(Failure::own)?;
    let failed = |error: postgres::Error| error::of(statement.name, &error);
    let prepared = connection.prepare(statement).map_err(failed)?;
    let mut found = connection.client.query_raw(&prepared, parameters).map_err(failed)?;
    let mut rows = Vec::new();
    while let Some(row) = found.next().map_err(failed)? {
        if rows.len() == ROWS_MAX {
            let error = StoreError::RowCount {
                statement: statement.name,
                expected: "at most 10,000 rows",
                found: count(ROWS_MAX + 1),
            };
            return Err(Failure::own(error));
        }
        rows.push(decode(statement.name, &row)?);
    }
    Ok((rows, found.rows_affected().unwrap_or(0)))
}

fn decode(statement: &'static str, found: &postgres::Row) -> Result<Row, Failure> {
    let mut row = Row::new(statement, found.len());
    for (index, column) in found.columns().iter().enumerate() {
        let failed = |error: postgres::Error| error::of(statement, &error);
        match *column.type_() {
            Type::INT8 => push_int(&mut row, found.try_get(index).map_err(failed)?),
            Type::INT4 => push_int(&mut row, found.try_get::<_, Option<i32>>(index).map_err(failed)?.map(i64::from)),
            Type::INT2 => push_int(&mut row, found.try_get::<_, Option<i16>>(index).map_err(failed)?.map(i64::from)),
            Type::BOOL => push_int(&mut row, found.try_get::<_, Option<bool>>(index).map_err(failed)?.map(i64::from)),
            Type::TEXT | Type::VARCHAR | Type::BPCHAR | Type::NAME => {
                match found.try_get::<_, Option<&str>>(index).map_err(failed)? {
                    Some(text) => row.push_text(text),
                    None => row.push_null(),
                }
            }
            Type::BYTEA => match found.try_get::<_, Option<&[u8]>>(index).map_err(failed)? {
                Some(bytes) => row.push_blob(bytes),
                None => row.push_null(),
            },
            _ => {
                return Err(Failure::own(row.corrupt(
                    index,
                    "an integer, text or bytes",
                    "another type, such as an uncast SUM",
                )));
            }
        }
    }
    Ok(row)
}

fn push_int(row: &mut Row, value: Option<i64>) {
    match value {
        Some(number) => row.push_int(number),
        None => row.push_null(),
    }
}

/// A parameter takes the type the server inferred, as far as it fits without loss.
impl ToSql for Value<'_> {
    fn to_sql(&self, ty: &Type, out: &mut BytesMut) -> Result<IsNull, Box<dyn Error + Sync + Send>> {
        match (self, ty) {
            (Value::Null, _) => Ok(IsNull::Yes),
            (Value::Int(number), &Type::INT8) => number.to_sql(ty, out),
            (Value::Int(number), &Type::INT4) => i32::try_from(*number)?.to_sql(ty, out),
            (Value::Text(text), &(Type::TEXT | Type::VARCHAR | Type::BPCHAR | Type::NAME)) => text.to_sql(ty, out),
            (Value::Blob(bytes), &Type::BYTEA) => bytes.to_sql(ty, out),
            _ => Err(format!("a parameter is {self:?}, the statement wants {ty}").into()),
        }
    }

    fn accepts(_: &Type) -> bool {
        // Which kind fits which type depends on the value; `to_sql` decides.
        true
    }

    to_sql_checked!();
}
