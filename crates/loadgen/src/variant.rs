//! What is measured against what.

/// One way to answer the same signed request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Variant {
    /// The real API: the order is on disk before the answer, many orders share a commit.
    Orders,
    /// A handler on the same listener that checks the signature and stores nothing.
    Bare,
    /// The real API and the same statements, but each order has a commit of its own.
    OneCommit,
    /// The real API, called by a provider on behalf of a merchant.
    OnBehalf,
}

impl Variant {
    /// The variants that take turns in the table's main part.
    pub(crate) const TAKING_TURNS: [Self; 3] = [Self::Orders, Self::Bare, Self::OneCommit];

    /// As the table has it.
    pub(crate) const fn label(self) -> &'static str {
        match self {
            Self::Orders => "orders",
            Self::Bare => "bare handler",
            Self::OneCommit => "one commit per order",
            Self::OnBehalf => "orders on behalf",
        }
    }
}
