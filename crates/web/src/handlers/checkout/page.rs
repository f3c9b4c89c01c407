//! The page around whatever the reader can do.

use countersign_domain::Timestamp;
use countersign_domain::id::PayerId;
use countersign_domain::order::{Offer, Order, OrderState, OrderStatus};
use countersign_service::Platform;

use super::bill::Bill;
use super::choices::confirming;
use super::events::shown;
use super::way_out::way_out;
use crate::describe::{goods_lines, money, rate_words, transaction_id};
use crate::failure::Failure;
use crate::pages::{CheckoutPage, CheckoutState, Live, LockedPrice, Receipt};
use crate::paths;
use crate::qr::QrSvg;
use crate::session::{Party, Visitor};
use crate::state::WebState;
use crate::view::{Chrome, Moment, Money, Problem};

/// Seconds after which a page without scripts is asked for again while its reader waits.
const REFRESH_S: u32 = 15;
/// The same while somebody is about to pay.
const REFRESH_SOON_S: u32 = 5;

/// The page with what the reader can do.
pub(super) fn page(
    platform: &Platform,
    (chrome, bill): (Chrome, &Bill),
    (state, problems): (CheckoutState, Vec<Problem>),
) -> CheckoutPage {
    let (order, now) = (&bill.order, platform.business_now());
    let can_scan =
        matches!(state, CheckoutState::SignIn { .. } | CheckoutState::Confirm { .. } | CheckoutState::NotAPayer { .. });
    let link = platform.links.qr_content(&order.checkout_token);
    CheckoutPage {
        chrome,
        token: order.checkout_token.clone(),
        seller: bill.seller.clone(),
        goods: goods_lines(order),
        amount: money(order.amount),
        fiat: order.fiat.as_ref().map(|price| Money::new(&price.amount, price.currency.clone())),
        trade_no: order.merchant_trade_no.clone(),
        expires: Moment::at(order.expires_at.ms(), now.ms()),
        expires_left_ms: order.expires_at.ms_since(now).max(0),
        qr: if can_scan { QrSvg::draw(&link, "QR code of this payment").ok() } else { None },
        way_out: way_out(order, &bill.seller, &state, now),
        live: live(order, &state, now),
        state,
        problems,
    }
}

/// Pages of orders to which something can still happen keep themselves up to date.
fn live(order: &Order, state: &CheckoutState, now: Timestamp) -> Option<Live> {
    let refresh_s = match state {
        CheckoutState::SignIn { .. } | CheckoutState::NotAPayer { .. } => Some(REFRESH_S),
        CheckoutState::BeingPaid { .. } => Some(REFRESH_SOON_S),
        // Once the price is over it must be confirmed again.
        CheckoutState::Pay(locked) => u32::try_from(locked.left_ms / 1_000 + 1).ok(),
        // The reader is choosing.
        CheckoutState::Confirm { .. } => None,
        CheckoutState::Paid { .. } | CheckoutState::Expired | CheckoutState::Closed | CheckoutState::Failed => {
            return None;
        }
    };
    let events = paths::checkout_events(&order.checkout_token);
    Some(Live { events, shown: shown(order.standing(), now), refresh_s })
}

/// What the order itself says, whoever reads; `None` while it can be paid.
pub(super) fn ended(order: &Order, payer: Option<PayerId>, now: Timestamp) -> Option<CheckoutState> {
    match (&order.state, order.status_at(now)) {
        (OrderState::Paid(payment, _), _) => Some(CheckoutState::Paid {
            at: Moment::at(payment.paid_at.ms(), now.ms()),
            receipt: (Some(payment.payer_id) == payer).then(|| Receipt {
                paid: money(payment.paid),
                transaction_id: transaction_id(payment.transfer_id),
                href: paths::receipt(&order.id.to_string()),
            }),
        }),
        (_, OrderStatus::Expired) => Some(CheckoutState::Expired),
        (_, OrderStatus::Canceled) => Some(CheckoutState::Closed),
        (_, OrderStatus::Error) => Some(CheckoutState::Failed),
        _ => None,
    }
}

fn locked(order: &Order, offer: &Offer, now: Timestamp) -> CheckoutState {
    CheckoutState::Pay(LockedPrice {
        amount: money(offer.pays),
        rate: rate_words((offer.pays.currency(), offer.price), order.amount.currency()),
        until: Moment::at(offer.until.ms(), now.ms()),
        left_ms: offer.until.ms_since(now),
        offer_id: offer.id.to_string(),
    })
}

/// What a payer can do about an order that can be paid. `choose`: to choose again although a price is locked.
async fn for_payer(state: &WebState, order: &Order, payer: PayerId, choose: bool) -> Result<CheckoutState, Failure> {
    let now = state.platform().business_now();
    match order.offer_to(payer, now) {
        Some(offer) if !choose => Ok(locked(order, offer, now)),
        offer => confirming(state, order, (payer, offer.map(|offer| offer.pays.currency()))).await,
    }
}

/// What this visitor can do about the order now.
pub(super) async fn state_for(
    state: &WebState,
    order: &Order,
    visitor: &Visitor,
    choose: bool,
) -> Result<CheckoutState, Failure> {
    let party = visitor.reader.as_ref().map(|reader| &reader.party);
    let payer = match party {
        Some(Party::Payer { id, .. }) => Some(*id),
        _ => None,
    };
    let now = state.platform().business_now();
    if let Some(ended) = ended(order, payer, now) {
        return Ok(ended);
    }
    if let OrderState::Pending(offer) = &order.state
        && now < offer.until
        && payer != Some(offer.payer_id)
    {
        let (until, left_ms) = (Moment::at(offer.until.ms(), now.ms()), offer.until.ms_since(now));
        return Ok(CheckoutState::BeingPaid { until, left_ms });
    }
    match party {
        None => {
            let href = paths::sign_in_then(&paths::checkout(&order.checkout_token));
            Ok(CheckoutState::SignIn { href })
        }
        Some(Party::Payer { id, .. }) => for_payer(state, order, *id, choose).await,
        Some(Party::Merchant(merchant)) => Ok(CheckoutState::NotAPayer { account: merchant.name.clone() }),
        Some(Party::Operator) => Ok(CheckoutState::NotAPayer { account: "Operator".to_owned() }),
    }
}
