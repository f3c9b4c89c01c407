//! The operator's trial balance: per currency, what every account comes to.

use askama::Template;

use crate::view::{Chrome, Moment, Money, StatusPill};

/// One account, or all wallets of one kind of owner.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrialBalanceLine {
    /// What it is called.
    pub account: String,
    /// What it comes to.
    pub amount: Money,
}

/// One currency.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrialBalanceCurrency {
    /// Its code.
    pub code: String,
    /// Its name.
    pub name: String,
    /// Every account, the platform's first.
    pub lines: Vec<TrialBalanceLine>,
    /// All of it together.
    pub total: Money,
    /// Whether that is nothing.
    pub status: StatusPill,
}

/// The trial balance.
#[derive(Template)]
#[template(path = "pages/trial_balance.html")]
pub struct TrialBalancePage {
    /// What surrounds the page.
    pub chrome: Chrome,
    /// Of when it is.
    pub at: Moment,
    /// Every currency that was ever in an account.
    pub currencies: Vec<TrialBalanceCurrency>,
}
