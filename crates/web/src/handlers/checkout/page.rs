//! The page around whatever the reader can do.

use countersign_domain::Timestamp;
use countersign_domain::id::PayerId;
use countersign_domain::ledger::{Owner, Wallet};
use countersign_domain::order::{Order, OrderState, OrderStatus};
use countersign_service::Platform;
use countersign_store::StoreError;
use countersign_store::queries::ledger;

use super::Bill;
use crate::describe::{money, transaction_id};
use crate::failure::Failure;
use crate::pages::{CheckoutPage, CheckoutState, GoodsLine};
use crate::paths;
use crate::qr::QrSvg;
use crate::session::{Party, Visitor};
use crate::state::WebState;
use crate::view::{Choice, Chrome, Moment, Problem};

/// The longest link of a merchant that is shown.
const RETURN_URL_LENGTH_MAX: usize = 2_048;

/// A link of the merchant that may be shown: to a website, nothing else.
fn outward(url: Option<&str>) -> String {
    let is_link = |url: &&str| {
        let lower = url.get(..8).unwrap_or(url).to_ascii_lowercase();
        let plain = url.len() <= RETURN_URL_LENGTH_MAX && !url.chars().any(|c| c.is_control() || c.is_whitespace());
        plain && (lower.starts_with("http://") || lower.starts_with("https://"))
    };
    url.filter(is_link).unwrap_or_default().to_owned()
}

fn return_url(order: &Order, state: &CheckoutState) -> String {
    match state {
        CheckoutState::Paid { .. } => outward(order.texts.return_url.as_deref()),
        CheckoutState::Expired | CheckoutState::Closed => outward(order.texts.cancel_url.as_deref()),
        _ => String::new(),
    }
}

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
        merchant_name: bill.merchant_name.clone(),
        via: bill.via.clone(),
        goods: vec![GoodsLine { name: order.texts.product_name.clone(), detail: String::new(), amount: None }],
        amount: money(order.amount),
        trade_no: order.merchant_trade_no.clone(),
        expires: Moment::at(order.expires_at.ms(), now.ms()),
        qr: if can_scan { QrSvg::draw(&link, "QR code of this payment").ok() } else { None },
        return_url: return_url(order, &state),
        state,
        problems,
    }
}

/// What the order itself says, whoever reads; `None` while it can be paid.
pub(super) fn ended(order: &Order, payer: Option<PayerId>, now: Timestamp) -> Option<CheckoutState> {
    match (&order.state, order.status_at(now)) {
        (OrderState::Paid(payment, _), _) => Some(CheckoutState::Paid {
            at: Moment::at(payment.paid_at.ms(), now.ms()),
            transaction_id: transaction_id(payment.transfer_id),
            by_you: Some(payment.payer_id) == payer,
        }),
        (_, OrderStatus::Expired) => Some(CheckoutState::Expired),
        (_, OrderStatus::Canceled | OrderStatus::Error) => Some(CheckoutState::Closed),
        _ => None,
    }
}

/// Choosing what to pay with: the order's own currency, with what the payer has of it.
pub(super) async fn confirming(state: &WebState, order: &Order, payer: PayerId) -> Result<CheckoutState, Failure> {
    let currency = order.amount.currency();
    let read = state.platform().read("checkout_balance", move |tx, _| {
        let balances = ledger::balances(tx, Owner::Payer(payer), Wallet::Funding)?;
        Ok::<_, StoreError>(balances.into_iter().map(|one| one.available).find(|one| one.currency() == currency))
    });
    let available = read.await?.unwrap_or(countersign_domain::Amount::zero(currency));
    let enough = available.minor() >= order.amount.minor();
    let label = format!("{}, you have {}", currency.code(), money(available).amount);
    let choice = Choice { value: currency.code().to_owned(), label, selected: true };
    let obstacle = if enough { "" } else { "There is not enough in your funding wallet." };
    Ok(CheckoutState::Confirm { currencies: vec![choice], obstacle: obstacle.to_owned() })
}

/// What this visitor can do about the order now.
pub(super) async fn state_for(state: &WebState, order: &Order, visitor: &Visitor) -> Result<CheckoutState, Failure> {
    let party = visitor.reader.as_ref().map(|reader| &reader.party);
    let payer = match party {
        Some(Party::Payer { id, .. }) => Some(*id),
        _ => None,
    };
    if let Some(ended) = ended(order, payer, state.platform().business_now()) {
        return Ok(ended);
    }
    match party {
        None => {
            let href = paths::sign_in_then(&paths::checkout(&order.checkout_token));
            Ok(CheckoutState::SignIn { href })
        }
        Some(Party::Payer { id, .. }) => confirming(state, order, *id).await,
        Some(Party::Merchant(merchant)) => Ok(CheckoutState::NotAPayer { account: merchant.name.clone() }),
        Some(Party::Operator) => Ok(CheckoutState::NotAPayer { account: "Operator".to_owned() }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_links_to_websites_are_shown() {
        for (url, shown) in [
            ("https://shop.example/thanks", true),
            ("HTTP://shop.example", true),
            ("javascript:alert(1)", false),
            ("data:text/html,x", false),
            ("//evil.example", false),
            ("https://a b", false),
            ("", false),
            ("é", false),
        ] {
            assert_eq!(!outward(Some(url)).is_empty(), shown, "{url}");
        }
        assert_eq!(outward(None), "");
    }
}
