//! Where the database is: `sqlite:PATH` or `postgres://…`.

use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;

/// The longest schema name: PostgreSQL cuts identifiers beyond it silently.
const SCHEMA_NAME_MAX: usize = 63;

/// Why a database URL was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum UrlError {
    /// Neither of the two forms.
    #[error("a database is given as sqlite:PATH or postgres://user@host/database")]
    UnknownScheme,
    /// `sqlite:` without a path, or a path that is not a file of its own.
    #[error("sqlite: needs the path of a file, as in sqlite:countersign.db")]
    NoPath,
    /// PostgreSQL's own syntax was not met. The text names the parameter, never the password.
    #[error("the PostgreSQL URL cannot be read: {0}")]
    Postgres(String),
    /// A schema name outside `[a-z_][a-z0-9_]*`, or too long.
    #[error("a schema name has 1 to 63 of a-z, 0-9 and _ and does not begin with a digit")]
    SchemaName,
}

/// The name of a PostgreSQL schema, safe to stand in a statement unquoted.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct SchemaName(String);

impl SchemaName {
    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for SchemaName {
    type Err = UrlError;

    fn from_str(name: &str) -> Result<Self, UrlError> {
        let starts = name.bytes().next().is_some_and(|first| first.is_ascii_lowercase() || first == b'_');
        let rest = name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_');
        if starts && rest && name.len() <= SCHEMA_NAME_MAX && !name.starts_with("pg_") {
            Ok(Self(name.to_owned()))
        } else {
            Err(UrlError::SchemaName)
        }
    }
}

/// A parsed database URL. `Display` and `Debug` leave the password out.
#[derive(Clone)]
pub struct DatabaseUrl(pub(crate) Location);

#[derive(Clone)]
pub(crate) enum Location {
    Sqlite(PathBuf),
    Postgres { config: Box<::postgres::Config>, schema: Option<SchemaName> },
}

impl DatabaseUrl {
    /// The SQLite file at a path.
    pub fn sqlite(path: impl Into<PathBuf>) -> Self {
        Self(Location::Sqlite(path.into()))
    }

    /// The file, if this is SQLite.
    pub fn sqlite_path(&self) -> Option<&Path> {
        match &self.0 {
            Location::Sqlite(path) => Some(path),
            Location::Postgres { .. } => None,
        }
    }

    /// The same PostgreSQL database with another schema first in its search path; SQLite stays as it is.
    #[must_use]
    pub fn with_schema(self, name: SchemaName) -> Self {
        match self.0 {
            Location::Sqlite(path) => Self(Location::Sqlite(path)),
            Location::Postgres { config, .. } => Self(Location::Postgres { config, schema: Some(name) }),
        }
    }
}

impl FromStr for DatabaseUrl {
    type Err = UrlError;

    fn from_str(url: &str) -> Result<Self, UrlError> {
        if let Some(path) = url.strip_prefix("sqlite:") {
            let path = path.strip_prefix("//").filter(|rest| !rest.is_empty()).unwrap_or(path);
            if path.is_empty() || path == ":memory:" {
                return Err(UrlError::NoPath);
            }
            return Ok(Self::sqlite(path));
        }
        if !url.starts_with("postgres://") && !url.starts_with("postgresql://") {
            return Err(UrlError::UnknownScheme);
        }
        let (plain, schema) = take_schema(url)?;
        let config = plain.parse::<::postgres::Config>().map_err(|error| UrlError::Postgres(error.to_string()))?;
        Ok(Self(Location::Postgres { config: Box::new(config), schema }))
    }
}

/// Cuts our own `schema` parameter out of the query; the driver refuses parameters it does not know.
fn take_schema(url: &str) -> Result<(String, Option<SchemaName>), UrlError> {
    let Some((base, query)) = url.split_once('?') else { return Ok((url.to_owned(), None)) };
    let mut schema = None;
    let mut rest = Vec::new();
    for parameter in query.split('&') {
        match parameter.strip_prefix("schema=") {
            Some(name) => schema = Some(name.parse()?),
            None => rest.push(parameter),
        }
    }
    let plain = if rest.is_empty() { base.to_owned() } else { format!("{base}?{}", rest.join("&")) };
    Ok((plain, schema))
}

impl fmt::Display for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Location::Sqlite(path) => write!(f, "sqlite:{}", path.display()),
            Location::Postgres { config, schema } => {
                f.write_str("postgres://")?;
                if let Some(user) = config.get_user() {
                    write!(f, "{user}@")?;
                }
                for (index, host) in config.get_hosts().iter().enumerate() {
                    let comma = if index > 0 { "," } else { "" };
                    match host {
                        ::postgres::config::Host::Tcp(name) => write!(f, "{comma}{name}")?,
                        #[cfg(unix)]
                        ::postgres::config::Host::Unix(path) => write!(f, "{comma}{}", path.display())?,
                    }
                    if let Some(port) = config.get_ports().get(index).or(config.get_ports().first()) {
                        write!(f, ":{port}")?;
                    }
                }
                write!(f, "/{}", config.get_dbname().unwrap_or_default())?;
                schema.as_ref().map_or(Ok(()), |name| write!(f, "?schema={}", name.as_str()))
            }
        }
    }
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::{DatabaseUrl, UrlError};

    #[test]
    fn urls_are_shown_without_their_password() {
        let cases = [
            ("sqlite:a/b.db", "sqlite:a/b.db"),
            ("sqlite:///tmp/b.db", "sqlite:/tmp/b.db"),
            ("postgres://joe:secret@db:5433/pay", "postgres://joe@db:5433/pay"),
            (
                "postgresql://joe:secret@db/pay?schema=box_1&connect_timeout=3",
                "postgres://joe@db:5432/pay?schema=box_1",
            ),
        ];
        for (url, shown) in cases {
            assert_eq!(url.parse::<DatabaseUrl>().unwrap().to_string(), shown);
        }
    }

    #[test]
    fn what_is_no_database_is_refused() {
        let cases = [
            ("mysql://x", UrlError::UnknownScheme),
            ("sqlite:", UrlError::NoPath),
            ("sqlite::memory:", UrlError::NoPath),
            ("postgres://h/d?schema=Robert'); DROP", UrlError::SchemaName),
            ("postgres://h/d?schema=", UrlError::SchemaName),
            ("postgres://h/d?schema=pg_catalog", UrlError::SchemaName),
        ];
        for (url, error) in cases {
            assert_eq!(url.parse::<DatabaseUrl>().unwrap_err(), error, "{url}");
        }
        assert!(matches!("postgres://h/d?nonsense=1".parse::<DatabaseUrl>(), Err(UrlError::Postgres(_))));
    }
}
