//! One SQL text for two engines.

use std::borrow::Cow;

/// Which database stands behind a [`Store`](crate::Store).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Engine {
    /// The embedded default: one file, one writer thread.
    Sqlite,
    /// A server shared by several nodes.
    Postgres,
}

/// The real differences between the engines: name, SQLite text, PostgreSQL text. `grep` for a name finds every use.
const FRAGMENTS: &[(&str, &str, &str)] = &[
    // SQLite has one writer, which holds the whole database from BEGIN IMMEDIATE on: a row lock would add nothing.
    // NO KEY: keys never change here, and a plain FOR UPDATE would make inserts that only refer to the row wait for it.
    ("{for_update}", "", "FOR NO KEY UPDATE"),
    ("{skip_locked}", "", "SKIP LOCKED"),
    // The type of bytes, for CAST($1 AS {bytes}).
    ("{bytes}", "BLOB", "BYTEA"),
    // Order by bytes, which is SQLite's own. Columns of the schema have it; an expression may need it.
    ("{collate_c}", "", "COLLATE \"C\""),
];

/// A statement of the catalogue, in the common dialect of design §4.
///
/// Placeholders are `$1`..`$n` and first appear in ascending order without gaps: SQLite numbers them by first appearance, PostgreSQL by their digits.
/// Parameters and result columns are 64-bit integers, text or bytes; where PostgreSQL could not infer that, the text casts.
/// Prepared statements are cached by the address of this value, so it belongs in a `static`.
#[derive(Debug)]
pub struct Statement {
    /// Names the statement in errors and metrics, as `aggregate_action`.
    pub name: &'static str,
    /// The text with its fragments (`{for_update}`, `{skip_locked}`, `{bytes}`, `{collate_c}`).
    pub sql: &'static str,
}

impl Statement {
    /// The text for one engine. Done once per connection, when the statement is prepared.
    pub fn render(&self, engine: Engine) -> Cow<'static, str> {
        if !self.sql.contains('{') {
            return Cow::Borrowed(self.sql);
        }
        let mut text = self.sql.to_owned();
        for (name, sqlite, postgres) in FRAGMENTS {
            let with = match engine {
                Engine::Sqlite => sqlite,
                Engine::Postgres => postgres,
            };
            text = text.replace(name, with);
        }
        Cow::Owned(text)
    }
}

#[cfg(test)]
mod tests {
    use super::{Engine, Statement};

    #[test]
    fn fragments_are_replaced_per_engine() {
        let statement = Statement { name: "t", sql: "SELECT CAST(a AS {bytes}) FROM t {for_update} {skip_locked}" };
        assert_eq!(statement.render(Engine::Sqlite), "SELECT CAST(a AS BLOB) FROM t  ");
        assert_eq!(statement.render(Engine::Postgres), "SELECT CAST(a AS BYTEA) FROM t FOR NO KEY UPDATE SKIP LOCKED");
    }
}
