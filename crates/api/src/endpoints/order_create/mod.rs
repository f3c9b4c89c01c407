//! `order`, `v2/order` and `v3/order`: an order is created, for the caller or for the merchant behind its token.
//!
//! The versions differ in how they name things. Each is read into one [`Draft`], and from there on they are the same.

mod draft;
mod links;

use std::sync::Arc;

use countersign_domain::reference::FiatCurrency;
use countersign_service::Platform;
use countersign_service::authority::Call;
use countersign_service::orders::{self, Created, OrderPrice};
use countersign_store::WriteTx;
use countersign_wire::answers::{OrderCreated, OrderCreatedV1};
use countersign_wire::requests::{OrderCreate, OrderCreateV1};

use crate::answer::{Answer, Outcome, Rejection};
use crate::convert;
use crate::refusals;
use crate::signed::Signed;
use draft::{Draft, SubMerchantRule};
use links::OrderLinks;

/// `order`.
pub(crate) async fn v1(signed: Signed) -> Outcome<OrderCreatedV1> {
    let (asked, call) = signed.read(OrderCreateV1::from_body)?;
    let created = create(&signed, Draft::of_v1(&asked)?, call).await?;
    let OrderLinks { qrcode_link, qr_content, checkout_url, deeplink, universal_url } = created.links;
    Ok(Answer(OrderCreatedV1 {
        prepay_id: created.order.id.to_string(),
        trade_type: asked.trade_type.into_owned(),
        expire_time: created.order.expires_at.ms(),
        qrcode_link,
        qr_content,
        checkout_url,
        deeplink,
        universal_url,
    }))
}

/// `v2/order`.
pub(crate) async fn v2(signed: Signed) -> Outcome<OrderCreated> {
    let (asked, call) = signed.read(OrderCreate::from_v2)?;
    create_with_goods(&signed, asked, call, SubMerchantRule::Optional).await
}

/// `v3/order`.
pub(crate) async fn v3(signed: Signed) -> Outcome<OrderCreated> {
    let (asked, call) = signed.read(OrderCreate::from_v3)?;
    create_with_goods(&signed, asked, call, SubMerchantRule::ByPartners).await
}

async fn create_with_goods(
    signed: &Signed,
    asked: OrderCreate<'_>,
    call: Call,
    rule: SubMerchantRule,
) -> Outcome<OrderCreated> {
    let created = create(signed, Draft::of_goods(&asked, rule)?, call).await?;
    let OrderLinks { qrcode_link, qr_content, checkout_url, deeplink, universal_url } = created.links;
    let (total_fee, fiat_currency, fiat_amount) = match created.fiat {
        None => (created.sent, None, None),
        Some(fiat) => (created.order.amount.to_string(), Some(fiat.code().to_owned()), Some(created.sent)),
    };
    Ok(Answer(OrderCreated {
        currency: Some(created.order.amount.currency().code().to_owned()),
        total_fee: Some(total_fee),
        prepay_id: created.order.id.to_string(),
        terminal_type: asked.env.terminal_type.into_owned(),
        expire_time: created.order.expires_at.ms(),
        qrcode_link,
        qr_content,
        checkout_url,
        deeplink,
        universal_url,
        fiat_currency,
        fiat_amount,
    }))
}

/// What the answers are made of.
struct Made {
    order: Created,
    /// The amount of the price as it was sent.
    sent: String,
    /// The currency of that amount where it is fiat money.
    fiat: Option<FiatCurrency>,
    links: OrderLinks,
}

async fn create(signed: &Signed, draft: Draft<'_>, call: Call) -> Result<Made, Rejection> {
    let platform = &signed.state.platform;
    convert::webhook_url(draft.texts.webhook_url.as_deref(), signed.state.outbound.as_ref())?;
    let (price, sent) = draft.price()?;
    let fiat = match &price {
        OrderPrice::Exact(_) => None,
        OrderPrice::Fiat { amount, .. } => Some(amount.currency()),
    };
    let checkout_token = platform.draw_ordered_token(call.now);
    let links = OrderLinks::of(&platform.links, &checkout_token, draft.universal_url_attach);
    let names = draft.names;
    // Shared, for the closure is cloned in case it must run again.
    let asked = Arc::new((call, draft.into_order(price, checkout_token)?));
    let create = move |tx: &mut dyn WriteTx, platform: &Platform| orders::create(tx, platform, &asked.0, &asked.1);
    let created = platform.write("order_create", create).await;
    let order = created.map_err(|error| refusals::order_create(error, names, platform.wall_now()))?;
    Ok(Made { order, sent, fiat, links })
}
