//! The second half: an order for the merchant, its payment, and where the money went.

use anyhow::Context;
use countersign_client::wire::WireNumber;
use countersign_client::wire::answers::{BalanceV2Answer, OrderCreated};
use countersign_client::wire::decimal::padded;
use countersign_client::wire::requests::OrderCreate;
use countersign_client::wire::webhooks::{PayData, biz_status, biz_type};
use countersign_client::{Item, OrderBuilder, OrderReference, Wallet};

use super::actors::{Actors, Authority, CURRENCY};
use super::control::Paid;
use super::outcome::BalanceChange;
use super::page::TableRow;
use super::walk::{Walk, WebhookStand};

/// Decimals of all amounts here.
pub(super) const SCALE: u32 = 8;
/// The founding document's.
pub(super) const MERCHANT_TRADE_NO: &str = "order72383730";
const PRICE: &str = "0.01";
const PRICE_MINOR: i64 = 1_000_000;

/// Both balances, before and after.
pub(super) struct Balances {
    pub(super) merchant: BalanceChange,
    pub(super) provider: BalanceChange,
}

/// The founding document's order, word for word.
pub(super) fn green_apple() -> anyhow::Result<OrderCreate<'static>> {
    let apple = Item::physical("7876763A3B", "Green Apple").category("D000").detail("Green colored sweet apple");
    let order = OrderBuilder::new(MERCHANT_TRADE_NO, apple).price(PRICE, CURRENCY).build_v2();
    order.context("the founding document's order is a good one")
}

/// Orders, pays, and looks where the money went.
pub(super) async fn walk_through(
    walk: &mut Walk<'_>,
    actors: &Actors,
    stand: &mut WebhookStand,
    authority: &Authority,
) -> anyhow::Result<Balances> {
    walk.next("Balances before: the merchant's with the token, the provider's own without")?;
    let before = look(walk, actors, authority).await?;
    let order = create_order(walk, actors, authority).await?;
    let paid = pay(walk, actors, stand, &order).await?;
    let commission = webhook(walk, stand, (MERCHANT_TRADE_NO, PRICE_MINOR), &paid).await?;
    query(walk, actors, authority, &order, &paid).await?;

    walk.next("Balances after")?;
    let after = look(walk, actors, authority).await?;
    let gained = PRICE_MINOR.saturating_sub(commission);
    let expected = before.0.saturating_add(gained);
    let claim = format!("the merchant has {} {CURRENCY} more", plain(gained));
    walk.equal(&claim, &padded(expected, SCALE), &padded(after.0, SCALE))?;
    walk.equal("the provider's own balance did not move", &padded(before.1, SCALE), &padded(after.1, SCALE))?;
    Ok(Balances {
        merchant: BalanceChange { before: before.0, after: after.0 },
        provider: BalanceChange { before: before.1, after: after.1 },
    })
}

/// The merchant's and the provider's funding wallet.
pub(super) async fn look(walk: &mut Walk<'_>, actors: &Actors, authority: &Authority) -> anyhow::Result<(i64, i64)> {
    let merchant = actors.client.on_behalf_of(&authority.token).balance(Wallet::Funding, Some(CURRENCY)).await;
    let merchant = walk.answered(merchant)?;
    let merchant = available(walk, &merchant)?;
    let provider = actors.client.balance(Wallet::Funding, Some(CURRENCY)).await;
    let provider = walk.answered(provider)?;
    Ok((merchant, available(walk, &provider)?))
}

fn available(walk: &mut Walk<'_>, answer: &BalanceV2Answer) -> anyhow::Result<i64> {
    match answer.balance.as_slice() {
        [asset] if asset.asset == CURRENCY => minor(walk, &asset.available),
        other => {
            let found: Vec<&str> = other.iter().map(|asset| asset.asset.as_str()).collect();
            walk.equal("the answer has the currency that was asked for", &[CURRENCY][..], &found[..]).map(|()| 0)
        }
    }
}

fn minor(walk: &mut Walk<'_>, number: &WireNumber) -> anyhow::Result<i64> {
    walk.succeeded("amounts are decimals", number.decimal().and_then(|decimal| decimal.minor(SCALE)))
}

pub(super) fn plain(minor: i64) -> String {
    countersign_client::wire::decimal::plain(minor, SCALE)
}

async fn create_order(walk: &mut Walk<'_>, actors: &Actors, authority: &Authority) -> anyhow::Result<OrderCreated> {
    walk.next("The provider creates the founding document's order for the merchant")?;
    let order = green_apple()?;
    let created = actors.client.on_behalf_of(&authority.token).create_order_v2(&order).await;
    let created = walk.answered(created)?;
    walk.equal("the amount is echoed as sent", &Some(PRICE), &created.total_fee.as_deref())?;
    walk.holds("there is a checkout page and a QR code to send the payer to", {
        !created.checkout_url.is_empty() && !created.qrcode_link.is_empty()
    })?;
    Ok(created)
}

pub(super) async fn pay(
    walk: &mut Walk<'_>,
    actors: &Actors,
    stand: &WebhookStand,
    order: &OrderCreated,
) -> anyhow::Result<Paid> {
    walk.next("The payer pays")?;
    walk.page.note("In life this is a scan of the QR code or a click on the checkout page.")?;
    let paid = stand.control.pay(&order.prepay_id, &actors.payer.binance_id).await;
    let paid = walk.answered(paid)?;
    walk.equal("the order is paid", "PAID", paid.status.as_str())?;
    Ok(paid)
}

/// The webhook of an order's payment; answers the commission.
pub(super) async fn webhook(
    walk: &mut Walk<'_>,
    stand: &mut WebhookStand,
    (number, price_minor): (&str, i64),
    paid: &Paid,
) -> anyhow::Result<i64> {
    walk.next("The provider's receiver gets the webhook of the payment")?;
    let notification = walk.webhook(stand, (biz_type::PAY, biz_status::PAY_SUCCESS)).await?;
    let data: PayData = walk.succeeded("its data is readable", notification.data())?;
    walk.equal("it is about this order", number, data.merchant_trade_no.as_str())?;
    let total = minor(walk, &data.total_fee)?;
    walk.equal("it names the amount", &padded(price_minor, SCALE), &padded(total, SCALE))?;
    walk.equal("it names the payment", &Some(&paid.transaction_id), &data.transaction_id.as_ref())?;
    minor(walk, &data.commission)
}

async fn query(
    walk: &mut Walk<'_>,
    actors: &Actors,
    authority: &Authority,
    order: &OrderCreated,
    paid: &Paid,
) -> anyhow::Result<()> {
    walk.next("The provider queries the order")?;
    let reference = OrderReference::PrepayId(&order.prepay_id);
    let state = walk.answered(actors.client.on_behalf_of(&authority.token).query_order(reference).await)?;
    walk.equal("it is PAID", "PAID", state.status.as_str())?;
    walk.equal("it belongs to the merchant", &actors.merchant.merchant_id, &state.merchant_id.to_string())?;
    walk.equal("it names the payment", &Some(&paid.transaction_id), &state.transaction_id.as_ref())
}

/// The closing table.
pub(super) fn table(walk: &mut Walk<'_>, actors: &Actors, balances: &Balances) -> anyhow::Result<()> {
    walk.page.step(0, "Where the money of the first order went")?;
    let row = |role: &str, name: &str, change: BalanceChange| {
        let by = change.after.saturating_sub(change.before);
        let sign = if by > 0 { "+" } else { "" };
        TableRow {
            whose: format!("{name} ({role})"),
            before: padded(change.before, SCALE),
            after: padded(change.after, SCALE),
            change: format!("{sign}{}", padded(by, SCALE)),
        }
    };
    let rows = [
        row("merchant", &actors.merchant.name, balances.merchant),
        row("provider", &actors.provider.name, balances.provider),
    ];
    Ok(walk.page.table(&format!("funding wallet, {CURRENCY}"), &rows)?)
}
