//! The wallet itself.

use axum::extract::{Query, State};
use countersign_domain::Timestamp;
use countersign_domain::id::{OrderId, PayerId, RefundId, TransferId};
use countersign_domain::ledger::{Owner, TransferKind};
use countersign_domain::rates::RateTable;
use countersign_domain::refund::Refund;
use countersign_store::queries::ledger::{self, Activity};
use countersign_store::queries::{Key, orders, refunds};
use countersign_store::{ReadTx, StoreError};

use crate::describe::{balances, money};
use crate::failure::Failure;
use crate::handlers::Answer;
use crate::handlers::checkout::seller_of;
use crate::handlers::helpers::{Cursor, ok, paged};
use crate::pages::{ActivityLine, BalanceWallet, WalletPage};
use crate::paths;
use crate::session::PayerMember;
use crate::state::WebState;
use crate::view::{Moment, Place, TextField};

/// Movements of one page.
const ROWS: usize = 25;
/// Refunds on their way that are shown.
const COMING_MAX: usize = 10;

/// What a movement was: words, a number to find it by, and its own page.
struct Cause {
    text: String,
    reference: String,
    href: Option<String>,
}

impl Cause {
    fn plain(text: &str) -> Self {
        Self { text: text.to_owned(), reference: String::new(), href: None }
    }
}

fn cause(tx: &mut dyn ReadTx, activity: &Activity) -> Result<Cause, StoreError> {
    match activity.kind {
        TransferKind::Deposit => Ok(Cause::plain("Money came in")),
        TransferKind::Withdrawal => Ok(Cause::plain("Money went out")),
        TransferKind::WalletTransfer => Ok(Cause::plain("Moved between wallets")),
        TransferKind::OrderPayment => about_order(tx, "Payment to", Some(OrderId::new(activity.reference))),
        TransferKind::OrderRefund | TransferKind::OrderRefundHold => {
            let order_id = refunds::get(tx, RefundId::new(activity.reference))?.map(|refund| refund.terms.order_id);
            about_order(tx, "Refund from", order_id)
        }
    }
}

fn line(tx: &mut dyn ReadTx, activity: &Activity, now: Timestamp) -> Result<ActivityLine, StoreError> {
    let Cause { text, reference, href } = cause(tx, activity)?;
    let at = Moment::at(activity.at.ms(), now.ms());
    Ok(ActivityLine { text, reference, amount: money(activity.amount), at, href })
}

/// A refund that is not in the wallet yet. What keeps it is between the payer and the operator: it is on its way.
fn coming_line(tx: &mut dyn ReadTx, refund: &Refund, now: Timestamp) -> Result<ActivityLine, StoreError> {
    let Cause { text, reference, href } = about_order(tx, "Refund from", Some(refund.terms.order_id))?;
    let at = Moment::at(refund.accepted_at.ms(), now.ms());
    Ok(ActivityLine { text, reference, amount: money(refund.figures.amount), at, href })
}

/// What a wallet's page shows of the database.
struct Shown {
    wallets: Vec<BalanceWallet>,
    coming: Vec<ActivityLine>,
    /// Each with the number to page by.
    activity: Vec<(i64, ActivityLine)>,
}

fn read(
    tx: &mut dyn ReadTx,
    (payer, from): (PayerId, TransferId),
    rates: Option<&RateTable>,
    now: Timestamp,
) -> Result<Shown, StoreError> {
    let (owner, rows) = (Owner::Payer(payer), |shown: usize| i64::try_from(shown + 1).expect("a page is small"));
    let held = refunds::held_for_payer(tx, payer, RefundId::new(i64::MIN), rows(COMING_MAX))?;
    let found = ledger::activity(tx, owner, from, rows(ROWS))?;
    let lines = found.iter().map(|one| Ok((one.transfer_id.get(), line(tx, one, now)?)));
    let activity = lines.collect::<Result<_, StoreError>>()?;
    let coming = held.iter().map(|refund| coming_line(tx, refund, now)).collect::<Result<_, _>>()?;
    Ok(Shown { wallets: balances(tx, owner, rates)?, coming, activity })
}

/// The page with the movements from a cursor on, and what stands in the field for a payment link.
pub(super) async fn page(
    state: &WebState,
    payer: PayerMember,
    cursor: Option<i64>,
    link: TextField,
) -> Result<WalletPage, Failure> {
    let now = state.platform().business_now();
    let of = (payer.id, TransferId::new(cursor.unwrap_or(i64::MAX)));
    let rates = state.platform().rates_now().ok();
    let read = state.platform().read("wallet", move |tx, _| read(tx, of, rates.as_deref(), now));
    let Shown { wallets, mut coming, activity } = read.await?;
    let base = format!("{}?", paths::WALLET);
    let (lines, mut pager) = paged(activity, ROWS, Key::Newest, (&base, |line: &(i64, _)| line.0));
    pager.newer = cursor.map(|_| paths::WALLET.to_owned());
    let has_more_coming = coming.len() > COMING_MAX;
    coming.truncate(COMING_MAX);
    Ok(WalletPage {
        chrome: payer.reader.chrome(Some(Place::Home)),
        payer_name: payer.name,
        payer_id: payer.id.to_string(),
        wallets,
        has_more_coming,
        coming,
        activity: lines.into_iter().map(|(_, line)| line).collect(),
        pager,
        link,
    })
}

/// What happened with whom, the merchant's number for the order, and the receipt.
fn about_order(tx: &mut dyn ReadTx, what: &str, id: Option<OrderId>) -> Result<Cause, StoreError> {
    let order = match id {
        Some(id) => orders::get(tx, id)?,
        None => None,
    };
    let Some(order) = order else { return Ok(Cause::plain(&format!("{what} a merchant"))) };
    Ok(Cause {
        text: format!("{what} {}", seller_of(tx, &order)?.name),
        href: Some(paths::receipt(&order.id.to_string())),
        reference: order.merchant_trade_no,
    })
}

/// Balances and what moved; paged towards the past.
pub(crate) async fn show(State(state): State<WebState>, Query(cursor): Query<Cursor>, payer: PayerMember) -> Answer {
    let before = match cursor.key() {
        Key::Before(id) => Some(id),
        Key::Newest | Key::After(_) => None,
    };
    ok(&page(&state, payer, before, TextField::default()).await?)
}
