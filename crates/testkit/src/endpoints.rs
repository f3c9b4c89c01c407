//! A merchant's webhook endpoints and the log of what was sent: through the use cases, without the portal.

use countersign_domain::id::{OutboxId, WebhookEndpointId};
use countersign_domain::webhook_endpoint::{EndpointTerms, WebhookEndpoint};
use countersign_service::audit::Actor;
use countersign_service::deliveries::{self, LogFilter, RecoverError, Recovery, Resend, ResendError, Shown, Target};
use countersign_service::webhook_endpoints::{self, EndpointError, Missed};
use countersign_store::StoreError;
use countersign_store::queries::outbox::Message;

use crate::actors::Merchant;

/// Messages on one page of a log that a test reads to its end.
const PAGE: i64 = 7;

impl Merchant {
    fn who(&self) -> (Actor, countersign_domain::Timestamp) {
        (Actor::User(self.owner), self.world.now())
    }

    /// Adds an endpoint.
    pub async fn add_endpoint(&self, terms: &EndpointTerms) -> Result<WebhookEndpointId, EndpointError> {
        let (merchant, terms, who) = (self.id, terms.clone(), self.who());
        let platform = self.world.platform();
        platform
            .write("endpoint_add", move |tx, platform| webhook_endpoints::add(tx, platform, merchant, &terms, who))
            .await
    }

    /// Adds an endpoint that is told of everything.
    pub async fn listen_at(&self, url: &str) -> WebhookEndpointId {
        self.add_endpoint(&EndpointTerms::of_everything(url, "")).await.expect("a test's endpoint can be added")
    }

    /// Says something else of an endpoint.
    pub async fn edit_endpoint(&self, id: WebhookEndpointId, terms: &EndpointTerms) -> Result<(), EndpointError> {
        let (merchant, terms, who) = (self.id, terms.clone(), self.who());
        let platform = self.world.platform();
        platform.write("endpoint_edit", move |tx, _| webhook_endpoints::edit(tx, merchant, id, &terms, who)).await
    }

    /// Disables an endpoint.
    pub async fn disable_endpoint(&self, id: WebhookEndpointId) -> Result<(), EndpointError> {
        let (merchant, who) = (self.id, self.who());
        let platform = self.world.platform();
        platform.write("endpoint_disable", move |tx, _| webhook_endpoints::disable(tx, merchant, id, who)).await
    }

    /// Lets the operator disable an endpoint.
    pub async fn hold_endpoint(&self, id: WebhookEndpointId) -> Result<(), EndpointError> {
        let (which, who) = ((self.id, id), (Actor::Operator, self.world.now()));
        let platform = self.world.platform();
        platform
            .write("endpoint_hold", move |tx, platform| {
                webhook_endpoints::disable_by_operator(tx, platform, which, who)
            })
            .await
    }

    /// Lets the operator enable an endpoint, and answers what it missed.
    pub async fn release_endpoint(&self, id: WebhookEndpointId) -> Result<Option<Missed>, EndpointError> {
        let (merchant, who) = (self.id, (Actor::Operator, self.world.now()));
        let platform = self.world.platform();
        platform
            .write("endpoint_release", move |tx, _| webhook_endpoints::enable_by_operator(tx, merchant, id, who))
            .await
    }

    /// Enables an endpoint, and answers what it missed.
    pub async fn enable_endpoint(&self, id: WebhookEndpointId) -> Result<Option<Missed>, EndpointError> {
        let (merchant, who) = (self.id, self.who());
        let platform = self.world.platform();
        platform.write("endpoint_enable", move |tx, _| webhook_endpoints::enable(tx, merchant, id, who)).await
    }

    /// Removes an endpoint.
    pub async fn remove_endpoint(&self, id: WebhookEndpointId) -> Result<(), EndpointError> {
        let (merchant, who) = (self.id, self.who());
        let platform = self.world.platform();
        platform.write("endpoint_remove", move |tx, _| webhook_endpoints::remove(tx, merchant, id, who)).await
    }

    /// Its endpoints.
    pub async fn endpoints(&self) -> Vec<WebhookEndpoint> {
        let merchant = self.id;
        let read = self.world.platform().read("endpoints", move |tx, _| webhook_endpoints::list(tx, merchant)).await;
        read.unwrap_or_else(|error: StoreError| panic!("the endpoints cannot be read: {error}"))
    }

    /// Everything in its log that the filter lets through, newest first, read page by page.
    pub async fn log(&self, filter: LogFilter) -> Vec<Message> {
        let filter = LogFilter { merchant: Some(self.id), ..filter };
        let (mut messages, mut before) = (Vec::new(), None);
        loop {
            let filter = filter.clone();
            let read = self.world.platform().read("log", move |tx, _| deliveries::list(tx, &filter, before, PAGE));
            let page = read.await.unwrap_or_else(|error: StoreError| panic!("the log cannot be read: {error}"));
            messages.extend(page.messages);
            match page.next {
                Some(next) => before = Some(next),
                None => return messages,
            }
        }
    }

    /// One message of its log as it is shown.
    pub async fn shown(&self, id: OutboxId) -> Option<Shown> {
        let merchant = Some(self.id);
        let platform = self.world.platform();
        let read = platform.read("shown", move |tx, platform| deliveries::show(tx, platform, merchant, id)).await;
        read.unwrap_or_else(|error: StoreError| panic!("the message cannot be read: {error}"))
    }

    /// Sends a message again.
    pub async fn resend(&self, message: OutboxId, target: Target) -> Result<(), ResendError> {
        let (which, who) = (Resend { merchant: Some(self.id), message, target }, self.who());
        let platform = self.world.platform();
        platform.write("resend", move |tx, platform| deliveries::resend(tx, platform, &which, who)).await
    }

    /// Sends again what failed, step by step, and tells how many messages that were and how many were left.
    pub async fn recover(&self, what: Recovery) -> Result<(i64, i64), RecoverError> {
        let what = Recovery { merchant: Some(self.id), ..what };
        let (mut sums, mut after, who) = ((0, 0), None, self.who());
        loop {
            let platform = self.world.platform();
            let step = platform.write("recover", move |tx, _| deliveries::recover(tx, &what, after, who)).await?;
            sums = (sums.0 + step.resent, sums.1 + step.left);
            match step.next {
                Some(next) => after = Some(next),
                None => return Ok(sums),
            }
        }
    }
}
