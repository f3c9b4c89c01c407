//! Cells to domain values, each failure with its place.

use countersign_domain::id::{ApiKeyId, UserId};
use countersign_domain::money::PartsPerMillion;
use countersign_domain::{AddressList, Amount, Currency, Initiator, ScopeSet, Timestamp};

use crate::{Row, StoreError};

pub(super) fn timestamp(row: &Row, column: usize) -> Result<Timestamp, StoreError> {
    row.int(column).map(Timestamp::from_ms)
}

pub(super) fn opt_timestamp(row: &Row, column: usize) -> Result<Option<Timestamp>, StoreError> {
    Ok(row.opt_int(column)?.map(Timestamp::from_ms))
}

pub(super) fn scopes(row: &Row, column: usize) -> Result<ScopeSet, StoreError> {
    ScopeSet::from_bits(row.int(column)?).ok_or_else(|| row.corrupt(column, "a set of known scopes", "unknown bits"))
}

pub(super) fn addresses(row: &Row, column: usize) -> Result<AddressList, StoreError> {
    AddressList::from_stored(row.text(column)?).map_err(|_| row.corrupt(column, "a list of addresses", "other text"))
}

pub(super) fn currency(row: &Row, column: usize) -> Result<Currency, StoreError> {
    Currency::from_code(row.text(column)?).ok_or_else(|| row.corrupt(column, "a known currency", "another code"))
}

/// An amount out of a currency column and a minor-units column.
pub(super) fn amount(row: &Row, currency_column: usize, minor_column: usize) -> Result<Amount, StoreError> {
    Ok(Amount::from_minor(row.int(minor_column)?, currency(row, currency_column)?))
}

/// Who set something in motion, out of a column of keys and the column of people after it.
pub(super) fn initiator(row: &Row, column: usize) -> Result<Option<Initiator>, StoreError> {
    match (row.opt_int(column)?, row.opt_int(column + 1)?) {
        (Some(key), None) => Ok(Some(Initiator::Key(ApiKeyId::new(key)))),
        (None, Some(user)) => Ok(Some(Initiator::User(UserId::new(user)))),
        (None, None) => Ok(None),
        (Some(_), Some(_)) => Err(row.corrupt(column, "a key or a person", "both")),
    }
}

/// What stands in those two columns.
pub(super) fn initiator_columns(initiator: Option<Initiator>) -> (Option<i64>, Option<i64>) {
    match initiator {
        Some(Initiator::Key(id)) => (Some(id.get()), None),
        Some(Initiator::User(id)) => (None, Some(id.get())),
        None => (None, None),
    }
}

pub(super) fn rate(row: &Row, column: usize) -> Result<PartsPerMillion, StoreError> {
    PartsPerMillion::new(row.int(column)?)
        .ok_or_else(|| row.corrupt(column, "0 to 1,000,000 millionths", "another number"))
}

pub(super) fn hash(row: &Row, column: usize) -> Result<[u8; 32], StoreError> {
    row.blob(column)?.try_into().map_err(|_| row.corrupt(column, "32 bytes", "another length"))
}

/// The value whose stored name stands in the cell.
pub(super) fn named<T: Copy>(row: &Row, column: usize, names: &[(&str, T)]) -> Result<T, StoreError> {
    let text = row.text(column)?;
    names
        .iter()
        .find(|(name, _)| *name == text)
        .map(|(_, value)| *value)
        .ok_or_else(|| row.corrupt(column, "a known name", "another text"))
}

/// The stored name of a value.
pub(super) fn name_of<T: Copy + PartialEq>(value: T, names: &[(&'static str, T)]) -> &'static str {
    names
        .iter()
        .find(|(_, candidate)| *candidate == value)
        .map(|(name, _)| *name)
        .expect("every value has a stored name")
}
