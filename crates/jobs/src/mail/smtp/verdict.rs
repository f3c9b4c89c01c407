//! What a failed try means for its mail.
//!
//! A server that refuses the mail for good (5yz, RFC 5321 §4.2.1) ends it. Everything else may pass, a wrong password of ours
//! too: the operator mends it, and the mail is as good as before.

use std::error::Error as _;

use lettre::transport::smtp::Error;

use crate::mail::transport::MailError;

/// Codes that are about us, not about the mail: we did not sign in, or not strongly enough (RFC 4954 §6).
const ABOUT_US: [u16; 4] = [530, 534, 535, 538];

/// A try that failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SmtpFailure {
    /// What becomes of the mail, in words for the delivery log.
    pub verdict: MailError,
    /// All that is known, the server's own words included, for the operator's eyes alone.
    pub detail: String,
}

impl SmtpFailure {
    /// A mail that cannot be sent by anybody.
    pub(super) fn unusable(why: &'static str) -> Self {
        Self { verdict: MailError::Never(why.to_owned()), detail: why.to_owned() }
    }

    /// There was no time left.
    pub(super) fn timed_out() -> Self {
        let words = "the mail server did not take it in time".to_owned();
        Self { verdict: MailError::Later(words.clone()), detail: words }
    }

    /// There was no connection on which mails can be sent.
    pub(super) fn connecting(error: &Error) -> Self {
        let words = match code(error) {
            Some(code) => format!("the mail server turned us away: {code}"),
            None => format!("no connection to the mail server: {}", innermost(error)),
        };
        Self { verdict: MailError::Later(words), detail: error.to_string() }
    }

    /// The connection stood, and the mail was not taken.
    pub(super) fn sending(error: &Error) -> Self {
        let verdict = match code(error) {
            Some(code) if is_about_us(error) => MailError::Later(format!("the mail server turned us away: {code}")),
            Some(code) if error.is_permanent() => MailError::Never(format!("the mail server refused it: {code}")),
            Some(code) => MailError::Later(format!("the mail server put it off: {code}")),
            // What the library refuses by itself: letters in the address that this server does not know of (RFC 6531).
            None if error.is_client() => {
                MailError::Never("the mail server takes no addresses with such letters".to_owned())
            }
            None => MailError::Later("the connection to the mail server broke".to_owned()),
        };
        Self { verdict, detail: error.to_string() }
    }
}

fn is_about_us(error: &Error) -> bool {
    error.status().is_some_and(|code| ABOUT_US.contains(&u16::from(code)))
}

/// The reply's code, with the finer one of RFC 3463 where the text begins with it. Not the text: it may name an address.
fn code(error: &Error) -> Option<String> {
    let code = error.status()?.to_string();
    let text = error.source().map(ToString::to_string).unwrap_or_default();
    let finer = text.split_whitespace().next().filter(|word| is_enhanced(word));
    Some(finer.map_or_else(|| code.clone(), |finer| format!("{code} {finer}")))
}

/// Whether a word is a status code such as `5.1.1`.
fn is_enhanced(word: &str) -> bool {
    let mut parts = word.split('.');
    let is_number = |part: &str| (1..=3).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit());
    parts.clone().count() == 3 && parts.all(is_number)
}

/// The cause behind the causes. Where no reply came, it is the operating system's or the TLS library's, which name nobody.
fn innermost(error: &Error) -> String {
    if error.is_response() {
        return "it does not answer as a mail server does".to_owned();
    }
    let mut cause = error.source();
    while let Some(deeper) = cause.and_then(|cause| cause.source()) {
        cause = Some(deeper);
    }
    cause.map_or_else(|| error.to_string(), ToString::to_string)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_status_codes_are_repeated() {
        for (word, expected) in [
            ("5.1.1", true),
            ("4.7.12", true),
            ("5.1", false),
            ("5.1.1.1", false),
            ("ann@x.example", false),
            ("5.1.<x>", false),
            ("", false),
        ] {
            assert_eq!(is_enhanced(word), expected, "{word}");
        }
    }
}
