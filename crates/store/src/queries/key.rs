//! Paging by key in both directions.

use crate::{Row, StoreError};

/// Which page of a list that is shown newest first; keys are the ids of its rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Key {
    /// The newest rows.
    Newest,
    /// Rows older than this one.
    Before(i64),
    /// The rows newer than this one that are nearest to it.
    After(i64),
}

/// The direction in which a statement reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    /// Rows below a key, newest first.
    Older,
    /// Rows above a key, oldest first.
    Newer,
}

impl Key {
    /// Whether the row with this id may stand on the page.
    pub const fn is_beyond(self, id: i64) -> bool {
        match self {
            Self::Newest => true,
            Self::Before(key) => id < key,
            Self::After(key) => id > key,
        }
    }

    /// Reads one page and answers it newest first.
    pub(super) fn page<T>(
        self,
        read: impl FnOnce(Side, i64) -> Result<Vec<Row>, StoreError>,
        decode: impl Fn(&Row) -> Result<T, StoreError>,
    ) -> Result<Vec<T>, StoreError> {
        let (side, id) = match self {
            Self::Newest => (Side::Older, i64::MAX),
            Self::Before(id) => (Side::Older, id),
            Self::After(id) => (Side::Newer, id),
        };
        let mut page = read(side, id)?.iter().map(decode).collect::<Result<Vec<_>, _>>()?;
        if side == Side::Newer {
            page.reverse();
        }
        Ok(page)
    }
}
