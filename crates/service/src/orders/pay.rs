//! A payer pays an order: money moves, the order turns paid and its merchant is told, in one transaction.

use countersign_domain::event::OrderPaidEvent;
use countersign_domain::id::{MerchantId, OfferId, OrderId, PayerId, TransferId};
use countersign_domain::ledger::{self, Commission, Transfer, TransferKind};
use countersign_domain::merchant::{Merchant, MerchantKind};
use countersign_domain::money::PartsPerMillion;
use countersign_domain::order::{Failure, Offer, Order, Payment};
use countersign_domain::{Amount, Timestamp};
use countersign_store::queries::{merchants, orders};
use countersign_store::{Locked, StoreError, WriteTx};

use super::confirm::{ConfirmPrice, confirmed, is_frozen, merchant_of, open};
use super::payment_error::PayError;
use super::price::{self, Price, PriceError};
use super::{ended, payer_detail};
use crate::platform::Platform;
use crate::{booking, commissions, fee_share};

/// What is to be paid, by whom, at which price.
#[derive(Debug, Clone)]
pub struct PayOffer {
    /// Which order.
    pub order_id: OrderId,
    /// Who pays.
    pub payer_id: PayerId,
    /// The price that was confirmed.
    pub offer_id: OfferId,
}

/// A payment as answered.
#[derive(Debug, Clone, serde::Serialize, serde::Deserialize)]
pub struct Paid {
    /// The order.
    pub order_id: OrderId,
    /// The ledger transfer.
    pub transfer_id: TransferId,
}

/// What became of a payment.
#[derive(Debug, Clone, serde::Serialize, serde::Deserialize)]
pub enum Outcome {
    /// It was made.
    Paid(Paid),
    /// It could not be made, which is the order's end; nothing left the wallet.
    Failed(Failure),
}

/// Pays the order from the payer's funding wallet at the price that was confirmed, or records why that cannot be any more.
pub fn pay(tx: &mut dyn WriteTx, platform: &Platform, command: &PayOffer, now: Timestamp) -> Result<Outcome, PayError> {
    let order = open(tx, command.order_id, command.payer_id, now)?;
    let offer = order.offer_to(command.payer_id, now).filter(|offer| offer.id == command.offer_id).copied();
    settle(tx, platform, (order, offer.ok_or(PayError::NoSuchOffer)?), now)
}

/// Confirms the price of now and pays it in one go: what a payer does on the checkout page, without the page.
pub fn confirm_and_pay(
    tx: &mut dyn WriteTx,
    platform: &Platform,
    command: &ConfirmPrice,
    now: Timestamp,
) -> Result<Paid, PayError> {
    let pending = confirmed(tx, platform, command, now)?;
    match settle(tx, platform, pending, now)? {
        Outcome::Paid(paid) => Ok(paid),
        // Nobody had confirmed before: refused, the order is as it was.
        Outcome::Failed(Failure::MerchantFrozen) => Err(PayError::MerchantFrozen),
    }
}

/// Executes exactly `offer`, unless the merchant may not take payments any more.
fn settle(
    tx: &mut dyn WriteTx,
    platform: &Platform,
    (order, offer): (Locked<Order>, Offer),
    now: Timestamp,
) -> Result<Outcome, PayError> {
    let merchant = merchant_of(tx, &order)?;
    if is_frozen(&merchant) {
        let why = Failure::MerchantFrozen;
        let failed = order.try_map(|order| order.fail(offer.payer_id, why, now))?;
        orders::update(tx, &failed)?;
        ended::announce(tx, platform, &failed, now)?;
        return Ok(Outcome::Failed(why));
    }
    let commission = commission(tx, &order, &merchant)?;
    let none = Amount::zero(order.amount.currency());
    let payment = Payment {
        transfer_id: TransferId::new(platform.ids.next(now)),
        payer_id: offer.payer_id,
        open_user_id: platform.open_user_id(order.merchant_id, offer.payer_id),
        confirmed_at: Some(offer.confirmed_at),
        paid_at: now,
        paid: offer.pays,
        price: offer.price,
        commission: commission.whole,
        share: commission.share.map_or(none, |(_, share)| share),
        payer_detail: payer_detail::seal(tx, platform, &order, offer.payer_id)?,
    };
    let given = price::given(order.amount, Price { pays: offer.pays, rate: offer.price });
    let given = given.map_err(|_| PriceError::OutOfRange(offer.pays.currency()))?;
    let paid = order.try_map(|order| order.pay(payment.clone()))?;
    let mut postings = ledger::order_payment(payment.payer_id, paid.merchant_id, (paid.amount, given), commission);
    if let Some(share) = commission.share {
        postings = fee_share::net(tx, platform, share, postings, now)?;
    }
    let cause = (TransferKind::OrderPayment, paid.id.get());
    booking::book(tx, platform, &Transfer::new(payment.transfer_id, cause.0, cause.1, now, postings))?;
    orders::update(tx, &paid)?;
    announce(tx, platform, &paid, &payment)?;
    Ok(Outcome::Paid(Paid { order_id: paid.id, transfer_id: payment.transfer_id }))
}

/// What the platform takes, and the share of the provider that brought the order (`decisions.md` row 21).
fn commission(tx: &mut dyn WriteTx, order: &Order, merchant: &Merchant) -> Result<Commission, StoreError> {
    let whole = commissions::on_payment(tx, (merchant.id, merchant.commission), order.amount)?;
    let share = match order.on_behalf {
        None => None,
        Some(on_behalf) => Some((on_behalf.provider_id, whole.share_floor(fee_share(tx, on_behalf.provider_id)?))),
    };
    Ok(Commission { whole, share })
}

fn fee_share(tx: &mut dyn WriteTx, provider: MerchantId) -> Result<PartsPerMillion, StoreError> {
    let kind = merchants::get(tx, provider)?.map(|merchant| merchant.kind);
    Ok(match kind {
        Some(MerchantKind::Provider { fee_share, .. }) => fee_share,
        _ => PartsPerMillion::ZERO,
    })
}

fn announce(tx: &mut dyn WriteTx, platform: &Platform, order: &Order, payment: &Payment) -> Result<(), StoreError> {
    let event = OrderPaidEvent {
        order_id: order.id,
        merchant_trade_no: order.merchant_trade_no.clone(),
        product_type: order.texts.product_type.clone(),
        product_name: order.texts.product_name.clone(),
        terminal: order.terminal,
        paid_at: payment.paid_at,
        amount: order.amount,
        transfer_id: payment.transfer_id,
        open_user_id: payment.open_user_id.clone(),
        payer_id: payment.payer_id,
        paid: payment.paid,
        price: payment.price,
        commission: payment.commission,
        pass_through_info: order.texts.pass_through_info.clone(),
        payer_detail: payment.payer_detail.clone(),
    };
    payer_detail::announce_paid(tx, platform, (order, event), payment.paid_at)
}
