//! The walk's bookkeeping: which step we are in, what was exchanged, which statements held.

use std::error::Error;
use std::fmt::Debug;

use countersign_client::wire::webhooks::Notification;
use countersign_client::{ClientError, WebhookVerifier};

use super::control::Control;
use super::error::StepFailed;
use super::page::Page;
use super::receiver::Receiver;
use super::transcript::Transcript;

/// Deliveries of other kinds that may come before the awaited one.
const OTHERS_MAX: usize = 32;

/// A walk in progress.
pub(super) struct Walk<'o> {
    /// Where it is shown.
    pub(super) page: Page<'o>,
    /// Where exchanges wait to be shown.
    pub(super) transcript: Transcript,
    step: usize,
    title: &'static str,
    checks: usize,
}

impl<'o> Walk<'o> {
    /// A walk at its stage, before the first step.
    pub(super) fn new(page: Page<'o>, transcript: Transcript) -> Self {
        Self { page, transcript, step: 0, title: "the stage", checks: 0 }
    }

    /// How many statements held so far.
    pub(super) const fn checks(&self) -> usize {
        self.checks
    }

    /// Begins the next step.
    pub(super) fn next(&mut self, title: &'static str) -> anyhow::Result<()> {
        self.step += 1;
        self.title = title;
        Ok(self.page.step(self.step, title)?)
    }

    /// A call that must succeed: shows the exchange and hands out the answer.
    pub(super) fn answered<T, E: Error>(&mut self, result: Result<T, E>) -> anyhow::Result<T> {
        self.show_exchange()?;
        self.succeeded("the call succeeds", result)
    }

    /// The same without showing it, for the stage.
    pub(super) fn succeeded<T, E: Error>(&mut self, claim: &str, result: Result<T, E>) -> anyhow::Result<T> {
        self.transcript.take();
        result.map_err(|error| self.failed(claim, "success".to_owned(), chain(&error)))
    }

    /// A call that must be refused with `code`, and explained.
    pub(super) fn refused<T>(&mut self, result: Result<T, ClientError>, code: &str) -> anyhow::Result<()> {
        self.show_exchange()?;
        let expected = format!("a refusal with {code}");
        let Err(error) = result else {
            return Err(self.failed("the call is refused", expected, "a success".to_owned()));
        };
        let Some(failure) = error.refusal() else {
            return Err(self.failed("the call is refused", expected, chain(&error)));
        };
        self.equal(&format!("refused with {code}"), code, failure.code.as_str())?;
        self.holds("the refusal is explained", failure.explanation.as_deref().is_some_and(|text| !text.is_empty()))
    }

    /// A statement about two values.
    pub(super) fn equal<T: PartialEq + Debug + ?Sized>(
        &mut self,
        claim: &str,
        expected: &T,
        found: &T,
    ) -> anyhow::Result<()> {
        if expected == found {
            return self.held(claim);
        }
        Err(self.failed(claim, format!("{expected:?}"), format!("{found:?}")))
    }

    /// A statement whose values are secret or say nothing.
    pub(super) fn holds(&mut self, claim: &str, holds: bool) -> anyhow::Result<()> {
        if holds {
            self.held(claim)
        } else {
            Err(self.failed(claim, "it to hold".to_owned(), "it does not".to_owned()))
        }
    }

    fn held(&mut self, claim: &str) -> anyhow::Result<()> {
        self.checks += 1;
        Ok(self.page.holds(claim)?)
    }

    fn failed(&mut self, claim: &str, expected: String, found: String) -> anyhow::Error {
        let failed =
            StepFailed { step: self.step, title: self.title.to_owned(), claim: claim.to_owned(), expected, found };
        // A page that cannot be written to any more must not hide why the walk ended.
        let _ = self.page.fails(&failed);
        failed.into()
    }

    fn show_exchange(&mut self) -> anyhow::Result<()> {
        match self.transcript.take() {
            Some(exchange) => Ok(self.page.exchange(&exchange)?),
            None => Ok(()),
        }
    }

    /// The webhook of this type and status; others that come first are passed over, but none may be forged.
    pub(super) async fn webhook(
        &mut self,
        stand: &mut WebhookStand,
        (biz_type, biz_status): (&'static str, &'static str),
    ) -> anyhow::Result<Notification> {
        let deadline = stand.receiver.deadline();
        for _ in 0..OTHERS_MAX {
            let Some(delivery) = stand.receiver.next(deadline).await else { break };
            let verified = delivery.verify(&stand.verifier);
            if verified.as_ref().is_ok_and(|found| found.biz_type != biz_type || found.biz_status != biz_status) {
                continue;
            }
            self.page.webhook(&stand.receiver.url(), &delivery.body)?;
            let notification = self.succeeded("its signature verifies", verified)?;
            self.held(&format!("{biz_type} {biz_status} arrived, its signature verifies with the certificate"))?;
            return Ok(notification);
        }
        let expected = format!("{biz_type} {biz_status} at {}", stand.receiver.url());
        let found = stand.diagnosis().await;
        Err(self.failed("the webhook arrives", expected, found))
    }
}

/// Where webhooks arrive, what they are checked with, and where to ask when none comes.
pub(super) struct WebhookStand {
    /// Where they arrive.
    pub(super) receiver: Receiver,
    /// What they are checked with.
    pub(super) verifier: WebhookVerifier,
    /// Where to ask.
    pub(super) control: Control,
    /// Whose webhooks they are.
    pub(super) merchant_id: String,
}

impl WebhookStand {
    /// What the sandbox says about its deliveries.
    async fn diagnosis(&self) -> String {
        let list = match self.control.deliveries(&self.merchant_id).await {
            Ok(list) => list,
            Err(error) => return format!("nothing in time, and the sandbox does not say why: {}", chain(&error)),
        };
        if list.is_empty() {
            return "nothing in time; the sandbox has no delivery for the provider".to_owned();
        }
        let told: Vec<String> = list
            .iter()
            .map(|row| {
                let (biz_type, status, state) = (&row.biz_type, &row.biz_status, &row.state);
                format!("{biz_type} {status} {state} after {} tries (last status {})", row.attempts, row.last_status)
            })
            .collect();
        format!("nothing in time; the sandbox's deliveries: {}", told.join("; "))
    }
}

/// An error and its causes on one line.
pub(super) fn chain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(source) = cause {
        text = format!("{text}: {source}");
        cause = source.source();
    }
    text
}
