//! A payer pays an order: money moves, the order turns paid and its merchant is told, in one transaction.

use countersign_domain::event::{Event, OrderPaidEvent};
use countersign_domain::id::{MerchantId, OrderId, PayerId, TransferId};
use countersign_domain::ledger::{self, Commission, Transfer, TransferKind};
use countersign_domain::merchant::{MerchantKind, MerchantStatus};
use countersign_domain::money::PartsPerMillion;
use countersign_domain::order::{Order, PayError as NotPayable, Payment};
use countersign_domain::{Amount, Currency, Timestamp};
use countersign_store::queries::{merchants, orders, payers};
use countersign_store::{StoreError, WriteTx};
use thiserror::Error;

use crate::booking::{self, BookingError};
use crate::fee_share;
use crate::outbox;
use crate::platform::{Collides, Platform};

/// What one unit of the order's own currency is worth in it.
const SAME_CURRENCY_PRICE: &str = "1";

/// Which order.
#[derive(Debug, Clone)]
pub enum Target {
    /// By its id.
    Id(OrderId),
    /// By its checkout link.
    CheckoutToken(String),
}

/// What is to be paid, by whom.
#[derive(Debug, Clone)]
pub struct PayOrder {
    /// Which order.
    pub target: Target,
    /// Who pays.
    pub payer_id: PayerId,
    /// From which currency; the order's own where nothing is said.
    pub currency: Option<Currency>,
}

/// A payment as answered.
#[derive(Debug, Clone, serde::Serialize, serde::Deserialize)]
pub struct Paid {
    /// The order.
    pub order_id: OrderId,
    /// The ledger transfer.
    pub transfer_id: TransferId,
}

/// Why an order was not paid.
#[derive(Debug, Error)]
pub enum PayError {
    /// There is no such order.
    #[error("there is no such order")]
    UnknownOrder,
    /// There is no such payer.
    #[error("there is no such payer")]
    UnknownPayer,
    /// The merchant may not take payments at present.
    #[error("the merchant's account is frozen")]
    MerchantFrozen,
    /// Paid already, or too late.
    #[error(transparent)]
    NotPayable(#[from] NotPayable),
    /// Paying in another currency than the order's is not offered.
    #[error("this order is paid in {0}")]
    Currency(Currency),
    /// The ledger refused.
    #[error(transparent)]
    Booking(#[from] BookingError),
}

impl From<StoreError> for PayError {
    fn from(error: StoreError) -> Self {
        Self::Booking(error.into())
    }
}

impl Collides for PayError {
    fn is_collision(&self) -> bool {
        matches!(self, Self::Booking(BookingError::Collision | BookingError::AlreadyBooked))
    }
}

/// Pays the order from the payer's funding wallet.
pub fn pay(tx: &mut dyn WriteTx, platform: &Platform, command: &PayOrder, now: Timestamp) -> Result<Paid, PayError> {
    let id = match &command.target {
        Target::Id(id) => *id,
        Target::CheckoutToken(token) => orders::by_checkout_token(tx, token)?.ok_or(PayError::UnknownOrder)?.id,
    };
    let order = orders::lock(tx, id)?.ok_or(PayError::UnknownOrder)?;
    payers::name(tx, command.payer_id)?.ok_or(PayError::UnknownPayer)?;
    let currency = order.amount.currency();
    if command.currency.is_some_and(|asked| asked != currency) {
        return Err(PayError::Currency(currency));
    }
    let commission = commission(tx, &order)?;
    let payment = Payment {
        transfer_id: TransferId::new(platform.ids.next(now)),
        payer_id: command.payer_id,
        open_user_id: platform.open_user_id(order.merchant_id, command.payer_id),
        paid_at: now,
        paid: order.amount,
        price: SAME_CURRENCY_PRICE.to_owned(),
        commission: commission.whole,
        share: commission.share.map_or(Amount::zero(currency), |(_, share)| share),
        payer_detail: None,
    };
    let paid = order.try_map(|order| order.pay(payment.clone()))?;
    let mut postings = ledger::order_payment(command.payer_id, paid.merchant_id, paid.amount, commission);
    if let Some(share) = commission.share {
        postings = fee_share::net(tx, platform, share, postings, now)?;
    }
    let cause = (TransferKind::OrderPayment, paid.id.get());
    booking::book(tx, platform, &Transfer::new(payment.transfer_id, cause.0, cause.1, now, postings))?;
    orders::update(tx, &paid)?;
    announce(tx, platform, &paid, &payment)?;
    Ok(Paid { order_id: id, transfer_id: payment.transfer_id })
}

/// What the platform takes, and the share of the provider that brought the order (`decisions.md` row 21).
fn commission(tx: &mut dyn WriteTx, order: &Order) -> Result<Commission, PayError> {
    let merchant = merchants::get(tx, order.merchant_id)?.ok_or(PayError::UnknownOrder)?;
    if merchant.status == MerchantStatus::Frozen {
        return Err(PayError::MerchantFrozen);
    }
    let whole = order.amount.share_floor(merchant.commission);
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
    let targets = outbox::order_targets(tx, order)?;
    let event = Event::OrderPaid(OrderPaidEvent {
        order_id: order.id,
        merchant_trade_no: order.merchant_trade_no.clone(),
        product_type: order.texts.product_type.clone(),
        product_name: order.texts.product_name.clone(),
        terminal: orders::terminal_name(order.terminal).to_owned(),
        paid_at: payment.paid_at,
        amount: order.amount,
        transfer_id: payment.transfer_id,
        open_user_id: payment.open_user_id.clone(),
        payer_id: payment.payer_id,
        paid: payment.paid,
        price: payment.price.clone(),
        commission: payment.commission,
        pass_through_info: order.texts.pass_through_info.clone(),
        payer_detail: None,
    });
    outbox::notify(tx, platform, &event, &targets, payment.paid_at)
}
