//! `/webhooks/trigger`: a sample of any event, through the outbox like a real one. Nothing else happens.

use axum::Json;
use axum::extract::State;
use countersign_domain::authorization::Origin;
use countersign_domain::id::{MerchantId, OutboxId};
use countersign_domain::merchant::MerchantKind;
use countersign_domain::webhook_endpoint::EventKind;
use countersign_domain::{AddressList, Timestamp};
use countersign_jobs::{Sample, Scene};
use countersign_service::audit::Actor;
use countersign_service::authorizations::{self as consent, AuthorizationToken, NewRequest, RequestError};
use countersign_service::outbox;
use countersign_service::platform::{Collides, Platform};
use countersign_store::queries::outbox::{Message, MessageState};
use countersign_store::queries::{Key, authorizations, merchants, outbox as log};
use countersign_store::{StoreError, WriteTx};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use thiserror::Error;

use super::super::Control;
use super::super::body::{self, Body};
use super::super::refusal::Refusal;

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(in super::super) struct Trigger {
    r#type: String,
    #[serde(default, deserialize_with = "body::optional_number")]
    merchant_id: Option<i64>,
}

/// Why nothing was raised.
#[derive(Debug, Error)]
enum TriggerError {
    #[error("there is no such merchant")]
    UnknownMerchant,
    #[error("TECH_PROVIDER is told to technical service providers; this merchant is none")]
    NotAProvider,
    #[error("a request for an authorization, which it would be about, was refused: {0}")]
    Request(#[from] RequestError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Collides for TriggerError {
    fn is_collision(&self) -> bool {
        matches!(self, Self::Request(error) if error.is_collision())
    }
}

fn refuse(error: TriggerError) -> Refusal {
    match error {
        TriggerError::Store(error) | TriggerError::Request(RequestError::Store(error)) => error.into(),
        TriggerError::UnknownMerchant => Refusal::not_found(error.to_string()),
        error => Refusal::bad(error),
    }
}

/// Who is told where nobody is named, and whom it is about.
#[derive(Clone, Copy)]
struct Parties {
    told: MerchantId,
    /// The merchant that decides on a provider's requests.
    decides: MerchantId,
}

impl Parties {
    fn of(control: &Control, sample: Sample, told: Option<i64>) -> Result<Self, Refusal> {
        let seeded = |text: &String| text.parse().map_err(Refusal::ours);
        let decides = seeded(&control.world.merchant.merchant_id)?;
        let told = match told {
            Some(told) => MerchantId::new(told),
            None if is_consent(sample) => seeded(&control.world.provider.merchant_id)?,
            None => decides,
        };
        Ok(Self { told, decides })
    }
}

fn is_consent(sample: Sample) -> bool {
    let nobody = MerchantId::new(0);
    let scene = Scene { subject: 0, merchant_id: nobody, provider_id: nobody, at: Timestamp::from_ms(0) };
    sample.event(&scene).kind() == Some(EventKind::Authorization)
}

/// Raises one.
pub(in super::super) async fn trigger(
    State(control): State<Control>,
    Body(trigger): Body<Trigger>,
) -> Result<Json<Value>, Refusal> {
    let sample = Sample::meant_by(&trigger.r#type).ok_or_else(|| {
        let known = Sample::ALL.iter().map(|sample| sample.name).collect::<Vec<_>>().join(", ");
        Refusal::bad(format!("unknown type '{}'; there are {known}", trigger.r#type))
    })?;
    let parties = Parties::of(&control, sample, trigger.merchant_id)?;
    let now = control.platform.business_now();
    let raised = control
        .platform
        .write("webhook_trigger", move |tx, platform| raise(tx, platform, sample, parties, now))
        .await
        .map_err(refuse)?;
    control.dispatcher.wake();
    let (biz_type, biz_status) = sample.labels();
    let ids = |ids: &[OutboxId]| ids.iter().map(ToString::to_string).collect::<Vec<_>>();
    Ok(Json(json!({
        "bizType": biz_type, "bizStatus": biz_status, "bizIdStr": raised.subject.to_string(),
        "merchantId": parties.told.to_string(), "deliveries": ids(&raised.deliveries), "missed": ids(&raised.missed),
    })))
}

/// What was written.
#[derive(Serialize, Deserialize)]
struct Raised {
    /// What the messages are about.
    subject: i64,
    /// Those that go out.
    deliveries: Vec<OutboxId>,
    /// Those that do not, because their endpoints are disabled.
    missed: Vec<OutboxId>,
}

/// Writes the messages.
fn raise(
    tx: &mut dyn WriteTx,
    platform: &Platform,
    sample: Sample,
    Parties { told, decides }: Parties,
    now: Timestamp,
) -> Result<Raised, TriggerError> {
    let merchant = merchants::get(tx, told)?.ok_or(TriggerError::UnknownMerchant)?;
    let mut scene = Scene { subject: platform.ids.next(now), merchant_id: told, provider_id: told, at: now };
    if is_consent(sample) {
        let MerchantKind::Provider { allowed_scopes, .. } = merchant.kind else {
            return Err(TriggerError::NotAProvider);
        };
        let request = NewRequest {
            provider_id: told,
            merchant_id: decides,
            scopes: allowed_scopes,
            addresses: AddressList::any(),
            origin: Origin::Api,
            token: AuthorizationToken::draw(platform),
        };
        (scene.subject, scene.merchant_id) = authorization(tx, platform, &request, now)?;
    }
    let event = sample.event(&scene);
    let receivers = outbox::own_receivers(tx, told, &event, now)?;
    outbox::notify(tx, platform, &event, &receivers, now)?;
    let count = i64::try_from(receivers.iter().count()).unwrap_or(i64::MAX);
    let messages = log::webhooks_about(tx, (told, scene.subject), count)?;
    let (missed, deliveries): (Vec<_>, Vec<_>) =
        messages.iter().rev().partition(|message| matches!(message.state, MessageState::Parked(_)));
    let ids = |messages: Vec<&Message>| messages.iter().map(|message| message.id).collect();
    Ok(Raised { subject: scene.subject, deliveries: ids(deliveries), missed: ids(missed) })
}

/// The provider's newest authorization and its merchant, for the message carries its token; where there is none, a request
/// is made and waits for the merchant like any other.
fn authorization(
    tx: &mut dyn WriteTx,
    platform: &Platform,
    request: &NewRequest,
    now: Timestamp,
) -> Result<(i64, MerchantId), TriggerError> {
    if let Some(newest) = authorizations::page_of_provider(tx, request.provider_id, Key::Newest, 1)?.into_iter().next()
    {
        // A request to change a grant has no token of its own.
        let owner = newest.changes.unwrap_or(newest.id);
        return Ok((owner.get(), newest.merchant_id));
    }
    let created = consent::create(tx, platform, request, (Actor::Operator, now))?;
    Ok((created.token_of.get(), request.merchant_id))
}
