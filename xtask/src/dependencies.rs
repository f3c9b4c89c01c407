//! The policy on dependencies (`deny.toml`), checked with cargo-deny. Not a part of `test`: the tool is not on every machine.

use anyhow::Result;

use crate::process::{cargo, cargo_program, quiet};

/// `cargo xtask deny`.
pub(crate) fn deny() -> Result<bool> {
    if !quiet(cargo_program(), &["deny", "--version"]) {
        println!("cargo-deny is missing; install it with: cargo install cargo-deny --locked");
        return Ok(false);
    }
    // `advisories` is left to people: it downloads a database.
    cargo(&["deny", "--workspace", "check", "bans", "licenses", "sources"], &[])
}
