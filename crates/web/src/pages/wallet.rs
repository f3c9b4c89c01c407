//! A payer's wallet: what is there and what happened.

use askama::Template;

use super::BalanceWallet;
use crate::view::{Chrome, Moment, Money, Pager};

/// One movement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ActivityLine {
    /// `Payment to Corner Shop`, `Refund`, …
    pub text: String,
    /// An order number or the like; empty for none.
    pub reference: String,
    /// Signed.
    pub amount: Money,
    /// When.
    pub at: Moment,
}

/// A payer's wallet.
#[derive(Template)]
#[template(path = "pages/wallet.html")]
pub struct WalletPage {
    /// What surrounds the page.
    pub chrome: Chrome,
    /// The payer's name.
    pub payer_name: String,
    /// The payer's public id.
    pub payer_id: String,
    /// Wallets.
    pub wallets: Vec<BalanceWallet>,
    /// Newest first.
    pub activity: Vec<ActivityLine>,
    /// Paging.
    pub pager: Pager,
}
