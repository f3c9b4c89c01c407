//! The way mail leaves the process.

use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use countersign_domain::Timestamp;
use countersign_domain::id::OutboxId;
use thiserror::Error;

use super::mail::Mail;

/// Why a mail did not go. The words stand in the delivery log: they name no address and repeat nothing that a stranger said.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum MailError {
    /// It may go later: the message follows the retry schedule.
    #[error("{0}")]
    Later(String),
    /// It will not go as things are: the message is parked.
    #[error("{0}")]
    Never(String),
}

/// What makes a mail the same mail at every try.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Postmark {
    /// The message of the outbox; mail servers and programs tell repeats by it.
    pub id: OutboxId,
    /// When it was caused.
    pub at: Timestamp,
}

/// A mail on its way.
pub type SendingMail<'a> = Pin<Box<dyn Future<Output = Result<(), MailError>> + Send + 'a>>;

/// Hands mails to whoever delivers them.
pub trait Mailer: Send + Sync {
    /// Sends one mail within [`Mailer::patience`].
    fn send<'a>(&'a self, mail: &'a Mail, postmark: Postmark) -> SendingMail<'a>;

    /// The longest time that one try takes; a message is leased for longer.
    fn patience(&self) -> Duration {
        Duration::ZERO
    }
}

/// The sandbox's mailer: nothing leaves. The mail stays in the outbox, where the mail page reads it.
#[derive(Debug, Clone, Copy, Default)]
pub struct KeptMailer;

impl Mailer for KeptMailer {
    fn send<'a>(&'a self, _: &'a Mail, _: Postmark) -> SendingMail<'a> {
        Box::pin(std::future::ready(Ok(())))
    }
}

/// The mailer where no transport is configured: mails are parked, with the reason in the log. They are not kept in line for
/// the day when there is one: what they tell would be old, and their links dead.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoMailer;

impl Mailer for NoMailer {
    fn send<'a>(&'a self, _: &'a Mail, _: Postmark) -> SendingMail<'a> {
        let why = "no mail transport is configured".to_owned();
        Box::pin(std::future::ready(Err(MailError::Never(why))))
    }
}
