//! One delivery: what it tells, every try, and sending it again.

use axum::extract::{Path, State};
use countersign_domain::id::{MerchantId, OrderId, OutboxId};
use countersign_domain::webhook_endpoint::{EventKind, WebhookEndpoint};
use countersign_service::deliveries::{self as service, ATTEMPTS_MAX, Shown};
use countersign_service::webhook_endpoints;
use countersign_store::queries::orders;
use countersign_store::queries::outbox::{Message, MessageState, ParkReason};
use countersign_store::{ReadTx, StoreError};
use countersign_wire::webhooks::labels_or_stored;

use crate::describe::{attempt_entries, delivery_pill, endpoint_choices, endpoint_name, event_words, kept_text};
use crate::failure::Failure;
use crate::handlers::Answer;
use crate::handlers::helpers::{id, not_found, ok};
use crate::pages::{DeliveryDetailPage, ResendPanel};
use crate::paths;
use crate::session::Member;
use crate::state::WebState;
use crate::view::{Choice, Moment, Place, Problem};

/// Clocks closer than this are the same to a person.
const SAME_CLOCK_MS: i64 = 2_000;

/// A delivery with what its page links.
pub(super) struct Case {
    shown: Shown,
    endpoints: Vec<WebhookEndpoint>,
    order: Option<OrderId>,
}

/// The order that a message is about, where it is the merchant's own: a provider is told of orders of others.
fn order_of(tx: &mut dyn ReadTx, owner: MerchantId, message: &Message) -> Result<Option<OrderId>, StoreError> {
    let kind = EventKind::from_name(&message.event_kind);
    if !matches!(kind, Some(EventKind::Order | EventKind::Refund)) {
        return Ok(None);
    }
    let order = orders::get(tx, OrderId::new(message.subject))?;
    Ok(order.filter(|order| order.merchant_id == owner).map(|order| order.id))
}

impl Case {
    /// The merchant's own delivery; another's is not there.
    pub(super) async fn find(state: &WebState, member: &Member, id: OutboxId) -> Result<Self, Failure> {
        let owner = member.id();
        let read = state.platform().read("delivery", move |tx, platform| {
            let Some(shown) = service::show(tx, platform, Some(owner), id)? else { return Ok(None) };
            let endpoints = webhook_endpoints::list(tx, owner)?;
            let order = order_of(tx, owner, &shown.message)?;
            Ok(Some(Self { shown, endpoints, order }))
        });
        read.await.map_err(|error: StoreError| Failure::from(error))?.ok_or_else(not_found)
    }

    /// The merchant's endpoints.
    pub(super) fn endpoints(&self) -> &[WebhookEndpoint] {
        &self.endpoints
    }

    /// The endpoint that the message was caused for, if it is still there, if by another id.
    fn origin(&self) -> Option<&WebhookEndpoint> {
        let message = &self.shown.message;
        let caused_for = message.endpoint_id?;
        let same = |endpoint: &&WebhookEndpoint| endpoint.id == caused_for;
        let anew = |endpoint: &&WebhookEndpoint| endpoint.terms.url == message.destination;
        self.endpoints.iter().find(same).or_else(|| self.endpoints.iter().find(anew))
    }

    /// Whether it can go where it was for.
    fn can_go_back(&self) -> bool {
        self.shown.message.endpoint_id.is_none() || self.origin().is_some_and(|origin| origin.state.is_enabled())
    }

    fn targets(&self) -> Vec<Choice> {
        let origin = self.origin().map(|endpoint| endpoint.id);
        let is_other = |endpoint: &&WebhookEndpoint| endpoint.state.is_enabled() && Some(endpoint.id) != origin;
        let mut targets = endpoint_choices("Where it was for", self.endpoints.iter().filter(is_other), None);
        if !self.can_go_back() {
            targets.remove(0);
        }
        targets
    }

    fn resend(&self, error: Option<String>) -> ResendPanel {
        let message = &self.shown.message;
        let waits = message.state == MessageState::Pending;
        let targets = if message.attempts < ATTEMPTS_MAX { self.targets() } else { Vec::new() };
        let hint = if message.attempts >= ATTEMPTS_MAX {
            format!("It was sent {ATTEMPTS_MAX} times, and is not sent again.")
        } else if targets.is_empty() {
            "No endpoint takes it. Enable or add one, then send it there.".to_owned()
        } else if waits {
            "Its next try is made now, and its schedule goes on from there.".to_owned()
        } else {
            "It is tried once more: the same body and IDs, so that your receiver knows it again, signed anew."
                .to_owned()
        };
        ResendPanel { targets, error, button: if waits { "Try now" } else { "Send again" }, hint }
    }

    /// The page, with what was wrong with sending it again.
    pub(super) fn page(&self, state: &WebState, member: &Member, error: Option<String>) -> DeliveryDetailPage {
        let (now, wall_now) = (state.platform().business_now(), state.platform().wall_now());
        let Shown { message, body, attempts, .. } = &self.shown;
        let (biz_type, biz_status) = labels_or_stored(&message.event_kind, &message.event_status);
        let waits = message.state == MessageState::Pending;
        let link = |endpoint: &WebhookEndpoint| (endpoint_name(endpoint), paths::webhook(&endpoint.id.to_string()));
        DeliveryDetailPage {
            chrome: member.chrome(Place::Deliveries),
            delivery_id: message.id.to_string(),
            biz_status: biz_status.to_owned(),
            biz_type: biz_type.to_owned(),
            words: event_words(&message.event_kind, &message.event_status).to_owned(),
            biz_id: message.subject.to_string(),
            order_href: self.order.map(|order| paths::order(&order.to_string())),
            state: delivery_pill(message),
            note: note(message.state).to_owned(),
            caused: Moment::at(message.created_at.ms(), now.ms()),
            destination: message.destination.clone(),
            endpoint: self.origin().map(link),
            no_endpoint: if message.endpoint_id.is_some() { "Removed" } else { "None: a call named the URL itself" },
            next: waits.then(|| Moment::at(message.next_attempt_at.ms(), now.ms())),
            attempts: attempt_entries(attempts, wall_now),
            attempts_count: message.attempts,
            clocks_differ: now.ms_since(wall_now).saturating_abs() > SAME_CLOCK_MS,
            body: body.clone().map(|body| kept_text(body, if message.body_sealed { MASKED } else { "" })),
            problems: error.iter().map(|text| Problem::of("to", text.clone())).collect(),
            resend: self.resend(error),
        }
    }
}

const MASKED: &str = "The token in it is masked here; your receiver gets all of it.";

/// Why it is not tried again.
const fn note(state: MessageState) -> &'static str {
    match state {
        MessageState::Pending | MessageState::Delivered => "",
        MessageState::Parked(ParkReason::LastTry) => "Every try that is made without being asked for has failed.",
        MessageState::Parked(ParkReason::Hopeless) => {
            "It can never be sent as it is, and is not tried again by itself."
        }
        MessageState::Parked(ParkReason::EndpointDisabled) => {
            "It was missed: its endpoint was disabled. It is kept, and not sent by itself."
        }
        MessageState::Parked(ParkReason::EndpointRemoved) => {
            "It was not sent: its endpoint was removed before. It can be sent to another."
        }
    }
}

/// The page.
pub(crate) async fn detail(State(state): State<WebState>, Path(text): Path<String>, member: Member) -> Answer {
    let case = Case::find(&state, &member, id(&text)?).await?;
    ok(&case.page(&state, &member, None))
}
