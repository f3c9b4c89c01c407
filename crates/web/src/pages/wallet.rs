//! A payer's wallet: what is there, what happened, and one payment's receipt.

use askama::Template;

use super::checkout::{GoodsLine, Seller};
use super::dashboard::BalanceWallet;
use crate::view::{Chrome, Moment, Money, Pager, StatusPill, TextField};

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
    /// Its own page, where it has one.
    pub href: Option<String>,
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
    /// Refunds that merchants have made and that are not in the wallet yet, oldest first.
    pub coming: Vec<ActivityLine>,
    /// Whether there are more of them than are shown.
    pub has_more_coming: bool,
    /// Newest first.
    pub activity: Vec<ActivityLine>,
    /// Paging.
    pub pager: Pager,
    /// The field for a payment link.
    pub link: TextField,
}

/// One refund of a payment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefundLine {
    /// How much.
    pub amount: Money,
    /// When it came; when it was accepted where it is on its way.
    pub at: Moment,
    /// Whether it is in the wallet.
    pub arrived: bool,
    /// Why, in the merchant's words; empty where nothing was said.
    pub reason: String,
}

/// One payment as its payer keeps it.
#[derive(Template)]
#[template(path = "pages/receipt.html")]
pub struct ReceiptPage {
    /// What surrounds the page.
    pub chrome: Chrome,
    /// Who was paid.
    pub seller: Seller,
    /// Where the order stands.
    pub status: StatusPill,
    /// What was bought.
    pub goods: Vec<GoodsLine>,
    /// What was to be paid.
    pub amount: Money,
    /// The price in fiat that it was computed from; `None` where it was priced as it is.
    pub fiat: Option<Money>,
    /// What left the wallet.
    pub paid: Money,
    /// The rate in words; empty where nothing was converted.
    pub rate: String,
    /// What has come back and what is on its way, oldest first.
    pub refunds: Vec<RefundLine>,
    /// When it was paid.
    pub at: Moment,
    /// The payment's public id.
    pub transaction_id: String,
    /// The merchant's own number.
    pub trade_no: String,
    /// The order's page.
    pub checkout_href: String,
}
