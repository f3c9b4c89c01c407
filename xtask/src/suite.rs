//! The suites of `cargo xtask test`: their names, their order and what each needs.

use crate::prepare::Need;

/// One part of the whole test run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Suite {
    Fmt,
    Clippy,
    Rust,
    Docs,
    Python,
    Mail,
    ClientsNode,
    ClientsRust,
    Browser,
}

impl Suite {
    /// All suites, in the order in which they run: what is quick and often wrong comes first.
    pub(crate) const ALL: [Self; 9] = [
        Self::Fmt,
        Self::Clippy,
        Self::Rust,
        Self::Docs,
        Self::Python,
        Self::Mail,
        Self::ClientsNode,
        Self::ClientsRust,
        Self::Browser,
    ];

    /// The name that `--only` takes.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Fmt => "fmt",
            Self::Clippy => "clippy",
            Self::Rust => "rust",
            Self::Docs => "docs",
            Self::Python => "python",
            Self::Mail => "mail",
            Self::ClientsNode => "clients-node",
            Self::ClientsRust => "clients-rust",
            Self::Browser => "browser",
        }
    }

    pub(crate) fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|suite| suite.name() == name)
    }

    /// What the machine must have for it.
    pub(crate) fn needs(self) -> &'static [Need] {
        match self {
            Self::Fmt => &[Need::Rustfmt],
            Self::Clippy => &[Need::Clippy],
            Self::Rust => &[Need::Postgres, Need::Node],
            Self::Docs => &[],
            Self::Python => &[Need::Python, Need::Postgres],
            Self::Mail => &[Need::Python],
            Self::ClientsNode => &[Need::Node, Need::Postgres],
            Self::ClientsRust => &[Need::OpenSsl, Need::Postgres],
            Self::Browser => &[Need::Node, Need::Chromium],
        }
    }

    /// Whether it runs the product's own debug binary.
    pub(crate) fn needs_binary(self) -> bool {
        !matches!(self, Self::Fmt | Self::Clippy)
    }
}
