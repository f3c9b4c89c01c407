//! Mail over SMTP: through one server of the operator's, over few connections that are kept.
//!
//! The library's own pool is not used: a try that runs out of time leaves its connection in the middle of an exchange, and
//! that pool would take it back, so that the answer to one mail could be read as the answer to another. Here a connection goes
//! back only after a mail was accepted on it; in every other case it is dropped.

mod message;
mod pool;
mod route;
mod verdict;

use std::time::Duration;

use lettre::address::AddressError;
use lettre::transport::smtp::Error as LibraryError;
use secrecy::SecretString;
use thiserror::Error;

use super::mail::Mail;
use super::transport::{Mailer, Postmark, SendingMail};
use message::Letterhead;
use pool::Pool;
use route::Route;
pub use verdict::SmtpFailure;

/// The most connections that are open at once: as many mails as the dispatcher sends at once.
pub const CONNECTIONS_MAX: usize = 8;
/// The longest that one try may be given.
pub const TIMEOUT_MAX: Duration = Duration::from_mins(5);

/// How the way to the mail server is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encryption {
    /// Begun in the clear and turned into TLS before anything is said (RFC 3207); a server that does not offer it gets nothing.
    StartTls,
    /// TLS from the first byte (RFC 8314).
    Tls,
    /// None, for a relay on the same machine.
    None,
}

impl Encryption {
    /// The port where servers usually listen for it.
    pub const fn usual_port(self) -> u16 {
        match self {
            Self::StartTls => 587,
            Self::Tls => 465,
            Self::None => 25,
        }
    }
}

/// With what we sign in to the mail server. No `Debug`: it holds a password.
#[derive(Clone)]
pub struct SmtpAccount {
    /// The name.
    pub user: String,
    /// The password.
    pub password: SecretString,
}

/// Where mails go, and from whom. No `Debug`: it holds a password.
#[derive(Clone)]
pub struct SmtpSettings {
    /// The server's name or address; with TLS its certificate must be for it.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How the way there is protected.
    pub encryption: Encryption,
    /// Certificates in PEM of the authorities by which the server is judged; `None` for those of the machine.
    pub authorities: Option<Vec<u8>>,
    /// With what we sign in; `None` where the server asks for nothing.
    pub account: Option<SmtpAccount>,
    /// The name by which we introduce ourselves: ours as the internet knows it.
    pub hello_name: String,
    /// The sender: an address, or a name with an address in angle brackets.
    pub from: String,
    /// Where answers go, in the same form; `None` for the sender.
    pub reply_to: Option<String>,
    /// How long one try may take, from waiting for a connection to the server's last word.
    pub timeout: Duration,
    /// How many connections may be open at once, up to [`CONNECTIONS_MAX`].
    pub connections: usize,
}

/// Why there is no mailer with these settings.
#[derive(Debug, Error)]
pub enum SmtpSettingsError {
    /// The sender is no address.
    #[error("the sender must be an address, or a name with an address in angle brackets: {0}")]
    From(#[source] AddressError),
    /// The address for answers is none.
    #[error("the address for answers must be an address, or a name with an address in angle brackets: {0}")]
    ReplyTo(#[source] AddressError),
    /// The password would be readable on the way.
    #[error("a password is not sent without encryption")]
    PasswordInTheClear,
    /// The number of connections is out of bounds.
    #[error("from 1 to {CONNECTIONS_MAX} connections may be open at once")]
    Connections,
    /// The time is out of bounds.
    #[error("one try may take from 1 to {} seconds", TIMEOUT_MAX.as_secs())]
    Timeout,
    /// The certificates cannot be used.
    #[error("TLS cannot be set up: {0}")]
    Tls(#[from] LibraryError),
}

/// Sends mails over SMTP.
pub struct SmtpMailer {
    letterhead: Letterhead,
    pool: Pool,
    timeout: Duration,
}

impl SmtpMailer {
    /// A mailer with these settings. It reads the machine's certificate authorities where it needs them, and connects to
    /// nothing yet.
    pub fn new(settings: SmtpSettings) -> Result<Self, SmtpSettingsError> {
        if settings.account.is_some() && settings.encryption == Encryption::None {
            return Err(SmtpSettingsError::PasswordInTheClear);
        }
        if !(1..=CONNECTIONS_MAX).contains(&settings.connections) {
            return Err(SmtpSettingsError::Connections);
        }
        if !(Duration::from_secs(1)..=TIMEOUT_MAX).contains(&settings.timeout) {
            return Err(SmtpSettingsError::Timeout);
        }
        let letterhead = Letterhead::new(&settings.from, settings.reply_to.as_deref())?;
        let (connections, timeout) = (settings.connections, settings.timeout);
        Ok(Self { letterhead, pool: Pool::new(Route::new(settings)?, connections), timeout })
    }

    /// Tries once to hand a mail to the server, with the server's own words where it does not take it.
    pub async fn deliver(&self, mail: &Mail, postmark: Postmark) -> Result<(), SmtpFailure> {
        let message = self.letterhead.message(mail, postmark)?;
        let sending = self.pool.send(message.envelope(), message.formatted());
        tokio::time::timeout(self.timeout, sending).await.unwrap_or_else(|_| Err(SmtpFailure::timed_out()))
    }
}

impl Mailer for SmtpMailer {
    fn send<'a>(&'a self, mail: &'a Mail, postmark: Postmark) -> SendingMail<'a> {
        Box::pin(async move { self.deliver(mail, postmark).await.map_err(|failure| failure.verdict) })
    }

    fn patience(&self) -> Duration {
        self.timeout
    }
}
