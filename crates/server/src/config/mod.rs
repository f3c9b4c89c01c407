//! The configuration: a documented file, the environment over it, the command line over both.
//!
//! `default.toml` is the reference: it is embedded, it is where defaults come from, and a test holds it against [`Config`].

mod environment;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use secrecy::SecretString;
use serde::Deserialize;

pub(crate) use environment::Environment;

use crate::failure::Failure;

/// Every key, its meaning and its default.
pub(crate) const REFERENCE: &str = include_str!("default.toml");

/// The keys of `default.toml`, which says what each means. No `Debug`: the database URL may hold a password.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Config {
    pub(crate) listen: SocketAddr,
    pub(crate) public_url: Option<String>,
    pub(crate) trusted_proxies: Vec<String>,
    pub(crate) admin_listen: String,
    pub(crate) admin_socket: String,
    pub(crate) admin_api_listen: String,
    pub(crate) connections_max: usize,
    pub(crate) connections_per_peer_max: usize,
    pub(crate) header_timeout_ms: u64,
    pub(crate) body_timeout_ms: u64,
    pub(crate) answer_timeout_ms: u64,
    pub(crate) request_timeout_ms: u64,
    pub(crate) drain_timeout_ms: u64,
    pub(crate) database: Option<String>,
    pub(crate) migrate_on_start: bool,
    pub(crate) master_key_file: Option<PathBuf>,
    pub(crate) master_key_older_files: Vec<PathBuf>,
    pub(crate) timestamp_window_ms: i64,
    pub(crate) fail_status: u16,
    pub(crate) requests_per_second: u32,
    pub(crate) deeplink_scheme: String,
    pub(crate) webhook_retry_seconds: Vec<u32>,
    pub(crate) webhook_jitter_percent: u8,
    pub(crate) webhook_disable_after_days: u32,
    pub(crate) webhook_alert_seconds: u32,
    pub(crate) webhook_key_bits: u32,
    pub(crate) outbound_allow_http: bool,
    pub(crate) outbound_allow: Vec<String>,
    pub(crate) smtp_host: String,
    pub(crate) smtp_encryption: SmtpEncryption,
    pub(crate) smtp_port: u16,
    pub(crate) smtp_ca_file: String,
    pub(crate) smtp_user: String,
    pub(crate) smtp_password_file: String,
    pub(crate) smtp_password: Option<SecretString>,
    pub(crate) mail_from: String,
    pub(crate) mail_reply_to: String,
    pub(crate) smtp_timeout_ms: u64,
    pub(crate) smtp_connections_max: usize,
    pub(crate) rates_source: RatesSource,
    pub(crate) rates_file: Option<PathBuf>,
    pub(crate) rates_url: Option<String>,
    pub(crate) rates_poll_seconds: u32,
    pub(crate) rates_max_age_seconds: u32,
    pub(crate) log: String,
    pub(crate) log_format: LogFormat,
}

/// How log lines are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum LogFormat {
    Text,
    Json,
}

/// How the way to the mail server is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum SmtpEncryption {
    StartTls,
    Tls,
    None,
}

/// Where prices come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum RatesSource {
    None,
    File,
    Http,
    Sandbox,
}

/// The longest time for which prices can be said to hold, in seconds: a year.
const RATES_AGE_SECONDS_MAX: u32 = 366 * 24 * 3_600;

/// The longest time for which an endpoint can be said to fail, in days: a year.
const DISABLE_AFTER_DAYS_MAX: u32 = 366;

/// What the sandbox has instead of the reference's defaults.
const SANDBOX_DEFAULTS: &str =
    "admin_listen = \"\"\nrequests_per_second = 0\noutbound_allow_http = true\nrates_source = \"sandbox\"\n";

impl Config {
    /// The configuration of `serve`: the file over the defaults, the environment over both.
    pub(crate) fn of_serve(file: &Path, environment: &Environment) -> Result<Self, Failure> {
        let text = std::fs::read_to_string(file)
            .map_err(|error| Failure::usage(format!("the configuration {} cannot be read: {error}", file.display())))?;
        let table = parse(&text)
            .map_err(|error| Failure::usage(format!("the configuration {} is not valid: {error}", file.display())))?;
        Self::layered(table, environment)
    }

    /// The configuration of the sandbox, which needs no file.
    pub(crate) fn of_sandbox(environment: &Environment) -> Result<Self, Failure> {
        let table = parse(SANDBOX_DEFAULTS)
            .map_err(|error| Failure::usage(format!("the sandbox's defaults are not valid: {error}")))?;
        Self::layered(table, environment)
    }

    fn layered(over: toml::Table, environment: &Environment) -> Result<Self, Failure> {
        let mut table =
            parse(REFERENCE).map_err(|error| Failure::usage(format!("the reference is not valid: {error}")))?;
        table.extend(over);
        table.extend(environment.overlay()?);
        let config: Self = serde_path_to_error::deserialize(table).map_err(|error| {
            Failure::usage(format!(
                "the configuration is not valid: {}: {}",
                error.path(),
                first_line(&error.inner().to_string())
            ))
        })?;
        config.check()
    }

    fn check(self) -> Result<Self, Failure> {
        let refuse = |what: &str| Err(Failure::usage(format!("the configuration is not valid: {what}")));
        if !(1..=3_600_000).contains(&self.timestamp_window_ms) {
            return refuse("timestamp_window_ms must be from 1 to 3600000");
        }
        if ![0, 200].contains(&self.fail_status) {
            return refuse("fail_status must be 0 or 200");
        }
        if ![2048, 4096].contains(&self.webhook_key_bits) {
            return refuse("webhook_key_bits must be 2048 or 4096");
        }
        if !(1..=DISABLE_AFTER_DAYS_MAX).contains(&self.webhook_disable_after_days) {
            return refuse("webhook_disable_after_days must be from 1 to 366");
        }
        if self.webhook_alert_seconds == 0 {
            return refuse("webhook_alert_seconds must be at least 1");
        }
        let scheme_ok = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
        if self.deeplink_scheme.is_empty() || !self.deeplink_scheme.bytes().all(scheme_ok) {
            return refuse("deeplink_scheme must be lower-case letters and digits");
        }
        if self.connections_max == 0 {
            return refuse("connections_max must be at least 1");
        }
        match self.check_rates() {
            Some(wrong) => refuse(wrong),
            None => Ok(self),
        }
    }

    fn check_rates(&self) -> Option<&'static str> {
        let is_blank = |text: Option<&str>| text.is_none_or(str::is_empty);
        let ages = self.rates_poll_seconds..=RATES_AGE_SECONDS_MAX;
        match self.rates_source {
            RatesSource::File if is_blank(self.rates_file.as_deref().and_then(Path::to_str)) => {
                Some("rates_source is file, so rates_file must name it")
            }
            RatesSource::Http if is_blank(self.rates_url.as_deref()) => {
                Some("rates_source is http, so rates_url must be the endpoint's")
            }
            _ if self.rates_poll_seconds == 0 => Some("rates_poll_seconds must be at least 1"),
            _ if !ages.contains(&self.rates_max_age_seconds) => {
                Some("rates_max_age_seconds must be from rates_poll_seconds to a year")
            }
            _ => None,
        }
    }
}

fn parse(text: &str) -> Result<toml::Table, String> {
    text.parse::<toml::Table>().map_err(|error| first_line(error.message()))
}

fn first_line(text: &str) -> String {
    text.lines().next().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sandbox(variables: &[(&str, &str)]) -> Result<Config, String> {
        Config::of_sandbox(&Environment::of(variables)).map_err(|failure| failure.to_string())
    }

    #[test]
    fn the_reference_is_the_default_and_names_every_key() {
        let config = sandbox(&[]).expect("defaults are valid");
        assert_eq!((config.timestamp_window_ms, config.requests_per_second), (1_000, 0));
        let mut names = Names::default();
        let _ = Config::deserialize(&mut names);
        assert!(names.0.contains(&"database"), "the names of the fields are found: {:?}", names.0);
        for field in names.0 {
            let named = REFERENCE.lines().any(|line| line.trim_start_matches("# ").starts_with(&format!("{field} = ")));
            assert!(named, "default.toml does not explain '{field}': add it with its meaning");
        }
    }

    /// Takes the names of a struct's fields and then gives up.
    #[derive(Default)]
    struct Names(&'static [&'static str]);

    impl<'de> serde::Deserializer<'de> for &mut Names {
        type Error = serde::de::value::Error;

        fn deserialize_any<V: serde::de::Visitor<'de>>(self, _: V) -> Result<V::Value, Self::Error> {
            Err(serde::de::Error::custom("only names are wanted"))
        }

        fn deserialize_struct<V: serde::de::Visitor<'de>>(
            self,
            _: &'static str,
            fields: &'static [&'static str],
            visitor: V,
        ) -> Result<V::Value, Self::Error> {
            self.0 = fields;
            self.deserialize_any(visitor)
        }

        serde::forward_to_deserialize_any! {
            bool i8 i16 i32 i64 u8 u16 u32 u64 f32 f64 char str string bytes byte_buf option unit unit_struct
            newtype_struct seq tuple tuple_struct map enum identifier ignored_any
        }
    }

    #[test]
    fn the_environment_overrides_by_the_keys_own_type() {
        let config = sandbox(&[
            ("COUNTERSIGN_TIMESTAMP_WINDOW_MS", "30000"),
            ("COUNTERSIGN_PUBLIC_URL", "https://pay.example"),
            ("COUNTERSIGN_TRUSTED_PROXIES", "10.0.0.0/8, 192.0.2.1"),
            ("COUNTERSIGN_WEBHOOK_RETRY_SECONDS", "1,2"),
            ("COUNTERSIGN_MIGRATE_ON_START", "true"),
            ("COUNTERSIGN_TEST_POSTGRES", "postgres://ignored"),
            ("PATH", "/bin"),
        ]);
        let config = config.expect("valid");
        assert_eq!(config.timestamp_window_ms, 30_000);
        assert_eq!(config.public_url.as_deref(), Some("https://pay.example"));
        assert_eq!(config.trusted_proxies, ["10.0.0.0/8", "192.0.2.1"]);
        assert_eq!(config.webhook_retry_seconds, [1, 2]);
        assert!(config.migrate_on_start);
    }

    #[test]
    fn a_variable_that_names_no_key_is_told_of() {
        let environment =
            Environment::of(&[("COUNTERSIGN_TIMESTAMP_WINDWO_MS", "1"), ("COUNTERSIGN_LISTEN", "127.0.0.1:1")]);
        assert_eq!(environment.unknown(), ["COUNTERSIGN_TIMESTAMP_WINDWO_MS"]);
        assert!(Config::of_sandbox(&environment).is_ok(), "it may belong to somebody's scripts");
    }

    #[test]
    fn mistakes_name_their_key() {
        let cases: &[(&[(&str, &str)], &str)] = &[
            (&[("COUNTERSIGN_TIMESTAMP_WINDOW_MS", "soon")], "COUNTERSIGN_TIMESTAMP_WINDOW_MS"),
            (&[("COUNTERSIGN_LISTEN", "nowhere")], "listen"),
            (&[("COUNTERSIGN_FAIL_STATUS", "201")], "fail_status"),
            (&[("COUNTERSIGN_LOG_FORMAT", "xml")], "log_format"),
            (&[("COUNTERSIGN_SMTP_ENCRYPTION", "ssl")], "smtp_encryption"),
            (&[("COUNTERSIGN_SMTP_PORT", "65536")], "smtp_port"),
            (&[("COUNTERSIGN_RATES_SOURCE", "oracle")], "rates_source"),
            (&[("COUNTERSIGN_RATES_SOURCE", "file")], "rates_file"),
            (&[("COUNTERSIGN_RATES_SOURCE", "http"), ("COUNTERSIGN_RATES_URL", "")], "rates_url"),
            (&[("COUNTERSIGN_RATES_POLL_SECONDS", "0")], "rates_poll_seconds"),
            (&[("COUNTERSIGN_RATES_MAX_AGE_SECONDS", "14")], "rates_max_age_seconds"),
        ];
        for (variables, expected) in cases {
            let error = sandbox(variables).err().expect(expected);
            assert!(error.contains(expected), "{error}");
            assert_eq!(error.lines().count(), 1, "{error}");
        }
    }
}
