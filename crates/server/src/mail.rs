//! The way of mails, out of the configuration.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use countersign_jobs::{Encryption, Mailer, NoMailer, SmtpAccount, SmtpMailer, SmtpSettings};
use countersign_service::Links;
use secrecy::SecretString;

use crate::config::{Config, SmtpEncryption};
use crate::failure::Failure;
use crate::system::read_private;

/// What becomes of the mails of `serve`.
pub(crate) struct MailWay {
    pub(crate) mailer: Arc<dyn Mailer>,
    /// Whether mails reach anybody.
    pub(crate) leaves: bool,
}

impl MailWay {
    /// Over the configured server; without one mails are parked, and the log says so once.
    pub(crate) fn of(config: &Config, links: &Links) -> Result<Self, Failure> {
        if let Some(mailer) = smtp(config, links)? {
            return Ok(Self { mailer: Arc::new(mailer), leaves: true });
        }
        tracing::warn!(
            "no mail leaves: smtp_host is not set, so nobody is told of authorizations, sign-ins or passwords, and mails are parked"
        );
        Ok(Self { mailer: Arc::new(NoMailer), leaves: false })
    }
}

/// The mailer over the configured server; `None` where none is configured.
pub(crate) fn smtp(config: &Config, links: &Links) -> Result<Option<SmtpMailer>, Failure> {
    if config.smtp_host.is_empty() {
        return Ok(None);
    }
    if config.mail_from.is_empty() {
        return Err(Failure::usage("'mail_from' is missing from the configuration: it is the sender of every mail"));
    }
    let encryption = match config.smtp_encryption {
        SmtpEncryption::StartTls => Encryption::StartTls,
        SmtpEncryption::Tls => Encryption::Tls,
        SmtpEncryption::None => Encryption::None,
    };
    let settings = SmtpSettings {
        host: config.smtp_host.clone(),
        port: if config.smtp_port == 0 { encryption.usual_port() } else { config.smtp_port },
        encryption,
        authorities: authorities(&config.smtp_ca_file)?,
        account: account(config)?,
        hello_name: host_of(links.base()).to_owned(),
        from: config.mail_from.clone(),
        reply_to: Some(config.mail_reply_to.clone()).filter(|address| !address.is_empty()),
        timeout: Duration::from_millis(config.smtp_timeout_ms),
        connections: config.smtp_connections_max,
    };
    let mailer = SmtpMailer::new(settings);
    mailer.map(Some).map_err(|error| Failure::usage(format!("the configuration of mail is not valid: {error}")))
}

fn authorities(path: &str) -> Result<Option<Vec<u8>>, Failure> {
    if path.is_empty() {
        return Ok(None);
    }
    let read = std::fs::read(path);
    read.map(Some).map_err(|error| Failure::usage(format!("'smtp_ca_file': {path} cannot be read: {error}")))
}

fn account(config: &Config) -> Result<Option<SmtpAccount>, Failure> {
    let password = match (&config.smtp_password, config.smtp_password_file.as_str()) {
        (Some(_), file) if !file.is_empty() => {
            return Err(Failure::usage("'smtp_password' and 'smtp_password_file' are both set; leave one out"));
        }
        (Some(password), _) => Some(password.clone()),
        (None, "") => None,
        (None, file) => {
            let text = read_private("the password of the mail server", Path::new(file))?;
            // Editors end a file with a line end that is no part of the password.
            Some(SecretString::from(text.trim_end_matches(['\r', '\n']).to_owned()))
        }
    };
    match (config.smtp_user.as_str(), password) {
        ("", None) => Ok(None),
        ("", Some(_)) => Err(Failure::usage("a password of the mail server is set, but 'smtp_user' is not")),
        (_, None) => {
            Err(Failure::usage("'smtp_user' is set; set 'smtp_password_file' or COUNTERSIGN_SMTP_PASSWORD too"))
        }
        (user, Some(password)) => Ok(Some(SmtpAccount { user: user.to_owned(), password })),
    }
}

/// The host of a base URL, without its port.
fn host_of(base_url: &str) -> &str {
    let authority = base_url.split_once("://").map_or(base_url, |(_, rest)| rest);
    match authority.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => host,
        _ => authority,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Environment;

    fn configured(variables: &[(&str, &str)]) -> Result<bool, String> {
        let config = Config::of_sandbox(&Environment::of(variables)).map_err(|failure| failure.to_string())?;
        let links = Links::new("https://pay.example", "csbx");
        smtp(&config, &links).map(|mailer| mailer.is_some()).map_err(|failure| failure.to_string())
    }

    const HOST: (&str, &str) = ("COUNTERSIGN_SMTP_HOST", "mail.example");
    const FROM: (&str, &str) = ("COUNTERSIGN_MAIL_FROM", "Pay <no-reply@pay.example>");

    #[test]
    fn a_host_and_a_sender_are_enough() {
        assert_eq!(configured(&[]), Ok(false));
        assert_eq!(configured(&[HOST, FROM]), Ok(true));
        let account = [HOST, FROM, ("COUNTERSIGN_SMTP_USER", "u"), ("COUNTERSIGN_SMTP_PASSWORD", "p")];
        assert_eq!(configured(&account), Ok(true));
    }

    #[test]
    fn mistakes_are_told_before_anything_listens() {
        let rows: [(&[(&str, &str)], &str); 9] = [
            (&[], "mail_from"),
            (&[("COUNTERSIGN_MAIL_FROM", "nobody")], "the sender must be an address"),
            (&[FROM, ("COUNTERSIGN_MAIL_REPLY_TO", "a@b, c@d")], "the address for answers"),
            (&[FROM, ("COUNTERSIGN_SMTP_USER", "u")], "smtp_password_file"),
            (&[FROM, ("COUNTERSIGN_SMTP_PASSWORD", "p")], "smtp_user"),
            (&[FROM, ("COUNTERSIGN_SMTP_CA_FILE", "/nowhere.pem")], "smtp_ca_file"),
            (&[FROM, ("COUNTERSIGN_SMTP_CONNECTIONS_MAX", "9")], "connections"),
            (&[FROM, ("COUNTERSIGN_SMTP_TIMEOUT_MS", "10")], "seconds"),
            (
                &[
                    FROM,
                    ("COUNTERSIGN_SMTP_ENCRYPTION", "none"),
                    ("COUNTERSIGN_SMTP_USER", "u"),
                    ("COUNTERSIGN_SMTP_PASSWORD", "p"),
                ],
                "without encryption",
            ),
        ];
        for (variables, expected) in rows {
            let refused = configured(&[&[HOST], variables].concat()).expect_err(expected);
            assert!(refused.contains(expected), "{refused}");
        }
    }

    #[test]
    fn we_introduce_ourselves_by_our_host() {
        for (base, host) in [
            ("https://pay.example", "pay.example"),
            ("http://127.0.0.1:8420", "127.0.0.1"),
            ("http://[::1]:1", "[::1]"),
            ("http://[::1]", "[::1]"),
        ] {
            assert_eq!(host_of(base), host);
        }
    }
}
