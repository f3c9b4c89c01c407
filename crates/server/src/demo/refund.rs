//! What a sale costs, who earns by it, and what goes back: a commission, the provider's share of it, and a refund.

use anyhow::Context;
use countersign_client::wire::answers::{OrderCreated, RefundState};
use countersign_client::wire::decimal::padded;
use countersign_client::wire::webhooks::{RefundData, biz_status, biz_type};
use countersign_client::{Item, OrderBuilder, OrderReference, RefundBuilder};

use super::actors::{Actors, Authority, CURRENCY};
use super::payment::{self, SCALE, plain};
use super::walk::{Walk, WebhookStand};

const MERCHANT_TRADE_NO: &str = "order72383734";
const REFUND_REQUEST_ID: &str = "return72383734";
const PRICE: &str = "1";
const PRICE_MINOR: i64 = 100_000_000;
/// A quarter of the price.
const RETURNED: &str = "0.25";
const COMMISSION_PERCENT: &str = "1";
const FEE_SHARE_PERCENT: &str = "40";

/// What two wallets gain by the sale, and what is left of that once a quarter has gone back, in minor units of 10^-8.
const SOLD: (i64, i64) = (99_000_000, 400_000);
const KEPT: (i64, i64) = (74_250_000, 300_000);
const COMMISSION_MINOR: i64 = 1_000_000;
const RETURNED_MINOR: i64 = 25_000_000;
const RETURNED_COMMISSION_MINOR: i64 = 250_000;

/// Sells, gives back a part, and looks what everybody has then.
pub(super) async fn walk_through(
    walk: &mut Walk<'_>,
    actors: &Actors,
    stand: &mut WebhookStand,
    authority: &Authority,
) -> anyhow::Result<()> {
    terms(walk, actors, stand).await?;

    walk.next("The provider sells for the merchant again")?;
    let before = payment::look(walk, actors, authority).await?;
    let order = sell(walk, actors, authority).await?;
    let paid = payment::pay(walk, actors, stand, &order).await?;
    let commission = payment::webhook(walk, stand, (MERCHANT_TRADE_NO, PRICE_MINOR), &paid).await?;
    walk.equal("it names the commission", &padded(COMMISSION_MINOR, SCALE), &padded(commission, SCALE))?;
    let sold = payment::look(walk, actors, authority).await?;
    gained(walk, (before, sold), SOLD)?;

    refund(walk, actors, authority, &order).await?;
    webhook(walk, stand, &order).await?;

    walk.next("Everybody has given a quarter back")?;
    let kept = payment::look(walk, actors, authority).await?;
    gained(walk, (before, kept), KEPT)?;
    let merchant = actors.client.on_behalf_of(&authority.token);
    let state = walk.answered(merchant.query_order(OrderReference::PrepayId(&order.prepay_id)).await)?;
    walk.equal("the order is REFUNDED", "REFUNDED", state.status.as_str())
}

/// What the operator agrees with merchant and provider.
async fn terms(walk: &mut Walk<'_>, actors: &Actors, stand: &WebhookStand) -> anyhow::Result<()> {
    walk.next("The operator takes 1 % of each sale, and gives the provider 40 % of that")?;
    walk.answered(stand.control.commission(&actors.merchant.merchant_id, COMMISSION_PERCENT).await)?;
    walk.answered(stand.control.fee_share(&actors.provider.merchant_id, FEE_SHARE_PERCENT).await)?;
    let config = walk.answered(actors.client.provider_config().await)?;
    walk.equal("there is a fee share now", &true, &config.allow_fee_share)
}

async fn sell(walk: &mut Walk<'_>, actors: &Actors, authority: &Authority) -> anyhow::Result<OrderCreated> {
    let apple = Item::physical("7876763A3B", "Green Apple").category("D000");
    let order = OrderBuilder::new(MERCHANT_TRADE_NO, apple).price(PRICE, CURRENCY).build_v2();
    let order = order.context("the order is a good one")?;
    walk.answered(actors.client.on_behalf_of(&authority.token).create_order_v2(&order).await)
}

/// What merchant and provider have gained between two looks at their wallets.
fn gained(
    walk: &mut Walk<'_>,
    (before, after): ((i64, i64), (i64, i64)),
    (merchant, provider): (i64, i64),
) -> anyhow::Result<()> {
    let since = |before: i64, after: i64| padded(after.saturating_sub(before), SCALE);
    let claim = |whose: &str, by: i64| format!("the {whose} has {} {CURRENCY} more than before the sale", plain(by));
    walk.equal(&claim("merchant", merchant), &padded(merchant, SCALE), &since(before.0, after.0))?;
    walk.equal(&claim("provider", provider), &padded(provider, SCALE), &since(before.1, after.1))
}

async fn refund(
    walk: &mut Walk<'_>,
    actors: &Actors,
    authority: &Authority,
    order: &OrderCreated,
) -> anyhow::Result<()> {
    walk.next("The provider sends a quarter of it back to the payer")?;
    let merchant = actors.client.on_behalf_of(&authority.token);
    let refund = RefundBuilder::new(REFUND_REQUEST_ID, order.prepay_id.as_str(), RETURNED).reason("bruised").build();
    let refund = refund.context("the refund is a good one")?;
    let refunded = walk.answered(merchant.refund_order(&refund).await)?;
    walk.equal("a quarter goes back", &padded(RETURNED_MINOR, SCALE), &refunded.refund_amount)?;
    let commission = Some(padded(RETURNED_COMMISSION_MINOR, SCALE));
    walk.equal("a quarter of the commission comes back", &commission, &refunded.refund_commission)?;
    walk.equal("nine refunds are left", &9, &refunded.remaining_attempts)?;

    walk.next("Asked again, it is the same refund")?;
    let again = walk.answered(merchant.refund_order(&refund).await)?;
    let expected = RefundState { duplicate_request: Some("Y".to_owned()), ..refunded };
    walk.equal("the first answer comes again, marked as a repeat", &expected, &again)?;
    let found = walk.answered(merchant.query_refund(REFUND_REQUEST_ID).await)?;
    walk.equal("the refund is done", &Some("REFUND_SUCCESS"), &found.refund_status.as_deref())
}

async fn webhook(walk: &mut Walk<'_>, stand: &mut WebhookStand, order: &OrderCreated) -> anyhow::Result<()> {
    walk.next("The provider's receiver gets the webhook of the refund")?;
    let notification = walk.webhook(stand, (biz_type::PAY_REFUND, biz_status::REFUND_SUCCESS)).await?;
    let data: RefundData = walk.succeeded("its data is readable", notification.data())?;
    walk.equal("it is about this refund", REFUND_REQUEST_ID, data.refund_info.refund_request_id.as_str())?;
    walk.equal("it is about this order", &order.prepay_id, &data.refund_info.prepay_id)?;
    walk.equal("it names the amount", &padded(RETURNED_MINOR, SCALE), &data.refund_info.refund_amount)
}
