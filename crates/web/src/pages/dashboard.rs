//! The merchant's home: money first, then what waits for a decision, then what happened lately.

use askama::Template;

use super::OrderLine;
use crate::view::{Chrome, Moment, Money};

/// A balance in one currency.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BalanceLine {
    /// What can be spent.
    pub available: Money,
    /// What is held; `None` for nothing.
    pub frozen: Option<Money>,
    /// What both are worth in a currency that people reckon in; `None` where there is no price.
    pub worth: Option<Money>,
}

/// A wallet and what lies in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BalanceWallet {
    /// `Funding wallet`, `Spot wallet`.
    pub name: String,
    /// By currency; empty for an empty wallet.
    pub lines: Vec<BalanceLine>,
    /// What all of it is worth; `None` where a part has no price.
    pub worth: Option<Money>,
}

/// A provider that asks for authority.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PendingRequest {
    /// The provider's name.
    pub provider_name: String,
    /// The review page.
    pub review_href: String,
    /// `6 permissions`, `a change: 1 more permission`.
    pub summary: String,
    /// When the request ends.
    pub expires: Moment,
}

/// What is wrong with a webhook endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TroubleKind {
    /// Everything fails.
    Failing,
    /// It was disabled because everything had failed.
    Failed,
    /// The operator disabled it.
    Held,
}

/// A webhook endpoint that needs a look.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EndpointTrouble {
    /// What its owner calls it.
    pub name: String,
    /// Where it is in the list of endpoints.
    pub href: String,
    /// What is wrong.
    pub why: TroubleKind,
    /// Since when everything has failed, or since when it gets nothing where the operator disabled it.
    pub since: Moment,
}

/// A shortcut.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QuickLink {
    /// What it does.
    pub text: String,
    /// One sentence about it.
    pub hint: String,
    /// Where it leads.
    pub href: String,
    /// The name of its picture (`parts/icons.html`).
    pub icon: &'static str,
}

/// The home page of a merchant, provider or partner.
#[derive(Template)]
#[template(path = "pages/dashboard.html")]
pub struct DashboardPage {
    /// What surrounds the page.
    pub chrome: Chrome,
    /// The merchant's name.
    pub merchant_name: String,
    /// Its public id.
    pub merchant_id: String,
    /// `Merchant`, `Technical service provider`, `Channel partner`.
    pub kind: String,
    /// Wallets.
    pub wallets: Vec<BalanceWallet>,
    /// Webhook endpoints that only fail.
    pub troubles: Vec<EndpointTrouble>,
    /// Requests that wait for this merchant.
    pub pending: Vec<PendingRequest>,
    /// The newest orders, a handful.
    pub orders: Vec<OrderLine>,
    /// Shortcuts.
    pub links: Vec<QuickLink>,
}
