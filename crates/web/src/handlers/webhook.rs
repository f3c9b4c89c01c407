//! The webhook endpoint and what was sent.

use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use countersign_domain::id::OutboxId;
use countersign_domain::webhook_endpoint::{DESCRIPTION_LENGTH_MAX, TermsFault, URL_LENGTH_MAX, WebhookEndpoint};
use countersign_service::deliveries::{self, Resend, ResendError, Target, TargetError};
use countersign_service::webhook_endpoints::{self as endpoints, EndpointError};
use countersign_store::StoreError;
use countersign_store::queries::Key;
use countersign_store::queries::outbox::{self, Channel, Message};

use super::Answer;
use super::helpers::{Cursor, REFUSED, done, id, paged};
use crate::describe::delivery_line;
use crate::failure::Failure;
use crate::forms::WebhookForm;
use crate::pages::{WebhookPage, WebhookPanel};
use crate::session::{Member, Notice, SessionForm};
use crate::state::WebState;
use crate::view::{Place, Problem, TextField};
use crate::{paths, render};

/// Deliveries of one page.
const ROWS: usize = 25;

async fn load(
    state: &WebState,
    member: &Member,
    before: OutboxId,
) -> Result<(Option<WebhookEndpoint>, Vec<Message>), Failure> {
    let owner = member.id();
    let rows = i64::try_from(ROWS + 1).expect("a page is small");
    let read = state.platform().read("webhook_page", move |tx, _| {
        let endpoint = endpoints::list(tx, owner)?.into_iter().next();
        Ok::<_, StoreError>((endpoint, outbox::page(tx, Channel::Webhook, Some(owner), before, rows)?))
    });
    Ok(read.await?)
}

/// The page; deliveries are paged towards the past only.
async fn page(state: &WebState, member: &Member, before: Option<OutboxId>, panel: Option<WebhookPanel>) -> Answer {
    let (endpoint, messages) = load(state, member, before.unwrap_or(OutboxId::new(i64::MAX))).await?;
    let base = format!("{}?", paths::WEBHOOK);
    let (messages, mut pager) = paged(messages, ROWS, Key::Newest, (&base, |message: &Message| message.id.get()));
    pager.newer = before.map(|_| paths::WEBHOOK.to_owned());
    let now = state.platform().business_now();
    let in_force = || WebhookPanel {
        url: TextField::holding(endpoint.as_ref().map(|endpoint| endpoint.terms.url.clone()).unwrap_or_default()),
        description: TextField::holding(
            endpoint.as_ref().map(|endpoint| endpoint.terms.description.clone()).unwrap_or_default(),
        ),
        problems: Vec::new(),
    };
    let status = if panel.is_some() { REFUSED } else { StatusCode::OK };
    let page = WebhookPage {
        chrome: member.chrome(Place::Webhook),
        panel: panel.unwrap_or_else(in_force),
        deliveries: messages.iter().map(|message| delivery_line(message, now)).collect(),
        pager,
    };
    Ok(render::page(status, &page)?)
}

/// The page.
pub(crate) async fn show(State(state): State<WebState>, Query(cursor): Query<Cursor>, member: Member) -> Answer {
    let before = match cursor.key() {
        Key::Before(id) => Some(OutboxId::new(id)),
        Key::Newest | Key::After(_) => None,
    };
    page(&state, &member, before, None).await
}

fn refused_panel(form: &WebhookForm, url: Option<String>, description: Option<String>) -> WebhookPanel {
    let of = |field: &str, text: &Option<String>| text.clone().map(|text| Problem::of(field, text));
    WebhookPanel {
        problems: [of("url", &url), of("description", &description)].into_iter().flatten().collect(),
        url: TextField { value: form.url.clone().unwrap_or_default(), error: url },
        description: TextField { value: form.description.clone(), error: description },
    }
}

/// Sets the endpoint, or takes it away where the field is empty.
pub(crate) async fn save(State(state): State<WebState>, member: Member, SessionForm(data): SessionForm) -> Answer {
    let form = WebhookForm::read(&data);
    if let Some(url) = &form.url
        && let Err(why) = state.settings().url_policy.check(url)
    {
        return page(&state, &member, None, Some(refused_panel(&form, Some(why), None))).await;
    }
    let owner = member.id();
    let who = (member.actor(), state.platform().business_now());
    let (url, text) = (form.url.clone(), form.description.clone());
    let write = state.platform().write("webhook_endpoint_set", move |tx, platform| {
        endpoints::replace(tx, platform, owner, url.as_deref().map(|url| (url, text.as_str())), who)
    });
    let panel = match write.await {
        Ok(()) => {
            let notice = if form.url.is_some() { Notice::WebhookSaved } else { Notice::WebhookRemoved };
            return Ok(done(&state, paths::WEBHOOK, notice));
        }
        Err(EndpointError::Terms(TermsFault::UrlLength)) => {
            refused_panel(&form, Some(format!("A URL has at most {URL_LENGTH_MAX} bytes.")), None)
        }
        Err(EndpointError::Terms(TermsFault::Description)) => refused_panel(
            &form,
            None,
            Some(format!("Use at most {DESCRIPTION_LENGTH_MAX} characters, all of which can be seen.")),
        ),
        Err(EndpointError::Store(error)) => return Err(error.into()),
        Err(error) => return Err(Failure::internal(error)),
    };
    page(&state, &member, None, Some(panel)).await
}

/// Puts a parked delivery back in line.
pub(crate) async fn retry(
    State(state): State<WebState>,
    Path(text): Path<String>,
    member: Member,
    SessionForm(_): SessionForm,
) -> Answer {
    let which = Resend { merchant: Some(member.id()), message: id(&text)?, target: Target::Original };
    let who = (member.actor(), state.platform().business_now());
    let resent =
        state.platform().write("webhook_redeliver", move |tx, platform| deliveries::resend(tx, platform, &which, who));
    match resent.await {
        Ok(()) => {
            state.wake();
            Ok(done(&state, paths::WEBHOOK, Notice::SentAgain))
        }
        Err(ResendError::Store(error) | ResendError::Target(TargetError::Store(error))) => Err(error.into()),
        Err(ResendError::Unknown | ResendError::UnderWay | ResendError::TooOften | ResendError::Target(_)) => {
            Ok(done(&state, paths::WEBHOOK, Notice::NoLongerPossible))
        }
    }
}
