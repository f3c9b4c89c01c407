//! The data of `PAYOUT` and `PAYOUT_NON_BN`.

use countersign_domain::event::{EmailPayoutEvent, PayoutEvent};
use countersign_wire::webhooks::{EmailPayoutData, PayoutData};

use super::padded;

/// clients.md W6; its status is that of the message.
pub(super) fn batch(event: &PayoutEvent, status: &str) -> PayoutData {
    PayoutData {
        batch_status: status.to_owned(),
        currency: event.total.currency().code().to_owned(),
        merchant_id: event.merchant_id.get(),
        request_id: event.request_id.clone(),
        total_amount: padded(event.total),
        total_number: event.count,
    }
}

/// partner.md 3.6; its status is that of the message.
pub(super) fn to_email(event: &EmailPayoutEvent, status: &str) -> EmailPayoutData {
    EmailPayoutData {
        merchant_send_id: event.send_id.clone(),
        order_id: event.item_id.to_string(),
        batch_id: event.payout_id.to_string(),
        status: status.to_owned(),
        currency: event.amount.currency().code().to_owned(),
        amount: event.amount.to_string(),
        receive_type: EmailPayoutData::EMAIL.to_owned(),
        receiver: event.email.clone(),
    }
}
