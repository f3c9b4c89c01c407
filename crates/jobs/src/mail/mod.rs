//! Mail: what people are told, and how it leaves.

mod text;
mod transport;

pub use text::{Mail, render_mail};
pub use transport::{KeptMailer, MailError, Mailer, NoMailer, SendingMail};
