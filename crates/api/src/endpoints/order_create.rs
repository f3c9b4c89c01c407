//! `v2/order` and `v3/order`: an order is created, for the caller or for the merchant behind its token.

use std::borrow::Cow;
use std::sync::Arc;

use countersign_domain::id::SubMerchantId;
use countersign_domain::order::OrderTexts;
use countersign_domain::{Amount, Timestamp};
use countersign_service::authority::Call;
use countersign_service::orders::{self, Created, NewOrder};
use countersign_service::webhook_endpoints::UrlPolicy;
use countersign_service::{Links, Platform};
use countersign_store::WriteTx;
use countersign_wire::Refusal;
use countersign_wire::answers::OrderCreated;
use countersign_wire::requests::{OrderCreate, Price};

use crate::answer::{Answer, Outcome, Rejection};
use crate::convert;
use crate::refusals;
use crate::signed::Signed;

/// `v2/order`.
pub(crate) async fn v2(signed: Signed) -> Outcome<OrderCreated> {
    let (asked, call) = signed.read(OrderCreate::from_v2)?;
    create(&signed, asked, call, SubMerchantRule::Optional).await
}

/// `v3/order`.
pub(crate) async fn v3(signed: Signed) -> Outcome<OrderCreated> {
    let (asked, call) = signed.read(OrderCreate::from_v3)?;
    create(&signed, asked, call, SubMerchantRule::ByPartners).await
}

/// Whether a channel partner must name a sub-merchant (`decisions.md` row 60).
#[derive(Clone, Copy, PartialEq, Eq)]
enum SubMerchantRule {
    Optional,
    ByPartners,
}

async fn create(signed: &Signed, asked: OrderCreate<'_>, call: Call, rule: SubMerchantRule) -> Outcome<OrderCreated> {
    let platform = &signed.state.platform;
    let (amount, total_fee) = price(&asked)?;
    check_webhook_url(asked.webhook_url.as_deref(), signed.state.outbound.as_ref())?;
    let new = new_order(&asked, (amount, rule), platform.draw_ordered_token(call.now))?;
    let checkout_token = new.checkout_token.clone();
    let created = write(platform, call, new).await?;
    let terminal_type = asked.env.terminal_type.into_owned();
    let sent = OrderCreated {
        currency: Some(amount.currency().code().to_owned()),
        total_fee: Some(total_fee),
        terminal_type,
        ..links(&platform.links, &checkout_token, asked.universal_url_attach.as_deref())
    };
    Ok(Answer(OrderCreated { prepay_id: created.id.to_string(), expire_time: created.expires_at.ms(), ..sent }))
}

/// What the order amounts to, and the amount as it was sent. Fiat prices need a source of rates, which the next step brings.
fn price(asked: &OrderCreate<'_>) -> Result<(Amount, String), Refusal> {
    match asked.price()? {
        Price::Crypto { currency, amount } => {
            let currency = convert::currency(currency, "currency")?;
            Ok((convert::amount(amount, currency, "orderAmount")?, amount.echo().into_owned()))
        }
        Price::Fiat { .. } => {
            let rule = "fiatCurrency: this server has no source of rates yet and takes no orders priced in fiat; send \
                currency with orderAmount";
            Err(Refusal::out_of_range("fiatCurrency", rule, "decisions.md row 30"))
        }
    }
}

/// A receiver that the outbound policy would never call is refused at once (`decisions.md` row 56).
pub(super) fn check_webhook_url(url: Option<&str>, policy: &dyn UrlPolicy) -> Result<(), Refusal> {
    let Some(url) = url else { return Ok(()) };
    policy
        .check(url)
        .map_err(|why| Refusal::malformed("webhookUrl", format!("webhookUrl: {why}"), "decisions.md row 56"))
}

fn new_order(
    asked: &OrderCreate<'_>,
    (amount, rule): (Amount, SubMerchantRule),
    checkout_token: String,
) -> Result<NewOrder, Rejection> {
    Ok(NewOrder {
        merchant_trade_no: asked.merchant_trade_no.clone().into_owned(),
        amount,
        fiat: None,
        pay_currencies: None,
        terminal: convert::terminal(&asked.env.terminal_type),
        texts: texts(asked)?,
        expires_at: asked.order_expire_time.map(Timestamp::from_ms),
        sub_merchant_id: sub_merchant_id(asked)?,
        sub_merchant_required: rule == SubMerchantRule::ByPartners,
        with_contract: asked.direct_debit_contract.is_some(),
        checkout_token,
    })
}

fn sub_merchant_id(asked: &OrderCreate<'_>) -> Result<Option<SubMerchantId>, Refusal> {
    let text = asked.merchant.as_ref().and_then(|merchant| merchant.sub_merchant_id.as_deref());
    text.map(|text| text.parse().map_err(|_| refusals::sub_merchant_invalid())).transpose()
}

/// What is shown and echoed; of several goods the first one names the order, as webhooks have it (clients.md 4).
fn texts(asked: &OrderCreate<'_>) -> Result<OrderTexts, Rejection> {
    let goods = asked.goods.as_ref().or(asked.goods_details.first());
    let owned = |text: &Option<Cow<'_, str>>| text.as_deref().map(str::to_owned);
    Ok(OrderTexts {
        product_type: goods.map(|goods| goods.goods_type.clone().into_owned()).unwrap_or_default(),
        product_name: goods.map(|goods| goods.goods_name.clone().into_owned()).unwrap_or_default(),
        details: details(asked)?,
        webhook_url: owned(&asked.webhook_url),
        return_url: owned(&asked.return_url),
        cancel_url: owned(&asked.cancel_url),
        pass_through_info: owned(&asked.pass_through_info),
    })
}

/// Everything that was judged and is kept nowhere else, as compact JSON.
fn details(asked: &OrderCreate<'_>) -> Result<String, Rejection> {
    let rest = OrderCreate {
        merchant: None,
        order_amount: None,
        currency: None,
        fiat_amount: None,
        fiat_currency: None,
        return_url: None,
        cancel_url: None,
        order_expire_time: None,
        pass_through_info: None,
        webhook_url: None,
        ..asked.clone()
    };
    serde_json::to_string(&rest).map_err(Rejection::internal)
}

async fn write(platform: &Arc<Platform>, call: Call, new: NewOrder) -> Result<Created, Rejection> {
    // Shared, for the closure is cloned in case it must run again.
    let asked = Arc::new((call, new));
    let create = move |tx: &mut dyn WriteTx, platform: &Platform| orders::create(tx, platform, &asked.0, &asked.1);
    let written = platform.write("order_create", create).await;
    written.map_err(|error| refusals::order_create(error, platform.wall_now()))
}

/// The six links, all of them always (clients.md A3); the rest of the answer is still empty.
fn links(links: &Links, token: &str, attach: Option<&str>) -> OrderCreated {
    let attach = attach.map(|attach| attach.trim_start_matches(['?', '&'])).filter(|attach| !attach.is_empty());
    let universal = links.universal(token);
    OrderCreated {
        currency: None,
        total_fee: None,
        prepay_id: String::new(),
        terminal_type: String::new(),
        expire_time: 0,
        qrcode_link: links.qr_image(token),
        qr_content: links.qr_content(token),
        checkout_url: links.checkout(token),
        deeplink: links.deeplink(token),
        universal_url: attach.map_or(universal.clone(), |attach| format!("{universal}&{attach}")),
        fiat_currency: None,
        fiat_amount: None,
    }
}
