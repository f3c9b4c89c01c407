//! The walk from beginning to end, and its first half: how authority comes to be.

use std::io::Write;

use anyhow::Context;
use countersign_client::wire::webhooks::{TechProviderData, biz_status, biz_type};
use countersign_client::{AuthorizationToken, ScopeName, WebhookVerifier};

use super::actors::{self, ALLOWED_SCOPES, Actors, Authority};
use super::control::{Control, Decision};
use super::outcome::{DemoOutcome, Target};
use super::page::Page;
use super::partner;
use super::payment::{self, green_apple};
use super::receiver::Receiver;
use super::refund;
use super::transcript::Transcript;
use super::walk::{Walk, WebhookStand};
use super::withdrawal;

/// What is asked of the merchant: the founding document's two scopes, BALANCE to show where the money lands, and REFUND to
/// send some of it back.
const REQUESTED_SCOPES: [ScopeName; 4] =
    [ScopeName::Convert, ScopeName::Checkout, ScopeName::Balance, ScopeName::Refund];

/// Walks through the whole flow and prints it. Whatever is not as it should be is an error that names the step.
pub(crate) async fn run(target: Target, out: &mut (dyn Write + Send), colours: bool) -> anyhow::Result<DemoOutcome> {
    let transcript = Transcript::default();
    let mut walk = Walk::new(Page::new(out, colours), transcript.clone());
    let below = format!("against the sandbox at {}", target.base_url);
    walk.page.heading("Countersign: a provider acts for a merchant, step by step", &below)?;
    let control = Control::new(&target.base_url, &target.control_token, transcript)?;
    let receiver = Receiver::start(target.webhook_wait).await.context("no webhook receiver can listen on 127.0.0.1")?;
    let actors = actors::enter(&mut walk, &target, &control, &receiver).await?;

    query_scopes(&mut walk, &actors).await?;
    let pending = request_authority(&mut walk, &actors).await?;
    token_is_inert(&mut walk, &actors, &pending.token).await?;
    let verifier = fetch_certificate(&mut walk, &actors).await?;
    let merchant_id = actors.provider.merchant_id.clone();
    let mut stand = WebhookStand { receiver, verifier, control, merchant_id };
    let authority = approve(&mut walk, &actors, &mut stand, pending).await?;
    let outcome = payment::walk_through(&mut walk, &actors, &mut stand, &authority).await?;
    refund::walk_through(&mut walk, &actors, &mut stand, &authority).await?;
    withdrawal::walk_through(&mut walk, &actors, &mut stand, &authority).await?;
    partner::walk_through(&mut walk, &actors).await?;
    let checks = walk.checks();
    payment::table(&mut walk, &actors, &outcome)?;
    walk.page.closing(&format!("All {checks} checks held: the money went to the merchant, not to the provider."))?;
    Ok(DemoOutcome { checks, merchant: outcome.merchant, provider: outcome.provider })
}

async fn query_scopes(walk: &mut Walk<'_>, actors: &Actors) -> anyhow::Result<()> {
    walk.next("The provider asks which scopes it may request")?;
    let config = walk.answered(actors.client.provider_config().await)?;
    walk.equal(
        "these are the founding document's seven scopes",
        &sorted(&ALLOWED_SCOPES),
        &sorted(&config.allow_scopes),
    )?;
    walk.equal("there is no fee share", &false, &config.allow_fee_share)
}

async fn request_authority(walk: &mut Walk<'_>, actors: &Actors) -> anyhow::Result<Authority> {
    walk.next("The provider asks the merchant for authority")?;
    // The empty addresses are the founding document's: they mean no restriction.
    let asked = actors.client.create_authorization(&actors.merchant.merchant_id, &REQUESTED_SCOPES, &["", ""]).await;
    let asked = walk.answered(asked)?;
    walk.equal("the request is pending", "PENDING", asked.status.as_str())?;
    walk.equal("it names the merchant", &actors.merchant.name, &asked.merchant_name)?;
    let requested: Vec<&str> = REQUESTED_SCOPES.iter().map(|scope| scope.as_str()).collect();
    walk.equal("it asks for what was sent", &sorted(&requested), &sorted(&asked.scopes))?;
    let link = asked.redirect_url.unwrap_or_default();
    walk.holds("the link for the merchant carries the request's id", link.contains(&asked.authorization_id))?;
    Ok(Authority { authorization_id: asked.authorization_id, token: asked.authorization_token })
}

async fn token_is_inert(walk: &mut Walk<'_>, actors: &Actors, token: &AuthorizationToken) -> anyhow::Result<()> {
    walk.next("Before the merchant has agreed, the token does nothing")?;
    let order = green_apple()?;
    let created = actors.client.on_behalf_of(token).create_order_v2(&order).await;
    walk.refused(created, "400203")
}

async fn fetch_certificate(walk: &mut Walk<'_>, actors: &Actors) -> anyhow::Result<WebhookVerifier> {
    walk.next("The provider fetches the certificate that webhooks are signed with")?;
    let certificates = walk.answered(actors.client.certificates().await)?;
    walk.equal("there is one", &1, &certificates.len())?;
    walk.succeeded("it is a key to verify with", WebhookVerifier::new(&certificates))
}

async fn approve(
    walk: &mut Walk<'_>,
    actors: &Actors,
    stand: &mut WebhookStand,
    pending: Authority,
) -> anyhow::Result<Authority> {
    walk.next("The merchant opens the link, reads the request and approves")?;
    walk.page.note("In life this is a click on the review page after signing in; here the control API clicks.")?;
    let decided = stand.control.decide(&pending.authorization_id, Decision::Approve, None).await;
    let status = walk.answered(decided)?;
    walk.equal("the authorization is in force", "AUTHORIZED", status.as_str())?;

    walk.next("The provider's receiver gets the webhook with the token")?;
    let notification = walk.webhook(stand, (biz_type::TECH_PROVIDER, biz_status::SUBMIT_AUTH_AGREE)).await?;
    let data: TechProviderData = walk.succeeded("its data is readable", notification.data())?;
    walk.equal("it is about this authorization", &pending.authorization_id, &data.authorization_id)?;
    walk.equal("it names the merchant by number", &actors.merchant.merchant_id, &data.merchant_id.to_string())?;
    walk.holds("it carries the token that was handed out", data.authorization_token == pending.token)?;
    Ok(Authority { authorization_id: data.authorization_id, token: data.authorization_token })
}

/// Scopes without regard to their order, which means nothing.
fn sorted<S: AsRef<str>>(scopes: &[S]) -> Vec<String> {
    let mut sorted: Vec<String> = scopes.iter().map(|scope| scope.as_ref().to_owned()).collect();
    sorted.sort();
    sorted
}
