//! Sending everything again that failed: first how much that is, then, by the form, doing it.
//!
//! What was done is told by the answer to the form itself: sending the form once more finds nothing that is still parked, so
//! that no harm comes of it.

use axum::extract::{Query, State};
use countersign_domain::Timestamp;
use countersign_domain::id::{OutboxId, WebhookEndpointId};
use countersign_domain::webhook_endpoint::WebhookEndpoint;
use countersign_service::deliveries::{self as service, Parked, RecoverError, Recovered, Recovery, TargetError};
use countersign_store::StoreError;
use serde::Deserialize;

use super::resend::target_words;
use super::{endpoints, named, target};
use crate::describe::{endpoint_choices, minute_begin, numeric_id};
use crate::failure::Failure;
use crate::forms::RecoverForm;
use crate::handlers::Answer;
use crate::handlers::helpers::{ok, refused};
use crate::pages::{RecoverPage, RecoverPreview, RecoveredPage, RecoveryFields};
use crate::session::{Member, SessionForm};
use crate::state::WebState;
use crate::view::{Choice, Moment, Place, Problem, TextField};

/// The most steps of one form; what is left then is asked for by another.
const STEPS_MAX: usize = 10;

/// What the address asks for.
#[derive(Deserialize)]
pub(crate) struct Asked {
    #[serde(default)]
    since: String,
    #[serde(default)]
    endpoint: String,
}

/// What is to be sent again, as the page holds it.
struct Case {
    endpoints: Vec<WebhookEndpoint>,
    /// The only endpoint whose messages are meant.
    of: Option<WebhookEndpointId>,
    /// Whether one is named that is not there: it must not become all of them.
    is_gone: bool,
    /// Since when, or what is wrong with that; `None` before it was asked.
    since: Option<Result<Timestamp, String>>,
    typed: String,
}

impl Case {
    async fn read(state: &WebState, member: &Member, since: &str, of: &str) -> Result<Self, Failure> {
        let endpoints = endpoints(state, member).await?;
        let typed = since.trim().to_owned();
        let since = (!typed.is_empty()).then(|| minute_begin(&typed));
        let found = named(&endpoints, of);
        Ok(Self { of: found, is_gone: found.is_none() && !of.is_empty(), endpoints, since, typed })
    }

    fn fields(&self) -> RecoveryFields {
        RecoveryFields { since: self.typed.clone(), endpoint: self.of.map(|id| id.to_string()).unwrap_or_default() }
    }

    fn targets(&self) -> Vec<Choice> {
        let enabled = self.endpoints.iter().filter(|endpoint| endpoint.state.is_enabled());
        endpoint_choices("Where each was for", enabled, None)
    }

    fn preview(&self, parked: Parked, (since, now): (Timestamp, Timestamp), error: Option<String>) -> RecoverPreview {
        let of = self.endpoints.iter().find(|endpoint| Some(endpoint.id) == self.of);
        RecoverPreview {
            fields: self.fields(),
            since: Moment::at(since.ms(), now.ms()),
            of: of.map(|endpoint| endpoint.terms.url.clone()).unwrap_or_default(),
            count: if parked.is_cut { format!("more than {}", parked.count) } else { parked.count.to_string() },
            is_one: parked.count == 1 && !parked.is_cut,
            is_empty: parked.count == 0 && !parked.is_cut,
            targets: self.targets(),
            error,
        }
    }

    async fn page(&self, state: &WebState, member: &Member, error: Option<String>) -> Result<RecoverPage, Failure> {
        let (owner, of, now) = (member.id(), self.of, state.platform().business_now());
        let preview = match &self.since {
            Some(Ok(since)) if !self.is_gone => {
                let since = *since;
                let read = state
                    .platform()
                    .read("deliveries_failed", move |tx, _| service::count_failed(tx, owner, of, since));
                let parked = read.await.map_err(|error: StoreError| error)?;
                Some(self.preview(parked, (since, now), error.clone()))
            }
            Some(_) | None => None,
        };
        let fault = self.since.clone().and_then(Result::err);
        let gone = self.is_gone.then(|| target_words(&TargetError::Unknown).to_owned());
        let problems = [("since", &fault), ("endpoint", &gone), ("to", &error)];
        Ok(RecoverPage {
            chrome: member.chrome(Place::Deliveries),
            problems: problems.into_iter().filter_map(|(id, text)| Some(Problem::of(id, text.clone()?))).collect(),
            since: TextField { value: self.typed.clone(), error: fault },
            endpoints: endpoint_choices("All", &self.endpoints, self.of),
            endpoint_error: gone,
            preview,
        })
    }
}

/// Asks since when, and tells how much that is.
pub(crate) async fn recover_form(State(state): State<WebState>, Query(asked): Query<Asked>, member: Member) -> Answer {
    let case = Case::read(&state, &member, &asked.since, &asked.endpoint).await?;
    let page = case.page(&state, &member, None).await?;
    if page.problems.is_empty() { ok(&page) } else { refused(&page) }
}

/// Goes through what failed, a bounded number of steps far.
async fn run(
    state: &WebState,
    member: &Member,
    (what, mut after): (Recovery, Option<OutboxId>),
) -> Result<Recovered, RecoverError> {
    let mut sum = Recovered { resent: 0, left: 0, next: None };
    for _ in 0..STEPS_MAX {
        let who = (member.actor(), state.platform().business_now());
        let write = state.platform().write("webhook_recover", move |tx, _| service::recover(tx, &what, after, who));
        let step = write.await?;
        sum = Recovered { resent: sum.resent + step.resent, left: sum.left + step.left, next: step.next };
        after = step.next;
        if after.is_none() {
            break;
        }
    }
    Ok(sum)
}

/// Sends it, and tells how much that was.
pub(crate) async fn recover(State(state): State<WebState>, member: Member, SessionForm(data): SessionForm) -> Answer {
    let form = RecoverForm::read(&data);
    let asked = form.endpoint.as_deref().unwrap_or_default();
    let mut case = Case::read(&state, &member, &form.since, asked).await?;
    let since = match case.since.get_or_insert_with(|| minute_begin("")) {
        Ok(since) if !case.is_gone => *since,
        _ => return refused(&case.page(&state, &member, None).await?),
    };
    let Some(target) = target(&case.endpoints, form.to.as_deref()) else {
        let words = target_words(&TargetError::Unknown).to_owned();
        return refused(&case.page(&state, &member, Some(words)).await?);
    };
    let what = Recovery { merchant: Some(member.id()), since, endpoint: case.of, target };
    let after = form.after.as_deref().and_then(numeric_id).map(OutboxId::new);
    match run(&state, &member, (what, after)).await {
        Ok(done) => {
            state.wake();
            ok(&RecoveredPage {
                chrome: member.chrome(Place::Deliveries),
                resent: done.resent,
                left: done.left,
                fields: case.fields(),
                to: form.to.unwrap_or_default(),
                next: done.next.map(|id| id.to_string()),
            })
        }
        Err(RecoverError::Store(error) | RecoverError::Target(TargetError::Store(error))) => Err(error.into()),
        Err(RecoverError::Target(error)) => {
            refused(&case.page(&state, &member, Some(target_words(&error).to_owned())).await?)
        }
    }
}
