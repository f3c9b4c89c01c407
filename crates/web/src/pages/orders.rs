//! Orders: the list, and one order with what happened, what was booked and what was told.

use askama::Template;

use super::{DeliveryLine, GoodsLine};
use crate::view::{Choice, Chrome, Moment, Money, Pager, Problem, StatusPill, TextField, TimelineEntry};

/// One order in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrderLine {
    /// Its details page.
    pub href: String,
    /// The merchant's own number.
    pub trade_no: String,
    /// What was ordered.
    pub goods: String,
    /// How much.
    pub amount: Money,
    /// Where it stands.
    pub status: StatusPill,
    /// When it was made.
    pub created: Moment,
    /// The provider that made it; empty when the merchant did.
    pub via: String,
}

/// The filter of the list; sent by GET, so that an address says all of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrderFilter {
    /// Any id, sent as `q`.
    pub search: TextField,
    /// Sent as `state`.
    pub states: Vec<Choice>,
    /// The first day, sent as `from`.
    pub from: TextField,
    /// The last day, sent as `to`.
    pub to: TextField,
    /// Whether anything is left out of the list.
    pub is_filtered: bool,
}

impl OrderFilter {
    /// What the search holds at most, for its field.
    pub const SEARCH_LENGTH_MAX: usize = countersign_service::orders::SEARCH_LENGTH_MAX;
}

/// A merchant's orders.
#[derive(Template)]
#[template(path = "pages/order_list.html")]
pub struct OrderListPage {
    /// What surrounds the page.
    pub chrome: Chrome,
    /// What is asked for.
    pub filter: OrderFilter,
    /// What is wrong with it, for the summary.
    pub problems: Vec<Problem>,
    /// Newest first.
    pub lines: Vec<OrderLine>,
    /// Paging.
    pub pager: Pager,
}

/// A name and a value about an order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrderFacts {
    /// What it is.
    pub name: String,
    /// Its value.
    pub value: String,
    /// Whether it is an id, shown in fixed width.
    pub is_code: bool,
}

/// What was paid and what has gone back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrderTotals {
    /// What the order amounted to.
    pub paid: Money,
    /// What has gone back of it.
    pub refunded: Money,
    /// What has not.
    pub left: Money,
    /// What waits for its payer, in words.
    pub under_way: Option<String>,
    /// Why nothing more can be refunded.
    pub no_more: Option<String>,
}

/// What can be done with an order now.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OrderActs {
    /// The checkout page while it can be paid.
    pub checkout_href: Option<String>,
    /// Closing it, while nobody has begun to pay.
    pub close_href: Option<String>,
    /// Refunding it.
    pub refund_href: Option<String>,
}

/// One posting of a transfer that belongs to the order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PostingLine {
    /// `Payment`, `Commission`, `Refund`, …
    pub what: String,
    /// Whose account.
    pub account: String,
    /// Signed, as that account sees it.
    pub amount: Money,
    /// When it was booked.
    pub at: Moment,
    /// Whether the account is the merchant's; others are shown for what they got of the commission.
    pub is_own: bool,
}

/// One order.
#[derive(Template)]
#[template(path = "pages/order_detail.html")]
pub struct OrderDetailPage {
    /// What surrounds the page.
    pub chrome: Chrome,
    /// The merchant's own number.
    pub trade_no: String,
    /// The name of the first goods.
    pub product: String,
    /// How much.
    pub amount: Money,
    /// Where it stands.
    pub status: StatusPill,
    /// When it was made.
    pub created: Moment,
    /// What can be done.
    pub acts: OrderActs,
    /// Once it was paid.
    pub totals: Option<OrderTotals>,
    /// Everything on the bill.
    pub goods: Vec<GoodsLine>,
    /// Ids, terminal, provider, fees, …
    pub facts: Vec<OrderFacts>,
    /// Newest first.
    pub timeline: Vec<TimelineEntry>,
    /// Oldest first.
    pub postings: Vec<PostingLine>,
    /// What was told about it, newest first.
    pub deliveries: Vec<DeliveryLine>,
}

/// "Close this order?"
#[derive(Template)]
#[template(path = "pages/order_close.html")]
pub struct OrderClosePage {
    /// What surrounds the page.
    pub chrome: Chrome,
    /// Which one.
    pub order_id: String,
    /// The merchant's own number.
    pub trade_no: String,
    /// How much.
    pub amount: Money,
    /// Why it was not closed.
    pub problems: Vec<Problem>,
}
