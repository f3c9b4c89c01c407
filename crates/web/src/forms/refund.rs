//! The forms of a refund: what is to go back, and that it shall.

use super::FormData;

/// What a button of the forms asks for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RefundStep {
    /// To see what it comes to.
    #[default]
    Check,
    /// To change what was typed.
    Edit,
    /// To do it.
    Refund,
}

/// What the asker was told that a refund comes to, as plain decimals in the order's currency.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefundTold {
    /// What the payer gets.
    pub amount: String,
    /// What comes back of the commission.
    pub commission: String,
}

/// [`crate::paths::order_refund`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RefundForm {
    /// The merchant's number for the refund, drawn when the form was: sent twice it is one refund.
    pub request_id: String,
    /// How much, as typed.
    pub amount: String,
    /// Why.
    pub reason: Option<String>,
    /// Which button was pressed.
    pub step: RefundStep,
    /// What the page showed that it comes to; nothing before that.
    pub told: Option<RefundTold>,
}

impl RefundForm {
    /// Reads the fields.
    pub fn read(form: &FormData) -> Self {
        let told = match (form.optional("told_amount"), form.optional("told_commission")) {
            (Some(amount), Some(commission)) => Some(RefundTold { amount, commission }),
            _ => None,
        };
        let step = match form.first("step") {
            "refund" => RefundStep::Refund,
            "edit" => RefundStep::Edit,
            _ => RefundStep::Check,
        };
        Self {
            request_id: form.text("request_id"),
            amount: form.text("amount"),
            reason: form.optional("reason"),
            step,
            told,
        }
    }
}
