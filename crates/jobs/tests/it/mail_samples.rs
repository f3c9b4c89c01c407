//! Every mail there is, caused as it is caused in earnest.

use countersign_domain::event::Whereabouts;
use countersign_domain::id::{MerchantId, UserId};
use countersign_domain::{Scope, audit::PLATFORM_OWNER};
use countersign_jobs::{Channel, EndpointDisabled, Mail, endpoint_disabled, open_body, test_mail};
use countersign_service::sign_in::SignInError;
use countersign_service::sign_in_devices::{self, Visit};
use countersign_service::{Platform, password_resets};
use countersign_store::WriteTx;
use countersign_store::queries::outbox::{Message, MessageState};
use countersign_testkit::{Merchant, Provider, Terms, TestApp};

use crate::support::{dispatcher, run_due};

/// The secret in the link of the sample.
pub(crate) const TOKEN: &str = "5ec3e7000000000000000000000000000000000000000000000000000000c0de";

/// One mail by the name of what it tells.
pub(crate) struct Sample {
    pub(crate) name: String,
    pub(crate) mail: Mail,
}

/// A visit from somewhere.
pub(crate) fn visit() -> Visit {
    let whereabouts = Whereabouts {
        device: "Firefox on Linux".to_owned(),
        address: Some("203.0.113.7".parse().expect("an address")),
    };
    Visit { device: "d".repeat(64), whereabouts }
}

/// Runs a use case about how somebody signs in.
pub(crate) async fn access<T, F>(app: &TestApp, mut use_case: F) -> T
where
    T: serde::Serialize + serde::de::DeserializeOwned + Send + 'static,
    F: FnMut(&mut dyn WriteTx, &Platform) -> Result<T, SignInError> + Clone + Send + 'static,
{
    app.platform().write("access", move |tx, platform| use_case(tx, platform)).await.expect("it can be done")
}

/// Has a link mailed to somebody.
pub(crate) async fn ask_for_link(app: &TestApp, user: UserId, token: &'static str) {
    access(app, move |tx, platform| {
        password_resets::ask(tx, platform, user, token, (platform.wall_now(), platform.business_now()))
    })
    .await;
}

async fn sign_in_anew(app: &TestApp, user: UserId) {
    access(app, move |tx, platform| {
        let now = (platform.wall_now(), platform.business_now());
        Ok(sign_in_devices::notice(tx, platform, user, &visit(), now)?)
    })
    .await;
}

/// The link is stored in the body that is sealed.
pub(crate) fn mail_of(app: &TestApp, message: &Message) -> Mail {
    assert_eq!(message.state, MessageState::Delivered);
    let body = open_body(app.platform(), message).expect("it opens").expect("it was rendered");
    Mail::from_body(&body).expect("a mail")
}

async fn of_log(app: &TestApp, log: MerchantId, to: &str) -> Vec<Sample> {
    let messages = app.messages(Channel::Mail, log).await;
    let sample = |message: &Message| {
        let what = format!("{}_{}", message.event_kind, message.event_status).to_lowercase();
        Sample { name: format!("{what}{to}"), mail: mail_of(app, message) }
    };
    messages.iter().map(sample).collect()
}

/// All of them, between a provider and a merchant.
pub(crate) async fn all(app: &TestApp, provider: &Provider, merchant: &Merchant) -> Vec<Sample> {
    let refused = provider.request(merchant, &Terms::of(&[Scope::Payout])).await;
    merchant.reject(refused.id).await.expect("the merchant may");
    let grant = app.grant(provider, merchant, &[Scope::Checkout, Scope::Refund]).await;
    app.grant(provider, merchant, &[Scope::Checkout]).await;
    merchant.disable(grant.id).await.expect("the merchant may");

    let owner = merchant.owner;
    sign_in_anew(app, owner).await;
    sign_in_anew(app, owner).await;
    ask_for_link(app, owner, TOKEN).await;
    access(app, move |tx, platform| {
        let link = password_resets::link_hash(platform, TOKEN);
        let now = (platform.wall_now(), platform.business_now());
        password_resets::set_password(tx, platform, &link, ("$argon2id$sample", &visit()), now)
    })
    .await;
    run_due(&dispatcher(app)).await;

    let mut samples = of_log(app, provider.id, "_to_provider").await;
    samples.extend(of_log(app, merchant.id, "_to_merchant").await);
    samples.extend(of_log(app, MerchantId::new(PLATFORM_OWNER), "").await);
    let links = &app.platform().links;
    let disabled = EndpointDisabled {
        merchant: &merchant.name,
        url: "https://shop.example/hooks/pay?tenant=7",
        failing_since: Some(app.now().plus_ms(-5 * countersign_domain::time::DAY_MS)),
        disabled_at: app.now(),
    };
    let mail = endpoint_disabled(&merchant.email, &disabled, links);
    samples.push(Sample { name: "endpoint_disabled".to_owned(), mail });
    let mail = endpoint_disabled(&merchant.email, &EndpointDisabled { failing_since: None, ..disabled }, links);
    samples.push(Sample { name: "endpoint_disabled_by_operator".to_owned(), mail });
    samples.push(Sample { name: "test".to_owned(), mail: test_mail("ops@pay.example", links) });
    samples
}
