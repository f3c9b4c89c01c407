//! A merchant's orders.

use axum::extract::{Path, Query, State};
use countersign_domain::id::OrderId;
use countersign_domain::ledger::{AccountRef, Owner, Part};
use countersign_domain::order::{Failure, Order, OrderState, OrderStatus};
use countersign_domain::refund::{Refund, RefundState};
use countersign_domain::{Amount, Timestamp};
use countersign_store::queries::{ledger, merchants, orders, refunds, sub_merchants};
use countersign_store::{ReadTx, StoreError};
use serde::Deserialize;

use super::Answer;
use super::helpers::{Cursor, id, not_found, ok, paged};
use crate::describe::{money, order_line, order_pill, rate_words, transaction_id, wallet_name};
use crate::pages::{OrderDetailPage, OrderFacts, OrderListPage, PostingLine};
use crate::paths;
use crate::session::Member;
use crate::state::WebState;
use crate::view::{Choice, Moment, Place, StatusPill, TimelineEntry};

/// Rows of one page.
const ROWS: usize = 25;

/// The states one can filter by: what the address says, and what people read.
const STATES: &[(&str, &str, Option<OrderStatus>)] = &[
    ("", "All", None),
    ("INITIAL", "Open", Some(OrderStatus::Initial)),
    ("PAID", "Paid", Some(OrderStatus::Paid)),
    ("EXPIRED", "Expired", Some(OrderStatus::Expired)),
    ("CANCELED", "Closed", Some(OrderStatus::Canceled)),
];

/// The filter of the list's address.
#[derive(Deserialize)]
pub(crate) struct Filter {
    #[serde(default)]
    state: String,
}

/// The list, newest first.
pub(crate) async fn list(
    State(state): State<WebState>,
    Query(filter): Query<Filter>,
    Query(cursor): Query<Cursor>,
    member: Member,
) -> Answer {
    let chosen = STATES.iter().find(|row| row.0 == filter.state).unwrap_or(&STATES[0]);
    let (id, key, status, now) = (member.id(), cursor.key(), chosen.2, state.platform().business_now());
    let rows = i64::try_from(ROWS + 1).expect("a page is small");
    let lines = state
        .platform()
        .read("orders_of_merchant", move |tx, _| {
            let found = orders::keyed_page(tx, id, (status, now), key, rows)?;
            let lines = found.iter().map(|order| Ok((order.id.get(), order_line(tx, order, now)?)));
            lines.collect::<Result<Vec<_>, StoreError>>()
        })
        .await?;
    let base = match chosen.2 {
        None => format!("{}?", paths::ORDERS),
        Some(_) => format!("{}?state={}&", paths::ORDERS, chosen.0),
    };
    let (lines, pager) = paged(lines, ROWS, key, (&base, |line: &(i64, _)| line.0));
    let choice = |row: &(&str, &str, _)| Choice {
        value: row.0.to_owned(),
        label: row.1.to_owned(),
        selected: row.0 == chosen.0,
    };
    ok(&OrderListPage {
        chrome: member.chrome(Place::Orders),
        lines: lines.into_iter().map(|(_, line)| line).collect(),
        states: STATES.iter().map(choice).collect(),
        pager,
    })
}

struct Detail {
    order: Order,
    via: Option<String>,
    sold_by: Option<String>,
    refunds: Vec<Refund>,
    postings: Vec<PostingLine>,
}

fn read(
    tx: &mut dyn ReadTx,
    (member, id): (countersign_domain::id::MerchantId, OrderId),
    now: Timestamp,
) -> Result<Option<Detail>, StoreError> {
    let Some(order) = orders::get(tx, id)?.filter(|order| order.merchant_id == member) else { return Ok(None) };
    let via = match order.on_behalf {
        None => None,
        Some(by) => merchants::get(tx, by.provider_id)?.map(|provider| format!("{} ({})", provider.name, provider.id)),
    };
    let sold_by = match order.sub_merchant_id {
        None => None,
        Some(id) => sub_merchants::get(tx, id)?.map(|seller| format!("{} ({id})", seller.details.name)),
    };
    let refunds = refunds::of_orders(tx, (OrderId::new(id.get() - 1), id))?;
    let payment = order.state.payment();
    let paid = payment.map(|payment| ("Payment, less commission", payment.paid_at, payment.transfer_id));
    let returned = refunds.iter().map(|refund| ("Refund, less commission", refund.accepted_at, refund.taken_by()));
    let mut postings = Vec::new();
    for (kind, at, transfer) in paid.into_iter().chain(returned) {
        let at = Moment::at(at.ms(), now.ms());
        for (account, part, amount) in ledger::postings_of_transfer(tx, transfer)? {
            let AccountRef::Wallet(owner, wallet) = account else { continue };
            if owner == Owner::Merchant(member) && part == Part::Available {
                let (kind, account) = (kind.to_owned(), wallet_name(wallet).to_owned());
                postings.push(PostingLine { kind, account, amount: money(amount), at: at.clone() });
            }
        }
    }
    Ok(Some(Detail { order, via, sold_by, refunds, postings }))
}

fn words(amount: Amount) -> String {
    let money = money(amount);
    format!("{} {}", money.amount, money.currency)
}

fn facts(detail: &Detail, now: Timestamp) -> Vec<OrderFacts> {
    let order = &detail.order;
    let fact = |name: &str, value: String, is_code| OrderFacts { name: name.to_owned(), value, is_code };
    let mut facts = vec![fact("Prepay ID", order.id.to_string(), true)];
    if let Some(payment) = order.state.payment() {
        facts.push(fact("Transaction", transaction_id(payment.transfer_id), true));
        facts.push(fact("Payer", payment.open_user_id.clone(), true));
        let rate = rate_words((payment.paid.currency(), payment.price), order.amount.currency());
        let given = if rate.is_empty() { words(payment.paid) } else { format!("{}, at {rate}", words(payment.paid)) };
        facts.push(fact("Payer gave", given, false));
        facts.push(fact("Commission", words(payment.commission), false));
        if payment.share.is_positive() {
            facts.push(fact("Of it to the provider", words(payment.share), false));
        }
    }
    facts.push(fact("Made by", detail.via.clone().unwrap_or_else(|| "You".to_owned()), false));
    facts.extend(detail.sold_by.clone().map(|seller| fact("Sub-merchant", seller, false)));
    facts.push(fact("Terminal", orders::terminal_name(order.terminal).to_owned(), true));
    facts.push(fact("Open until", Moment::at(order.expires_at.ms(), now.ms()).human, false));
    facts
}

fn timeline(detail: &Detail, now: Timestamp) -> Vec<TimelineEntry> {
    let order = &detail.order;
    let entry = |at: Timestamp, text: &str, actor: Option<String>, pill: StatusPill| TimelineEntry {
        at: Moment::at(at.ms(), now.ms()),
        text: text.to_owned(),
        actor,
        pill: Some(pill),
    };
    let end = match (&order.state, order.status_at(now)) {
        (OrderState::Paid(payment, _), _) => Some(entry(payment.paid_at, "Paid", None, order_pill(OrderStatus::Paid))),
        (OrderState::Canceled { at }, _) => Some(entry(*at, "Closed", None, order_pill(OrderStatus::Canceled))),
        (OrderState::Failed { at, why: Failure::MerchantFrozen }, _) => {
            Some(entry(*at, "Not paid, because your account was frozen", None, order_pill(OrderStatus::Error)))
        }
        (_, OrderStatus::Expired) => {
            Some(entry(order.expires_at, "Nobody paid in time", None, order_pill(OrderStatus::Expired)))
        }
        _ => None,
    };
    let refunded = detail.refunds.iter().rev().map(|refund| {
        let amount = money(refund.figures.amount);
        let (at, status) = match refund.state {
            RefundState::Pending { .. } => (refund.accepted_at, OrderStatus::Refunding),
            RefundState::Succeeded { at, .. } => (at, OrderStatus::Refunded),
        };
        let text = format!("Refund of {} {}", amount.amount, amount.currency);
        entry(at, &text, None, order_pill(status))
    });
    let begin =
        entry(order.created_at, "Created through the API", detail.via.clone(), order_pill(OrderStatus::Initial));
    refunded.chain(end).chain([begin]).collect()
}

/// One order.
pub(crate) async fn detail(State(state): State<WebState>, Path(text): Path<String>, member: Member) -> Answer {
    let (of, now) = ((member.id(), id(&text)?), state.platform().business_now());
    let read = state.platform().read("order_detail", move |tx, _| read(tx, of, now));
    let detail = read.await?.ok_or_else(not_found)?;
    let order = &detail.order;
    let status = order.status_at(now);
    ok(&OrderDetailPage {
        chrome: member.chrome(Place::Orders),
        trade_no: order.merchant_trade_no.clone(),
        goods: order.texts.product_name.clone(),
        amount: money(order.amount),
        status: order_pill(status),
        created: Moment::at(order.created_at.ms(), now.ms()),
        facts: facts(&detail, now),
        timeline: timeline(&detail, now),
        checkout_href: matches!(status, OrderStatus::Initial | OrderStatus::Pending)
            .then(|| paths::checkout(&order.checkout_token)),
        postings: detail.postings,
    })
}
