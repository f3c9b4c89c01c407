//! Writing orders: a new one, and where one stands.

use countersign_domain::id::SubMerchantId;
use countersign_domain::order::{Failure, Offer, Order, OrderState, Payment, Returned};
use countersign_domain::{Amount, Initiator, Timestamp};

use super::super::decode;
use super::row::{Stored, currency_list, failure_name, goods_json, stored_name, terminal_name};
use super::{INSERT, UPDATE};
use crate::{Locked, StoreError, Value, WriteTx};

/// Inserts a new order; false where its id, its checkout token or the merchant's number for it is taken.
pub fn insert(tx: &mut dyn WriteTx, order: &Order) -> Result<bool, StoreError> {
    assert!(order.state == OrderState::Initial, "an order begins unpaid");
    let texts = &order.texts;
    let pay_currencies = order.pay_currencies.as_deref().map(currency_list);
    let goods = goods_json(&texts.goods);
    let fiat = order.fiat.as_ref();
    let changed = tx.execute(
        &INSERT,
        &[
            order.id.get().into(),
            order.merchant_id.get().into(),
            order.merchant_trade_no.as_str().into(),
            order.on_behalf.map(|by| by.provider_id.get()).into(),
            order.on_behalf.map(|by| by.authorization_id.get()).into(),
            order.api_key_id.get().into(),
            order.sub_merchant_id.map(SubMerchantId::get).into(),
            order.amount.currency().code().into(),
            order.amount.minor().into(),
            terminal_name(order.terminal).into(),
            order.checkout_token.as_str().into(),
            texts.product_type.as_str().into(),
            texts.product_name.as_str().into(),
            texts.details.as_str().into(),
            texts.webhook_url.as_deref().into(),
            texts.return_url.as_deref().into(),
            texts.cancel_url.as_deref().into(),
            texts.pass_through_info.as_deref().into(),
            pay_currencies.as_deref().into(),
            fiat.map(|fiat| fiat.currency.as_str()).into(),
            fiat.map(|fiat| fiat.amount.as_str()).into(),
            order.created_at.ms().into(),
            order.expires_at.ms().into(),
            goods.as_deref().into(),
        ],
    )?;
    Ok(changed == 1)
}

/// Writes where an order stands.
pub fn update(tx: &mut dyn WriteTx, order: &Locked<Order>) -> Result<(), StoreError> {
    let columns = Columns::of(order);
    let offered_at = columns.offer.map(|offer| offer.price.to_string());
    let paid_at = columns.payment.map(|payment| payment.price.to_string());
    let mut values: Vec<Value<'_>> =
        vec![stored_name(columns.stored).into(), columns.ended_at.into(), columns.failure.map(failure_name).into()];
    values.extend(offer(columns.offer, offered_at.as_deref()));
    values.extend(payment(columns.payment, paid_at.as_deref()));
    values.extend(returned(columns.returned));
    let (key, user) = decode::initiator_columns(columns.closed_by);
    let held_since = columns.offer.map(|offer| offer.held_since.ms());
    values.extend([columns.confirmed_at.map(Timestamp::ms), key, user, held_since].map(Value::from));
    values.push(order.id.get().into());
    tx.execute_one(&UPDATE, &values)
}

/// What of a state stands in which group of columns.
struct Columns<'o> {
    stored: Stored,
    ended_at: Option<i64>,
    failure: Option<Failure>,
    offer: Option<&'o Offer>,
    payment: Option<&'o Payment>,
    returned: Option<&'o Returned>,
    confirmed_at: Option<Timestamp>,
    closed_by: Option<Initiator>,
}

impl<'o> Columns<'o> {
    fn of(order: &'o Order) -> Self {
        let none = |stored| Self {
            stored,
            ended_at: None,
            failure: None,
            offer: None,
            payment: None,
            returned: None,
            confirmed_at: None,
            closed_by: None,
        };
        match &order.state {
            OrderState::Initial => none(Stored::Initial),
            OrderState::Pending(offer) => {
                Self { offer: Some(offer), confirmed_at: Some(offer.confirmed_at), ..none(Stored::Pending) }
            }
            OrderState::Paid(payment, returned) => {
                let kept: [Amount; 5] =
                    [payment.commission, payment.share, returned.refunded, returned.commission, returned.share];
                let own = order.amount.currency();
                assert!(
                    kept.iter().all(|kept| kept.currency() == own),
                    "all but what is paid is in the order's currency"
                );
                let (confirmed_at, payment, returned) = (payment.confirmed_at, Some(payment), Some(returned));
                Self { payment, returned, confirmed_at, ..none(Stored::Paid) }
            }
            OrderState::Canceled { at, by } => {
                Self { ended_at: Some(at.ms()), closed_by: *by, ..none(Stored::Canceled) }
            }
            OrderState::Expired { at } => Self { ended_at: Some(at.ms()), ..none(Stored::Expired) },
            OrderState::Failed { at, why } => {
                Self { ended_at: Some(at.ms()), failure: Some(*why), ..none(Stored::Error) }
            }
        }
    }
}

fn offer<'v>(offer: Option<&Offer>, price: Option<&'v str>) -> [Value<'v>; 6] {
    [
        offer.map(|offer| offer.id.get()).into(),
        offer.map(|offer| offer.payer_id.get()).into(),
        offer.map(|offer| offer.pays.currency().code()).into(),
        offer.map(|offer| offer.pays.minor()).into(),
        price.into(),
        offer.map(|offer| offer.until.ms()).into(),
    ]
}

fn payment<'v>(payment: Option<&'v Payment>, price: Option<&'v str>) -> [Value<'v>; 10] {
    [
        payment.map(|payment| payment.transfer_id.get()).into(),
        payment.map(|payment| payment.payer_id.get()).into(),
        payment.map(|payment| payment.open_user_id.as_str()).into(),
        payment.map(|payment| payment.paid_at.ms()).into(),
        payment.map(|payment| payment.paid.currency().code()).into(),
        payment.map(|payment| payment.paid.minor()).into(),
        price.into(),
        payment.map(|payment| payment.commission.minor()).into(),
        payment.map(|payment| payment.share.minor()).into(),
        payment.and_then(|payment| payment.payer_detail.as_deref()).into(),
    ]
}

fn returned(returned: Option<&Returned>) -> [Value<'static>; 5] {
    [
        returned.map(|returned| returned.refunded.minor()).into(),
        returned.map(|returned| returned.commission.minor()).into(),
        returned.map(|returned| returned.share.minor()).into(),
        returned.map(|returned| i64::from(returned.accepted)).into(),
        returned.map(|returned| i64::from(returned.under_way)).into(),
    ]
}
