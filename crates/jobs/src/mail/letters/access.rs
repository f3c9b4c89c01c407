//! What happened to the way in which a person signs in.

use countersign_domain::Timestamp;
use countersign_domain::event::Whereabouts;
use countersign_service::Links;

use super::moment;
use crate::mail::letter::{Block, Letter, name_in_subject};

/// Whose account, and where its pages are.
pub(in crate::mail) struct Access<'a> {
    /// The name of what the person signs in to.
    pub(in crate::mail) account: &'a str,
    /// The address that the person signs in with.
    pub(in crate::mail) email: &'a str,
    /// The pages.
    pub(in crate::mail) links: &'a Links,
}

impl Access<'_> {
    fn because(&self) -> String {
        format!("You are told because {} signs in to {} at {}.", self.email, self.account, self.links.base())
    }

    fn ask_for_a_link(&self) -> Block {
        Block::Link { label: "Set a new password", href: self.links.forgot_password() }
    }

    /// Somebody signed in on a device that was never seen with this account.
    pub(in crate::mail) fn new_device(&self, whereabouts: &Whereabouts, at: Timestamp) -> Letter {
        let Self { account, email, .. } = self;
        Letter {
            subject: format!("New sign-in to {}", name_in_subject(account)),
            preview: format!("{}, {}", whereabouts.device, moment(at)),
            heading: "Sign-in from a new device".to_owned(),
            blocks: vec![
                Block::Text(format!(
                    "Somebody signed in to {account} as {email}, with the right password, on a device that was not used for this before."
                )),
                Block::Facts(facts(whereabouts, at)),
                Block::Text("If this was you, there is nothing to do.".to_owned()),
                Block::Caution(
                    "If this was not you, set a new password now. That ends every session, this one too:".to_owned(),
                ),
                self.ask_for_a_link(),
            ],
            because: self.because(),
        }
    }

    /// A link to set a new password.
    pub(in crate::mail) fn reset_link(&self, token: &str, expires_at: Timestamp) -> Letter {
        let Self { account, email, links } = self;
        Letter {
            subject: "Set a new password".to_owned(),
            preview: "The link works once, and for one hour.".to_owned(),
            heading: "Set a new password".to_owned(),
            blocks: vec![
                Block::Text(format!(
                    "Somebody, most likely you, asked for a new password for {email}, which signs in to {account}. This link works once, until {}:",
                    moment(expires_at)
                )),
                Block::Link { label: "Set a new password", href: links.reset_password(token) },
                Block::Text(
                    "If you did not ask, there is nothing to do: the password stays as it is until the link is used."
                        .to_owned(),
                ),
                Block::Caution("Whoever has the link can set the password. Pass it on to nobody.".to_owned()),
            ],
            because: self.because(),
        }
    }

    /// A new password was set by a link.
    pub(in crate::mail) fn changed_password(&self, whereabouts: &Whereabouts, at: Timestamp) -> Letter {
        let Self { account, email, .. } = self;
        Letter {
            subject: "Your password was changed".to_owned(),
            preview: "Every session has ended; sign in with the new password.".to_owned(),
            heading: "Your password was changed".to_owned(),
            blocks: vec![
                Block::Text(format!(
                    "A new password was set for {email}, which signs in to {account}, by a link from a mail to this address. Every session has ended."
                )),
                Block::Facts(facts(whereabouts, at)),
                Block::Text("If this was you, there is nothing to do.".to_owned()),
                Block::Caution(
                    "If this was not you, somebody reads your mail: secure your mailbox first, tell the operator of this service, and then set another password:"
                        .to_owned(),
                ),
                self.ask_for_a_link(),
            ],
            because: self.because(),
        }
    }
}

fn facts(whereabouts: &Whereabouts, at: Timestamp) -> Vec<(&'static str, String)> {
    let address = whereabouts.address.map_or_else(|| "not known".to_owned(), |address| address.to_string());
    vec![("When", moment(at)), ("Device", whereabouts.device.clone()), ("Address", address)]
}
