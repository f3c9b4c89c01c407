//! `COUNTERSIGN_…` variables as a layer of the configuration.

use std::collections::BTreeMap;
use std::ffi::OsString;

use secrecy::SecretString;

use crate::config::REFERENCE;
use crate::failure::Failure;

const PREFIX: &str = "COUNTERSIGN_";
/// Proves to a running sandbox that one may control it; for `trigger` and `listen`, and no key either.
const CONTROL_TOKEN: &str = "COUNTERSIGN_CONTROL_TOKEN";
/// Set by the test command for tests; never a key.
const TEST_PREFIX: &str = "COUNTERSIGN_TEST_";

/// The variables that configure.
pub(crate) struct Environment(BTreeMap<String, String>);

/// Whether a variable looks like a key of the configuration.
fn is_key(name: &str) -> bool {
    name.starts_with(PREFIX) && !name.starts_with(TEST_PREFIX) && name != CONTROL_TOKEN
}

/// How a key's text is read.
enum Shape {
    Text,
    Integer,
    Boolean,
    TextList,
    IntegerList,
}

/// The shape of a key, told by its line in the reference.
fn shape(key: &str) -> Option<Shape> {
    let line =
        REFERENCE.lines().find_map(|line| line.trim_start_matches("# ").strip_prefix(key)?.strip_prefix(" = "))?;
    Some(match line.as_bytes() {
        [b'"', ..] => Shape::Text,
        [b'[', b'0'..=b'9', ..] => Shape::IntegerList,
        [b'[', ..] => Shape::TextList,
        [b't' | b'f', ..] => Shape::Boolean,
        _ => Shape::Integer,
    })
}

impl Environment {
    /// The process's variables: the only place that reads them.
    pub(crate) fn of_process() -> Result<Self, Failure> {
        Self::read(std::env::vars_os())
    }

    /// Variables that are not UTF-8 are somebody else's, unless they are named like ours: one of those must not be ignored.
    fn read(variables: impl IntoIterator<Item = (OsString, OsString)>) -> Result<Self, Failure> {
        let mut read = BTreeMap::new();
        for (name, value) in variables {
            let is_ours = name.as_encoded_bytes().starts_with(PREFIX.as_bytes());
            match (name.into_string(), value.into_string()) {
                (Ok(name), Ok(value)) => {
                    read.insert(name, value);
                }
                (Ok(name), Err(_)) if is_ours => {
                    return Err(Failure::usage(format!("{name} is set to something that is not UTF-8")));
                }
                (Err(name), _) if is_ours => {
                    let name = name.to_string_lossy().into_owned();
                    return Err(Failure::usage(format!("the name of the variable {name} is not UTF-8")));
                }
                _ => {}
            }
        }
        Ok(Self(read))
    }

    #[cfg(test)]
    pub(crate) fn of(variables: &[(&str, &str)]) -> Self {
        Self(variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect())
    }

    /// Whether a variable is set to something, such as `NO_COLOR`.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.0.get(name).is_some_and(|value| !value.is_empty())
    }

    /// The control token of a running sandbox, where it is set.
    pub(crate) fn control_token(&self) -> Option<SecretString> {
        self.0.get(CONTROL_TOKEN).filter(|token| !token.is_empty()).map(|token| SecretString::from(token.clone()))
    }

    /// The variables that look like ours: name, key, text.
    fn ours(&self) -> impl Iterator<Item = (&str, String, &str)> {
        let ours = self.0.iter().filter(|(name, _)| is_key(name));
        ours.map(|(name, value)| (name.as_str(), name.trim_start_matches(PREFIX).to_ascii_lowercase(), value.as_str()))
    }

    /// The configuration keys that are set here.
    pub(crate) fn overlay(&self) -> Result<toml::Table, Failure> {
        let known = self.ours().filter_map(|(name, key, value)| Some((name, shape(&key)?, key, value)));
        known
            .map(|(name, shape, key, value)| {
                let read = read(&shape, value)
                    .ok_or_else(|| Failure::usage(format!("{name} is set to something that '{key}' cannot be")))?;
                Ok((key, read))
            })
            .collect()
    }

    /// Variables with our prefix that name no key. They may belong to somebody's scripts, so they stop nothing; but they may
    /// be a key misspelt, so the log tells of them.
    pub(crate) fn unknown(&self) -> Vec<&str> {
        self.ours().filter(|(_, key, _)| shape(key).is_none()).map(|(name, ..)| name).collect()
    }
}

fn integer(text: &str) -> Option<toml::Value> {
    text.trim().parse::<i64>().ok().map(toml::Value::Integer)
}

fn read(shape: &Shape, text: &str) -> Option<toml::Value> {
    let entries = || text.split(',').map(str::trim).filter(|entry| !entry.is_empty());
    match shape {
        Shape::Text => Some(toml::Value::String(text.to_owned())),
        Shape::Integer => integer(text),
        Shape::Boolean => text.trim().parse().ok().map(toml::Value::Boolean),
        Shape::TextList => {
            Some(toml::Value::Array(entries().map(|entry| toml::Value::String(entry.to_owned())).collect()))
        }
        Shape::IntegerList => entries().map(integer).collect::<Option<Vec<_>>>().map(toml::Value::Array),
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::ffi::OsStringExt;

    use super::*;

    #[test]
    fn a_variable_of_ours_that_is_not_utf_8_stops_the_start() {
        let rows: [(&[u8], &[u8], bool); 6] = [
            (b"COUNTERSIGN_LISTEN", b"127.0.0.1:0", true),
            (b"COUNTERSIGN_LISTEN", b"127.0.0.1\xff", false),
            (b"COUNTERSIGN_UNKNOWN", b"\xff", false),
            (b"COUNTERSIGN_\xff", b"1", false),
            (b"LANG", b"\xff", true),
            (b"\xff", b"\xff", true),
        ];
        for (name, value, accepted) in rows {
            let variable = (OsString::from_vec(name.to_vec()), OsString::from_vec(value.to_vec()));
            assert_eq!(Environment::read([variable]).is_ok(), accepted, "{name:?}={value:?}");
        }
    }
}
