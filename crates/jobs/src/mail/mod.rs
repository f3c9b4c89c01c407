//! Mail: what people are told, and how it leaves.
//!
//! Every mail is a letter: blocks of words in an order, written once and rendered twice, as plain text and as HTML, so that
//! the two parts cannot say different things. The words of each kind stand in `letters`, the look in `templates/mail`.
//!
//! Invariants:
//! - A header is made of an id, an address that the address grammar admits, or one line of text without control characters:
//!   nothing that somebody named a merchant can end a header or begin another.
//! - HTML is escaped by its template; it loads nothing, and its links lead to our own pages alone.
//! - A mail whose link grants something is sealed at rest, and is not sent once the link is dead.

mod letter;
mod letters;
#[expect(clippy::module_inception, reason = "a mail among what belongs to mails")]
mod mail;
mod render;
mod smtp;
mod transport;

pub use letters::{EndpointDisabled, endpoint_disabled, test_mail};
pub use mail::Mail;
pub use render::render_mail;
pub use smtp::{
    CONNECTIONS_MAX, Encryption, SmtpAccount, SmtpFailure, SmtpMailer, SmtpSettings, SmtpSettingsError, TIMEOUT_MAX,
};
pub use transport::{KeptMailer, MailError, Mailer, NoMailer, Postmark, SendingMail};
