//! A refund before it is made: what is offered, what was typed, what it would come to, and why there is none.

use countersign_domain::order::{Order, OrderState, REFUND_ATTEMPTS_MAX, Refund, RefundError, Returned};
use countersign_domain::refund::{REASON_LENGTH_MAX, is_reason};
use countersign_domain::{Amount, Timestamp};

use super::amount_words;
use crate::describe::{money, parse_amount};
use crate::forms::RefundForm;
use crate::pages::{RefundFacts, RefundFields};
use crate::view::{Problem, StatusPill, TextField};

/// What is wrong with a form for a refund.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(crate) struct RefundFaults {
    pub(crate) amount: Option<String>,
    pub(crate) reason: Option<String>,
    /// What no other amount and no other reason would mend.
    pub(crate) whole: Option<String>,
}

impl RefundFaults {
    /// A fault of the amount.
    pub(crate) fn amount(text: impl Into<String>) -> Self {
        Self { amount: Some(text.into()), ..Self::default() }
    }

    /// A fault of the whole.
    pub(crate) fn whole(text: impl Into<String>) -> Self {
        Self { whole: Some(text.into()), ..Self::default() }
    }

    pub(crate) const fn are_none(&self) -> bool {
        self.amount.is_none() && self.reason.is_none() && self.whole.is_none()
    }

    /// For the summary on top of the form.
    pub(crate) fn problems(&self) -> Vec<Problem> {
        let of = |field: &str, text: &Option<String>| text.clone().map(|text| Problem::of(field, text));
        [of("amount", &self.amount), of("reason", &self.reason), of("", &self.whole)].into_iter().flatten().collect()
    }

    /// What is wrong with the reason, where something is.
    pub(crate) fn with_reason(self, reason: Option<&str>) -> Self {
        let fits = reason.is_none_or(is_reason);
        let text = || format!("Use at most {REASON_LENGTH_MAX} characters, and no line breaks.");
        Self { reason: (!fits).then(text), ..self }
    }
}

/// What has gone back of an order; nothing where it was not paid.
fn returned(order: &Order) -> Returned {
    if let OrderState::Paid(_, returned) = &order.state { *returned } else { Returned::nothing_of(order.amount) }
}

fn left(order: &Order) -> Amount {
    order.amount.minus(returned(order).refunded).expect("at most all goes back")
}

/// What a refund of all that is left would come to as of `now`, or why the order takes none.
pub(crate) fn refund_offer(order: &Order, now: Timestamp) -> Result<Refund, String> {
    // Whether the payer can take the money decides where it goes, not what it comes to.
    let refund = order.clone().refund(left(order), true, now);
    refund.map(|(_, refund)| refund).map_err(why_not)
}

/// Why an order does not take a refund, in plain words.
fn why_not(error: RefundError) -> String {
    match error {
        RefundError::NotPaid(status) => {
            format!(
                "Only a paid order can be refunded, and this one is {}.",
                StatusPill::order(status).text.to_lowercase()
            )
        }
        RefundError::NoAttemptLeft => {
            format!("An order takes {REFUND_ATTEMPTS_MAX} refunds, and this one has had them all.")
        }
        RefundError::TooLate => "It was paid more than 365 days ago, which is too long for a refund.".to_owned(),
        RefundError::Amount { left } if left.is_positive() => {
            format!("Choose more than 0 and at most the {} that are left.", amount_words(left))
        }
        RefundError::Amount { .. } => "All that was paid has gone back already.".to_owned(),
    }
}

/// The same with its place: only where something is left another amount would do.
pub(crate) fn refused_words(error: RefundError) -> RefundFaults {
    let by_amount = matches!(error, RefundError::Amount { left } if left.is_positive());
    if by_amount { RefundFaults::amount(why_not(error)) } else { RefundFaults::whole(why_not(error)) }
}

/// What was typed as a refund of `order` as of `now`: what it comes to, or what is wrong with each field.
pub(crate) fn read_refund(order: &Order, form: &RefundForm, now: Timestamp) -> Result<Refund, RefundFaults> {
    let refund = match parse_amount(&form.amount, order.amount.currency()) {
        Ok(asked) => match order.clone().refund(asked, true, now) {
            Ok((_, refund)) => Ok(refund),
            Err(error) => Err(refused_words(error)),
        },
        Err(text) => Err(RefundFaults::amount(text)),
    };
    let faults = refund.clone().err().unwrap_or_default().with_reason(form.reason.as_deref());
    match refund {
        Ok(refund) if faults.are_none() => Ok(refund),
        _ => Err(faults),
    }
}

/// What stands on top of every page about a refund of the order.
pub(crate) fn refund_facts(order: &Order) -> RefundFacts {
    let returned = returned(order);
    RefundFacts {
        order_id: order.id.to_string(),
        trade_no: order.merchant_trade_no.clone(),
        product: order.texts.product_name.clone(),
        amount: money(order.amount),
        refunded: money(returned.refunded),
        left: money(left(order)),
        attempts_left: REFUND_ATTEMPTS_MAX.saturating_sub(returned.accepted),
    }
}

/// The fields with what was typed, and what is wrong about it.
pub(crate) fn refund_fields(form: &RefundForm, faults: &RefundFaults) -> RefundFields {
    RefundFields {
        request_id: form.request_id.clone(),
        amount: TextField { value: form.amount.clone(), error: faults.amount.clone() },
        reason: TextField { value: form.reason.clone().unwrap_or_default(), error: faults.reason.clone() },
    }
}
