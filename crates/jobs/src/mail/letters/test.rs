//! The mail by which an operator tries the transport.

use countersign_service::Links;

use crate::mail::letter::{Block, Letter};
use crate::mail::mail::Mail;

/// A mail that says only that mail arrives.
pub fn test_mail(to: &str, links: &Links) -> Mail {
    let letter = Letter {
        subject: "Test mail from Countersign".to_owned(),
        preview: "Mail from this server arrives.".to_owned(),
        heading: "Mail arrives".to_owned(),
        blocks: vec![
            Block::Text(
                "The operator of this server sent this mail to try the way that mail takes. It arrived.".to_owned(),
            ),
            Block::Facts(vec![("Server", links.base().to_owned())]),
        ],
        because: "You are told because somebody typed your address into a command of this server.".to_owned(),
    };
    letter.to_mail(to, links.base())
}
