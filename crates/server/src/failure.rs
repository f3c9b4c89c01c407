//! How a command ends when it cannot do its work: one line on standard error and an exit code.

use std::fmt;
use std::process::ExitCode;

use crate::terminal::harmless;

/// Why the program ends without success.
#[derive(Debug)]
pub(crate) struct Failure {
    code: u8,
    line: String,
}

impl Failure {
    /// Arguments, configuration, port or database cannot be used: exit code 2 (`contract.md` §1).
    pub(crate) fn usage(line: impl fmt::Display) -> Self {
        Self { code: 2, line: line.to_string() }
    }

    /// The work was begun and something is not as it should be: exit code 1.
    pub(crate) fn work(line: impl fmt::Display) -> Self {
        Self { code: 1, line: line.to_string() }
    }

    /// The exit code.
    pub(crate) fn exit_code(&self) -> ExitCode {
        ExitCode::from(self.code)
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // One line, whatever an error's author wrote, or an argument that it quotes.
        f.write_str(&harmless(&self.line.split_whitespace().collect::<Vec<_>>().join(" ")))
    }
}
