//! A payer confirms a price: from then on the order waits for that payer, and the price is locked (`decisions.md` row 31).

use countersign_domain::id::{OfferId, OrderId, PayerId};
use countersign_domain::ledger::{Owner, Wallet};
use countersign_domain::merchant::{Merchant, MerchantStatus};
use countersign_domain::order::{OFFER_LIFETIME_MS, Offer, Order};
use countersign_domain::payer::PayerStatus;
use countersign_domain::{Amount, Currency, Timestamp};
use countersign_store::queries::{ledger, merchants, orders, payers};
use countersign_store::{Locked, ReadTx, StoreError, WriteTx};

use super::payment_error::PayError;
use super::price::Pricing;
use crate::platform::Platform;

/// Which price is to be confirmed, by whom.
#[derive(Debug, Clone)]
pub struct ConfirmPrice {
    /// Of which order.
    pub order_id: OrderId,
    /// Who pays.
    pub payer_id: PayerId,
    /// From which currency; the order's own where nothing is said.
    pub currency: Option<Currency>,
}

/// A confirmed price as answered.
#[derive(Debug, Clone, Copy, serde::Serialize, serde::Deserialize)]
pub struct Confirmed {
    /// Of which order.
    pub order_id: OrderId,
    /// What paying must name.
    pub offer_id: OfferId,
}

/// Locks the price of now for the payer. Confirmed again, the later price takes the place of the earlier one.
pub fn confirm(
    tx: &mut dyn WriteTx,
    platform: &Platform,
    command: &ConfirmPrice,
    now: Timestamp,
) -> Result<Confirmed, PayError> {
    let (order, offer) = confirmed(tx, platform, command, now)?;
    if is_frozen(&merchant_of(tx, &order)?) {
        return Err(PayError::MerchantFrozen);
    }
    // Whoever cannot pay does not keep the order from others for a minute. Paying judges again, under the balance's lock.
    let available = funds(tx, command.payer_id, offer.pays.currency())?;
    if available.minor() < offer.pays.minor() {
        return Err(PayError::InsufficientFunds(offer.pays.currency()));
    }
    orders::update(tx, &order)?;
    Ok(Confirmed { order_id: order.id, offer_id: offer.id })
}

/// The order with a fresh offer to the payer, not written yet, and that offer.
pub(super) fn confirmed(
    tx: &mut dyn WriteTx,
    platform: &Platform,
    command: &ConfirmPrice,
    now: Timestamp,
) -> Result<(Locked<Order>, Offer), PayError> {
    let order = open(tx, command.order_id, command.payer_id, now)?;
    let currency = command.currency.unwrap_or(order.amount.currency());
    let price = Pricing::now(platform).of(&order, currency)?;
    let offer = Offer {
        id: OfferId::new(platform.ids.next(now)),
        payer_id: command.payer_id,
        pays: price.pays,
        price: price.rate,
        confirmed_at: now,
        held_since: now,
        until: now.plus_ms(OFFER_LIFETIME_MS),
    };
    let order = order.try_map(|order| order.confirm(offer, now))?;
    Ok((order, offer))
}

/// Locks an order for a payer who may pay and to whom it is open.
pub(super) fn open(
    tx: &mut dyn WriteTx,
    id: OrderId,
    payer: PayerId,
    now: Timestamp,
) -> Result<Locked<Order>, PayError> {
    let order = orders::lock(tx, id)?.ok_or(PayError::UnknownOrder)?;
    let paying = payers::get(tx, payer)?.ok_or(PayError::UnknownPayer)?;
    order.payable_by(payer, now)?;
    if paying.status == PayerStatus::Frozen {
        return Err(PayError::PayerFrozen);
    }
    Ok(order)
}

pub(super) fn merchant_of(tx: &mut dyn ReadTx, order: &Order) -> Result<Merchant, PayError> {
    merchants::get(tx, order.merchant_id)?.ok_or(PayError::UnknownOrder)
}

pub(super) fn is_frozen(merchant: &Merchant) -> bool {
    merchant.status == MerchantStatus::Frozen
}

/// What a payer may pay with, of one currency.
fn funds(tx: &mut dyn ReadTx, payer: PayerId, currency: Currency) -> Result<Amount, StoreError> {
    let balance = ledger::balance(tx, Owner::Payer(payer), Wallet::Funding, currency)?;
    Ok(balance.map_or(Amount::zero(currency), |balance| balance.available))
}
