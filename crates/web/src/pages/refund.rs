//! Refunding an order: the form, and what it comes to.

use askama::Template;

use crate::view::{Chrome, Money, Problem, TextField};

/// What is refunded, and how much of it has been.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefundFacts {
    /// Which order.
    pub order_id: String,
    /// The merchant's own number.
    pub trade_no: String,
    /// The name of the first goods.
    pub product: String,
    /// What the order amounted to.
    pub amount: Money,
    /// What has gone back already.
    pub refunded: Money,
    /// What has not.
    pub left: Money,
    /// How many refunds the order still takes.
    pub attempts_left: u32,
}

/// The fields of the form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefundFields {
    /// The merchant's number for the refund, drawn with the form.
    pub request_id: String,
    /// How much.
    pub amount: TextField,
    /// Why.
    pub reason: TextField,
}

impl RefundFields {
    /// What the reason holds at most, for its field.
    pub const REASON_LENGTH_MAX: usize = countersign_domain::refund::REASON_LENGTH_MAX;
}

/// The form for a refund.
#[derive(Template)]
#[template(path = "pages/order_refund.html")]
pub struct OrderRefundPage {
    /// What surrounds the page.
    pub chrome: Chrome,
    /// Of what.
    pub facts: RefundFacts,
    /// Whether this is the last refund that the order takes, which returns all that is left.
    pub is_last: bool,
    /// What to fill in; nothing where the order takes no refund.
    pub fields: Option<RefundFields>,
    /// Why it takes none; empty where it takes one.
    pub closed: String,
    /// For the summary.
    pub problems: Vec<Problem>,
}

/// What a refund comes to, before it is made.
#[derive(Template)]
#[template(path = "pages/order_refund_confirm.html")]
pub struct OrderRefundConfirmPage {
    /// What surrounds the page.
    pub chrome: Chrome,
    /// Of what.
    pub facts: RefundFacts,
    /// The merchant's number for the refund.
    pub request_id: String,
    /// The amount as it was typed.
    pub typed: String,
    /// Why; empty where nothing is said.
    pub reason: String,
    /// What the payer gets.
    pub amount: Money,
    /// What comes back of the commission; `None` where nothing does.
    pub commission: Option<Money>,
    /// What leaves the funding wallet.
    pub costs: Money,
    /// What is left afterwards.
    pub left: Money,
    /// How many refunds the order takes afterwards.
    pub attempts_left: u32,
    /// Whether it is another amount than was typed, because it is the last refund.
    pub is_more_than_typed: bool,
    /// What the payer gave, where that was another currency.
    pub paid_in: Option<Money>,
    /// Amount and commission as they are sent back, to prove that they were shown.
    pub told: (String, String),
    /// Why it is shown again; empty the first time.
    pub problem: String,
}
