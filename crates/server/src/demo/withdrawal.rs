//! The end of authority: the merchant takes back a part, then all of it, and each time it works at once.

use countersign_client::wire::webhooks::{biz_status, biz_type};
use countersign_client::{OrderReference, Wallet};

use super::actors::{Actors, Authority, CURRENCY};
use super::control::Decision;
use super::payment::MERCHANT_TRADE_NO;
use super::walk::{Walk, WebhookStand};

/// Narrows the grant, then ends it.
pub(super) async fn walk_through(
    walk: &mut Walk<'_>,
    actors: &Actors,
    stand: &mut WebhookStand,
    authority: &Authority,
) -> anyhow::Result<()> {
    let merchant = actors.client.on_behalf_of(&authority.token);

    walk.next("The merchant takes BALANCE back: that call alone is refused, and says why")?;
    let narrowed =
        stand.control.decide(&authority.authorization_id, Decision::Approve, Some(&["CONVERT", "CHECKOUT", "REFUND"]));
    let status = walk.answered(narrowed.await)?;
    walk.equal("the rest stays in force", "AUTHORIZED", status.as_str())?;
    walk.refused(merchant.balance(Wallet::Funding, Some(CURRENCY)).await, "400606")?;
    walk.webhook(stand, (biz_type::TECH_PROVIDER, biz_status::TP_AUTH_CHANGED)).await?;

    walk.next("The merchant withdraws: the token is dead at once")?;
    let disabled = stand.control.decide(&authority.authorization_id, Decision::Disable, None).await;
    let status = walk.answered(disabled)?;
    walk.equal("the authorization has ended", "DISABLED", status.as_str())?;
    walk.refused(merchant.query_order(OrderReference::MerchantTradeNo(MERCHANT_TRADE_NO)).await, "400203")?;
    walk.webhook(stand, (biz_type::TECH_PROVIDER, biz_status::TP_AUTH_DISABLED)).await.map(|_| ())
}
