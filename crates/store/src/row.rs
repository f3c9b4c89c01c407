//! Rows as they come back: cells by position, no column-name maps.

use crate::error::StoreError;

/// Where a text or a blob lies in its row's buffer.
#[derive(Debug, Clone, Copy)]
struct Span {
    start: usize,
    end: usize,
}

#[derive(Debug, Clone, Copy)]
enum Cell {
    Null,
    Int(i64),
    Text(Span),
    Blob(Span),
}

impl Cell {
    fn kind(self) -> &'static str {
        match self {
            Self::Null => "NULL",
            Self::Int(_) => "an integer",
            Self::Text(_) => "text",
            Self::Blob(_) => "bytes",
        }
    }
}

/// One row. All its texts share one buffer and all its blobs another, so a row costs at most three allocations.
///
/// Columns are counted from 0. A cell of another kind than asked for is [`StoreError::Corrupt`], naming statement and column.
pub struct Row {
    statement: &'static str,
    cells: Vec<Cell>,
    text: String,
    bytes: Vec<u8>,
}

impl Row {
    pub(crate) fn new(statement: &'static str, columns: usize) -> Self {
        Self { statement, cells: Vec::with_capacity(columns), text: String::new(), bytes: Vec::new() }
    }

    pub(crate) fn push_null(&mut self) {
        self.cells.push(Cell::Null);
    }

    pub(crate) fn push_int(&mut self, value: i64) {
        self.cells.push(Cell::Int(value));
    }

    pub(crate) fn push_text(&mut self, value: &str) {
        let start = self.text.len();
        self.text.push_str(value);
        self.cells.push(Cell::Text(Span { start, end: self.text.len() }));
    }

    pub(crate) fn push_blob(&mut self, value: &[u8]) {
        let start = self.bytes.len();
        self.bytes.extend_from_slice(value);
        self.cells.push(Cell::Blob(Span { start, end: self.bytes.len() }));
    }

    /// The statement this row came from, for errors of the query layer.
    pub fn statement(&self) -> &'static str {
        self.statement
    }

    /// A 64-bit integer.
    pub fn int(&self, column: usize) -> Result<i64, StoreError> {
        match self.cell(column) {
            Some(Cell::Int(value)) => Ok(value),
            other => Err(self.unexpected(column, "an integer", other)),
        }
    }

    /// A 64-bit integer or NULL.
    pub fn opt_int(&self, column: usize) -> Result<Option<i64>, StoreError> {
        self.optional(column, Self::int)
    }

    /// A boolean, stored as 0 or 1; any other number is corrupt.
    pub fn boolean(&self, column: usize) -> Result<bool, StoreError> {
        match self.int(column)? {
            0 => Ok(false),
            1 => Ok(true),
            _ => Err(self.corrupt(column, "a boolean, 0 or 1", "another number")),
        }
    }

    /// Text.
    pub fn text(&self, column: usize) -> Result<&str, StoreError> {
        match self.cell(column) {
            Some(Cell::Text(span)) => {
                Ok(self.text.get(span.start..span.end).expect("a span lies within the buffer it was pushed to"))
            }
            other => Err(self.unexpected(column, "text", other)),
        }
    }

    /// Text or NULL.
    pub fn opt_text(&self, column: usize) -> Result<Option<&str>, StoreError> {
        self.optional(column, Self::text)
    }

    /// Bytes.
    pub fn blob(&self, column: usize) -> Result<&[u8], StoreError> {
        match self.cell(column) {
            Some(Cell::Blob(span)) => {
                Ok(self.bytes.get(span.start..span.end).expect("a span lies within the buffer it was pushed to"))
            }
            other => Err(self.unexpected(column, "bytes", other)),
        }
    }

    /// Bytes or NULL.
    pub fn opt_blob(&self, column: usize) -> Result<Option<&[u8]>, StoreError> {
        self.optional(column, Self::blob)
    }

    /// The error for a cell whose content does not decode: an unknown state name, an id of the wrong length.
    pub fn corrupt(&self, column: usize, expected: &'static str, found: &'static str) -> StoreError {
        StoreError::Corrupt { statement: self.statement, column, expected, found }
    }

    fn cell(&self, column: usize) -> Option<Cell> {
        self.cells.get(column).copied()
    }

    fn unexpected(&self, column: usize, expected: &'static str, found: Option<Cell>) -> StoreError {
        self.corrupt(column, expected, found.map_or("no such column", Cell::kind))
    }

    fn optional<'r, T>(
        &'r self,
        column: usize,
        get: impl FnOnce(&'r Self, usize) -> Result<T, StoreError>,
    ) -> Result<Option<T>, StoreError> {
        match self.cell(column) {
            Some(Cell::Null) => Ok(None),
            _ => get(self, column).map(Some),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Row;
    use crate::error::StoreError;

    fn row() -> Row {
        let mut row = Row::new("sample", 5);
        row.push_int(7);
        row.push_text("ä");
        row.push_null();
        row.push_blob(&[1, 2]);
        row.push_text("b");
        row
    }

    #[test]
    fn cells_are_read_by_position_and_kind() {
        let row = row();
        assert_eq!(row.int(0).unwrap(), 7);
        assert_eq!(row.text(1).unwrap(), "ä");
        assert_eq!(row.opt_int(2).unwrap(), None);
        assert_eq!(row.opt_text(2).unwrap(), None);
        assert_eq!(row.blob(3).unwrap(), &[1, 2]);
        assert_eq!(row.opt_text(4).unwrap(), Some("b"));
    }

    #[test]
    fn a_cell_of_another_kind_names_statement_and_column() {
        let row = row();
        let cases = [
            (row.int(1).unwrap_err(), 1, "text"),
            (row.text(0).unwrap_err(), 0, "an integer"),
            (row.text(2).unwrap_err(), 2, "NULL"),
            (row.blob(9).unwrap_err(), 9, "no such column"),
            (row.boolean(0).unwrap_err(), 0, "another number"),
        ];
        for (error, at, what) in cases {
            let StoreError::Corrupt { statement, column, found, .. } = error else { panic!("not corrupt: {error}") };
            assert_eq!((statement, column, found), ("sample", at, what));
        }
    }
}
