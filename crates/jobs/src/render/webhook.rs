//! Webhook bodies: names, order of keys and forms of numbers as recorded (clients.md §5, H3 to H5).

use countersign_domain::Scope;
use countersign_domain::event::{
    AuthorizationChange, AuthorizationEvent, Event, OrderClosedEvent, OrderPaidEvent, OrderRefundedEvent,
};
use countersign_domain::rates::Rate;
use countersign_domain::{Amount, ScopeSet};
use countersign_service::{Platform, authorizations};
use countersign_store::ReadTx;
use countersign_store::queries::outbox::Message;
use countersign_wire::decimal::padded as padded_text;
use countersign_wire::webhooks::{
    Notification, PayData, PaymentInfo, PaymentInstruction, RefundData, RefundInfo, TechProviderData, biz_status,
    biz_type,
};
use countersign_wire::{AuthorizationToken, ScopeName, WireNumber};

use super::{RenderError, event_of};

/// `bizType` and `bizStatus` of an event; `None` where it has no form on the wire.
pub fn wire_labels(event: &Event) -> Option<(&'static str, &'static str)> {
    Some(match event {
        Event::Authorization(event) => (
            biz_type::TECH_PROVIDER,
            match event.change {
                AuthorizationChange::Agreed => biz_status::SUBMIT_AUTH_AGREE,
                AuthorizationChange::Rejected => biz_status::SUBMIT_AUTH_REJECT,
                AuthorizationChange::Changed => biz_status::TP_AUTH_CHANGED,
                AuthorizationChange::Disabled => biz_status::TP_AUTH_DISABLED,
            },
        ),
        Event::OrderPaid(_) => (biz_type::PAY, biz_status::PAY_SUCCESS),
        Event::OrderRefunded(_) => (biz_type::PAY_REFUND, biz_status::REFUND_SUCCESS),
        Event::OrderClosed(_) => (biz_type::PAY, biz_status::PAY_CLOSED),
        Event::Access(_) => return None,
    })
}

/// The body of a webhook message, unsealed. It may carry a token: seal it before it is stored.
pub fn render_webhook(platform: &Platform, tx: &mut dyn ReadTx, message: &Message) -> Result<Vec<u8>, RenderError> {
    let event = event_of(message)?;
    let (kind, status) = wire_labels(&event).ok_or(RenderError::NoWebhook)?;
    let notification = match &event {
        Event::Authorization(authorization) => {
            let data = tech_provider(platform, tx, authorization)?;
            Notification::new(kind, status, event.subject(), &data)?
        }
        Event::OrderPaid(paid) => Notification::new(kind, status, event.subject(), &pay(paid)?)?,
        Event::OrderRefunded(refunded) => Notification::new(kind, status, event.subject(), &refund(refunded))?,
        Event::OrderClosed(closed) => Notification::new(kind, status, event.subject(), &not_paid(closed))?,
        Event::Access(_) => return Err(RenderError::NoWebhook),
    };
    Ok(notification.to_bytes())
}

fn tech_provider(
    platform: &Platform,
    tx: &mut dyn ReadTx,
    event: &AuthorizationEvent,
) -> Result<TechProviderData, RenderError> {
    let token = authorizations::open_token(tx, platform, event.token_of)?;
    Ok(TechProviderData {
        authorization_id: event.authorization_id.to_string(),
        authorization_token: AuthorizationToken::new(token.expose().to_owned()),
        merchant_id: event.merchant_id.get(),
        merchant_name: event.merchant_name.clone(),
        scopes: spellings(event.scopes),
    })
}

fn spellings(scopes: ScopeSet) -> Vec<String> {
    scopes.iter().map(|scope| spelling(scope).as_str().to_owned()).collect()
}

// `api` has the same table: `wire` knows no domain, `domain` no spellings, and neither of these two crates may use the
// other. Both tables are exhaustive and tested against `ScopeName::SPELLINGS`, so they cannot drift apart.
const fn spelling(scope: Scope) -> ScopeName {
    match scope {
        Scope::Convert => ScopeName::Convert,
        Scope::Refund => ScopeName::Refund,
        Scope::Checkout => ScopeName::Checkout,
        Scope::Payout => ScopeName::Payout,
        Scope::Report => ScopeName::Report,
        Scope::InternalTransfer => ScopeName::InternalTransfer,
        Scope::Balance => ScopeName::Balance,
        Scope::DirectDebit => ScopeName::DirectDebit,
        Scope::ProfitSharing => ScopeName::ProfitSharing,
        Scope::SubMerchant => ScopeName::SubMerchant,
    }
}

fn padded(amount: Amount) -> WireNumber {
    WireNumber::padded(amount.minor(), amount.currency().scale())
}

/// An order that nobody paid: no payment, and nothing taken (clients.md W2).
fn not_paid(event: &OrderClosedEvent) -> PayData {
    PayData {
        merchant_trade_no: event.merchant_trade_no.clone(),
        product_type: event.product_type.clone(),
        product_name: event.product_name.clone(),
        transact_time: event.closed_at.ms(),
        trade_type: event.terminal.clone(),
        total_fee: padded(event.amount),
        currency: event.amount.currency().code().to_owned(),
        transaction_id: None,
        open_user_id: None,
        pass_through_info: event.pass_through_info.clone(),
        commission: WireNumber::commission(0, 0),
        payment_info: None,
    }
}

fn pay(event: &OrderPaidEvent) -> Result<PayData, RenderError> {
    Ok(PayData {
        merchant_trade_no: event.merchant_trade_no.clone(),
        product_type: event.product_type.clone(),
        product_name: event.product_name.clone(),
        transact_time: event.paid_at.ms(),
        trade_type: event.terminal.clone(),
        total_fee: padded(event.amount),
        currency: event.currency().code().to_owned(),
        transaction_id: Some(countersign_wire::payment_transaction_id(event.transfer_id.get())),
        open_user_id: Some(event.open_user_id.clone()),
        pass_through_info: event.pass_through_info.clone(),
        commission: WireNumber::commission(event.commission.minor(), event.commission.currency().scale()),
        payment_info: Some(PaymentInfo {
            payer_id: Some(event.payer_id.get()),
            pay_method: "funding".to_owned(),
            payment_instructions: vec![PaymentInstruction {
                currency: event.paid.currency().code().to_owned(),
                amount: padded(event.paid),
                price: Some(price(event.price)?),
            }],
            channel: Some("DEFAULT".to_owned()),
            sub_channel: None,
            payer_detail: event.payer_detail.clone(),
        }),
    })
}

/// clients.md W5. A repeat of the call is told to nobody, so what is told is never one.
fn refund(event: &OrderRefundedEvent) -> RefundData {
    let (fee, commission) = (event.order_amount, event.commission);
    let text = |amount: Amount| padded_text(amount.minor(), amount.currency().scale());
    RefundData {
        merchant_trade_no: event.merchant_trade_no.clone(),
        total_fee: WireNumber::padded(fee.minor(), fee.currency().scale()),
        transact_time: event.arrived_at.ms(),
        refund_info: RefundInfo {
            order_amount: text(event.order_amount),
            duplicate_request: "N".to_owned(),
            payer_open_id: event.payer_open_id.clone(),
            prepay_id: event.order_id.to_string(),
            refund_request_id: event.request_id.clone(),
            refunded_amount: text(event.refunded),
            remaining_attempts: event.attempts_left,
            refund_amount: text(event.amount),
        },
        currency: fee.currency().code().to_owned(),
        commission: WireNumber::commission(commission.minor(), commission.currency().scale()),
        open_user_id: Some(event.open_user_id.clone()),
        product_type: event.product_type.clone(),
        product_name: event.product_name.clone(),
        trade_type: event.terminal.clone(),
    }
}

fn price(rate: Rate) -> Result<WireNumber, RenderError> {
    WireNumber::price(&rate.to_string()).map_err(RenderError::Price)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rate_has_a_price() {
        for (rate, printed) in [("1", "1"), ("92.52211938", "92.52211938"), ("0.000000000000001", "0.000000000000001")]
        {
            assert_eq!(price(rate.parse().unwrap()).unwrap().text(), printed);
        }
    }

    #[test]
    fn every_scope_has_its_own_spelling() {
        let printed = spellings(ScopeSet::ALL);
        assert_eq!(printed, ScopeName::SPELLINGS.map(str::to_owned));
    }
}
