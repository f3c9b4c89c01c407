//! The way mail leaves the process.

use std::future::Future;
use std::pin::Pin;

use thiserror::Error;

use super::text::Mail;

/// Why a mail did not go. The words stand in the delivery log.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum MailError {
    /// It may go later: the message follows the retry schedule.
    #[error("{0}")]
    Later(String),
    /// It will not go as things are: the message is parked.
    #[error("{0}")]
    Never(&'static str),
}

/// A mail on its way.
pub type SendingMail<'a> = Pin<Box<dyn Future<Output = Result<(), MailError>> + Send + 'a>>;

/// Hands mails to whoever delivers them.
pub trait Mailer: Send + Sync {
    /// Sends one mail, in bounded time.
    fn send<'a>(&'a self, mail: &'a Mail) -> SendingMail<'a>;
}

/// The sandbox's mailer: nothing leaves. The mail stays in the outbox, where the mail page reads it.
#[derive(Debug, Clone, Copy, Default)]
pub struct KeptMailer;

impl Mailer for KeptMailer {
    fn send<'a>(&'a self, _mail: &'a Mail) -> SendingMail<'a> {
        Box::pin(std::future::ready(Ok(())))
    }
}

/// The mailer where no transport is configured: mails are parked, with the reason in the log.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoMailer;

impl Mailer for NoMailer {
    fn send<'a>(&'a self, _mail: &'a Mail) -> SendingMail<'a> {
        Box::pin(std::future::ready(Err(MailError::Never("no mail transport is configured"))))
    }
}
