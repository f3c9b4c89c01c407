//! A payer's wallet.

use axum::extract::{Query, State};
use countersign_domain::Timestamp;
use countersign_domain::id::{OrderId, RefundId, TransferId};
use countersign_domain::ledger::{Owner, TransferKind};
use countersign_store::queries::ledger::{self, Activity};
use countersign_store::queries::{Key, merchants, orders, refunds};
use countersign_store::{ReadTx, StoreError};

use super::Answer;
use super::helpers::{Cursor, ok, paged};
use crate::describe::{balances, money};
use crate::pages::{ActivityLine, WalletPage};
use crate::paths;
use crate::session::PayerMember;
use crate::state::WebState;
use crate::view::{Moment, Place};

/// Movements of one page.
const ROWS: usize = 25;

fn line(tx: &mut dyn ReadTx, activity: &Activity, now: Timestamp) -> Result<ActivityLine, StoreError> {
    let (text, reference) = match activity.kind {
        TransferKind::Deposit => ("Money came in".to_owned(), String::new()),
        TransferKind::WalletTransfer => ("Moved between wallets".to_owned(), String::new()),
        TransferKind::OrderPayment => about_order(tx, "Payment to", Some(OrderId::new(activity.reference)))?,
        TransferKind::OrderRefund | TransferKind::OrderRefundHold => {
            let order_id = refunds::get(tx, RefundId::new(activity.reference))?.map(|refund| refund.terms.order_id);
            about_order(tx, "Refund from", order_id)?
        }
    };
    let at = Moment::at(activity.at.ms(), now.ms());
    Ok(ActivityLine { text, reference, amount: money(activity.amount), at })
}

/// What happened with whom, and the merchant's number for the order.
fn about_order(tx: &mut dyn ReadTx, what: &str, id: Option<OrderId>) -> Result<(String, String), StoreError> {
    let order = match id {
        Some(id) => orders::get(tx, id)?,
        None => None,
    };
    let Some(order) = order else { return Ok((format!("{what} a merchant"), String::new())) };
    let name = merchants::get(tx, order.merchant_id)?.map(|merchant| merchant.name).unwrap_or_default();
    Ok((format!("{what} {name}"), order.merchant_trade_no))
}

/// Balances and what moved; paged towards the past.
pub(crate) async fn show(State(state): State<WebState>, Query(cursor): Query<Cursor>, payer: PayerMember) -> Answer {
    let before = match cursor.key() {
        Key::Before(id) => Some(id),
        Key::Newest | Key::After(_) => None,
    };
    let (owner, now) = (Owner::Payer(payer.id), state.platform().business_now());
    let from = TransferId::new(before.unwrap_or(i64::MAX));
    let rows = i64::try_from(ROWS + 1).expect("a page is small");
    let (wallets, lines) = state
        .platform()
        .read("wallet", move |tx, _| {
            let wallets = balances(tx, owner)?;
            let found = ledger::activity(tx, owner, from, rows)?;
            let lines = found.iter().map(|one| Ok((one.transfer_id.get(), line(tx, one, now)?)));
            Ok::<_, StoreError>((wallets, lines.collect::<Result<Vec<_>, StoreError>>()?))
        })
        .await?;
    let base = format!("{}?", paths::WALLET);
    let (lines, mut pager) = paged(lines, ROWS, Key::Newest, (&base, |line: &(i64, _)| line.0));
    pager.newer = before.map(|_| paths::WALLET.to_owned());
    ok(&WalletPage {
        chrome: payer.reader.chrome(Some(Place::Home)),
        payer_name: payer.name,
        payer_id: payer.id.to_string(),
        wallets,
        activity: lines.into_iter().map(|(_, line)| line).collect(),
        pager,
    })
}
