//! Taking messages out of the outbox: leased, judged and rendered in one transaction, read and unsealed in another.
//!
//! Two transactions, because the answer of a write can be stored by the engine, and unsealed bodies must not be.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::sync::Arc;

use bytes::Bytes;
use countersign_domain::Timestamp;
use countersign_domain::id::{OutboxId, WebhookEndpointId};
use countersign_domain::webhook_endpoint::WebhookEndpoint;
use countersign_service::Platform;
use countersign_service::outbox::{Judgement, judge};
use countersign_store::queries::outbox::{self, LANES_SCANNED_MAX, Lane, Message, MessageState};
use countersign_store::queries::webhook_endpoints;
use countersign_store::{ReadTx, StoreError, WriteTx};

use super::desk::{Job, LetGo};
use super::dispatch::RunError;
use crate::render::{self, RenderError};

/// How many messages are wanted of one lane.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Want {
    /// The lane.
    pub(super) lane: String,
    /// How many at most.
    pub(super) count: usize,
    /// For how long they are held, in milliseconds of wall time.
    pub(super) lease_ms: i64,
}

/// What one claim brought.
pub(super) struct Claimed {
    /// The messages, ready to be sent.
    pub(super) jobs: Vec<Job>,
    /// For each lane that was asked, in that order, whether it may have more.
    pub(super) has_more: Vec<bool>,
}

/// The lanes behind `after`, in their order; fewer than [`LANES_SCANNED_MAX`] where they end.
pub(super) async fn survey(platform: &Arc<Platform>, after: String) -> Result<Vec<Lane>, RunError> {
    let read = platform.read("outbox_survey", move |tx, platform| {
        let now = (platform.business_now(), platform.wall_now());
        outbox::lanes(tx, &after, now, LANES_SCANNED_MAX).map_err(RunError::from)
    });
    read.await
}

/// Claims and holds what is wanted and due; what was let go is given back before.
pub(super) async fn claim(platform: &Arc<Platform>, wants: Vec<Want>, let_go: Vec<LetGo>) -> Result<Claimed, RunError> {
    let leased: Leased = platform
        .write("outbox_claim", move |tx, platform| {
            give_back(tx, &let_go)?;
            lease(tx, platform, &wants)
        })
        .await?;
    let (held, has_more) = leased;
    if held.is_empty() {
        return Ok(Claimed { jobs: Vec::new(), has_more });
    }
    let jobs = platform.read::<_, RunError, _>("outbox_load", move |tx, platform| load(tx, platform, &held)).await?;
    Ok(Claimed { jobs, has_more })
}

/// Ends the leases of messages that were claimed and not tried.
pub(super) fn give_back(tx: &mut dyn WriteTx, let_go: &[LetGo]) -> Result<(), RunError> {
    for LetGo { id, leased_until } in let_go {
        outbox::release(tx, *id, *leased_until)?;
    }
    Ok(())
}

/// What was leased, each until when, and which lanes may have more.
type Leased = (Vec<(OutboxId, Timestamp)>, Vec<bool>);

fn lease(tx: &mut dyn WriteTx, platform: &Platform, wants: &[Want]) -> Result<Leased, RunError> {
    let (business_now, wall_now) = (platform.business_now(), platform.wall_now());
    let (mut held, mut has_more) = (Vec::new(), Vec::with_capacity(wants.len()));
    let mut endpoints = Endpoints::default();
    for want in wants {
        let limit = i64::try_from(want.count).unwrap_or(i64::MAX);
        let leased_until = wall_now.plus_ms(want.lease_ms);
        let messages = outbox::claim_lane(tx, &want.lane, (business_now, wall_now), leased_until, limit)?;
        has_more.push(messages.len() >= want.count);
        for message in messages {
            if is_to_be_sent(tx, &message, &mut endpoints, business_now)? {
                render(tx, platform, &message)?;
                held.push((message.id, leased_until));
            }
        }
    }
    Ok((held, has_more))
}

/// The endpoints of one claim, each read once.
#[derive(Default)]
struct Endpoints(BTreeMap<WebhookEndpointId, Option<WebhookEndpoint>>);

impl Endpoints {
    fn get(&mut self, tx: &mut dyn ReadTx, id: WebhookEndpointId) -> Result<Option<&WebhookEndpoint>, StoreError> {
        let known = match self.0.entry(id) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(place) => place.insert(webhook_endpoints::get(tx, id)?),
        };
        Ok(known.as_ref())
    }
}

/// Looks at the endpoint of a claimed message: its owner may have moved, disabled or removed it.
fn is_to_be_sent(
    tx: &mut dyn WriteTx,
    message: &Message,
    endpoints: &mut Endpoints,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let Some(id) = message.target_endpoint() else { return Ok(true) };
    match judge(message, endpoints.get(tx, id)?) {
        Judgement::Send => Ok(true),
        Judgement::Redirect(to) => outbox::redirect(tx, message, &to).map(|()| true),
        Judgement::Park(reason) => outbox::park(tx, message.id, reason, now).map(|()| false),
    }
}

fn render(tx: &mut dyn WriteTx, platform: &Platform, message: &Message) -> Result<(), RunError> {
    if message.body.is_some() {
        return Ok(());
    }
    match render::render(platform, tx, message) {
        Ok(body) => Ok(outbox::set_body(tx, message.id, &body)?),
        Err(RenderError::Store(error)) => Err(error.into()),
        // Told when it is about to be sent: one message that cannot be rendered must not hold up the others.
        Err(_) => Ok(()),
    }
}

fn load(tx: &mut dyn ReadTx, platform: &Platform, held: &[(OutboxId, Timestamp)]) -> Result<Vec<Job>, RunError> {
    let mut jobs = Vec::with_capacity(held.len());
    for &(id, leased_until) in held {
        let Some(message) = outbox::get(tx, id)?.filter(|message| message.state == MessageState::Pending) else {
            continue;
        };
        let body = body(tx, platform, &message)?;
        // The bytes are needed once, as they are sent.
        let message = Message { body: None, ..message };
        jobs.push(Job { message, body, leased_until });
    }
    Ok(jobs)
}

fn body(tx: &mut dyn ReadTx, platform: &Platform, message: &Message) -> Result<Result<Bytes, String>, StoreError> {
    let opened = match render::open_body(platform, message) {
        Ok(Some(body)) => return Ok(Ok(Bytes::from(body))),
        // There is no body because rendering failed; once more, to learn why.
        Ok(None) => render::render(platform, tx, message).map(drop),
        Err(error) => Err(error),
    };
    match opened {
        Err(RenderError::Store(error)) => Err(error),
        Err(error) => Ok(Err(error.to_string())),
        Ok(()) => Ok(Err("the message was not rendered".to_owned())),
    }
}
