//! A mail in the form that travels (RFC 5322): headers, and text and HTML as alternatives of each other.
//!
//! Everything in it follows from the mail and its postmark, so that every try sends the same bytes.

use std::time::{Duration, SystemTime};

use lettre::Message;
use lettre::address::AddressError;
use lettre::message::header::{HeaderName, HeaderValue};
use lettre::message::{Mailbox, MessageBuilder, MultiPart, MultiPartKind, SinglePart};

use super::SmtpSettingsError;
use super::verdict::SmtpFailure;
use crate::mail::mail::Mail;
use crate::mail::transport::Postmark;

/// From whom mails are.
pub(super) struct Letterhead {
    from: Mailbox,
    reply_to: Option<Mailbox>,
}

impl Letterhead {
    pub(super) fn new(from: &str, reply_to: Option<&str>) -> Result<Self, SmtpSettingsError> {
        let mailbox = |text: &str| text.parse::<Mailbox>();
        Ok(Self {
            from: mailbox(from).map_err(SmtpSettingsError::From)?,
            reply_to: reply_to.map(mailbox).transpose().map_err(SmtpSettingsError::ReplyTo)?,
        })
    }

    /// The mail as it travels. An address that the grammar does not admit is refused here, before it can be a header.
    pub(super) fn message(&self, mail: &Mail, postmark: Postmark) -> Result<Message, SmtpFailure> {
        let to = mail.to.parse().map_err(|_: AddressError| SmtpFailure::unusable("the address cannot be mailed to"))?;
        let builder = self.headers(postmark).to(Mailbox::new(None, to)).subject(mail.subject.as_str());
        let built = if mail.html.is_empty() {
            builder.singlepart(SinglePart::plain(mail.text.clone()))
        } else {
            let parts = MultiPart::builder().kind(MultiPartKind::Alternative).boundary(format!("part-{}", postmark.id));
            // The last one is what programs prefer (RFC 2046 §5.1.4).
            builder.multipart(
                parts.singlepart(SinglePart::plain(mail.text.clone())).singlepart(SinglePart::html(mail.html.clone())),
            )
        };
        built.map_err(|_| SmtpFailure::unusable("the mail cannot be written"))
    }

    fn headers(&self, postmark: Postmark) -> MessageBuilder {
        let since = Duration::from_millis(u64::try_from(postmark.at.ms()).unwrap_or_default());
        // Answering machines keep quiet (RFC 3834 §5).
        let automatic = HeaderValue::new(HeaderName::new_from_ascii_str("Auto-Submitted"), "auto-generated".to_owned());
        let builder = Message::builder()
            .from(self.from.clone())
            .date(SystemTime::UNIX_EPOCH + since)
            .message_id(Some(format!("<{}@{}>", postmark.id, self.from.email.domain())))
            .raw_header(automatic);
        match &self.reply_to {
            Some(reply_to) => builder.reply_to(reply_to.clone()),
            None => builder,
        }
    }
}

#[cfg(test)]
mod tests {
    use countersign_domain::Timestamp;
    use countersign_domain::id::OutboxId;

    use super::*;
    use crate::mail::transport::MailError;

    const POSTMARK: Postmark = Postmark { id: OutboxId::new(77), at: Timestamp::from_ms(1_768_478_400_000) };

    fn mail(to: &str, subject: &str) -> Mail {
        Mail {
            to: to.to_owned(),
            subject: subject.to_owned(),
            text: "Grüße\n".to_owned(),
            html: "<p>Grüße</p>".to_owned(),
            useless_from: None,
        }
    }

    fn written(to: &str, subject: &str) -> Result<String, MailError> {
        let letterhead = Letterhead::new("Zahlungen Ärmel <no-reply@pay.example>", Some("help@pay.example")).unwrap();
        let message = letterhead.message(&mail(to, subject), POSTMARK).map_err(|failure| failure.verdict)?;
        Ok(String::from_utf8(message.formatted()).expect("only the parts are not ASCII, and they are encoded"))
    }

    #[test]
    fn every_try_sends_the_same_bytes() {
        let first = written("ann@shop.example", "Über alles").unwrap();
        assert_eq!(first, written("ann@shop.example", "Über alles").unwrap());
        assert!(first.is_ascii(), "{first}");
        for line in [
            "From: =?utf-8?b?WmFobHVuZ2VuIMOEcm1lbA==?= <no-reply@pay.example>",
            "Reply-To: help@pay.example",
            "To: ann@shop.example",
            "Date: Thu, 15 Jan 2026 12:00:00 +0000",
            "Message-ID: <77@pay.example>",
            "Auto-Submitted: auto-generated",
            "MIME-Version: 1.0",
        ] {
            assert!(first.lines().any(|found| found == line), "{line} is missing from\n{first}");
        }
        assert!(first.contains("multipart/alternative") && first.contains("part-77"), "{first}");
    }

    #[test]
    fn no_text_of_others_becomes_a_header() {
        let subject = "Pay\r\nBcc: everybody@x.example\r\n\r\n<b>hello</b>";
        let injected = written("ann@shop.example", subject).unwrap();
        let head = injected.split("\r\n\r\n").next().unwrap();
        assert!(!head.lines().any(|line| line.to_ascii_lowercase().starts_with("bcc")), "{head}");
        for to in
            ["ann@shop.example\r\nBcc: x@x.example", "ann@shop.example, x@x.example", "<ann@shop.example", "ann", ""]
        {
            assert!(matches!(written(to, "x"), Err(MailError::Never(_))), "{to:?}");
        }
    }

    #[test]
    fn a_mail_of_an_older_version_is_text_alone() {
        let old = Mail::from_body(br#"{"to":"ann@shop.example","subject":"s","text":"t"}"#).unwrap();
        let letterhead = Letterhead::new("no-reply@pay.example", None).unwrap();
        let message = String::from_utf8(letterhead.message(&old, POSTMARK).ok().unwrap().formatted()).unwrap();
        assert!(message.contains("Content-Type: text/plain") && !message.contains("multipart"), "{message}");
    }
}
