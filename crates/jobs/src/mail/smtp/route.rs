//! The way to the mail server: a connection on which mails can be sent at once.

use std::time::Duration;

use lettre::transport::smtp::Error;
use lettre::transport::smtp::authentication::{Credentials, DEFAULT_MECHANISMS};
use lettre::transport::smtp::client::{AsyncSmtpConnection, Certificate, CertificateStore, TlsParameters};
use lettre::transport::smtp::extension::ClientId;
use secrecy::ExposeSecret;

use super::{Encryption, SmtpAccount, SmtpSettings};

/// The longest that one address of the server may take to be connected to, so that another of its addresses gets a try.
const CONNECT_MAX: Duration = Duration::from_secs(10);

/// What protects a connection.
enum Guard {
    StartTls(TlsParameters),
    Tls(TlsParameters),
    None,
}

/// How the server is reached.
pub(super) struct Route {
    host: String,
    port: u16,
    guard: Guard,
    account: Option<SmtpAccount>,
    hello: ClientId,
}

impl Route {
    pub(super) fn new(settings: SmtpSettings) -> Result<Self, Error> {
        let tls = || tls_parameters(&settings.host, settings.authorities.as_deref());
        let guard = match settings.encryption {
            Encryption::StartTls => Guard::StartTls(tls()?),
            Encryption::Tls => Guard::Tls(tls()?),
            Encryption::None => Guard::None,
        };
        let SmtpSettings { host, port, account, hello_name, .. } = settings;
        let hello = match (hello_name.parse(), hello_name.trim_matches(['[', ']']).parse()) {
            (Ok(address), _) => ClientId::Ipv4(address),
            (_, Ok(address)) => ClientId::Ipv6(address),
            _ => ClientId::Domain(hello_name),
        };
        Ok(Self { host, port, guard, account, hello })
    }

    /// Connects, protects the connection and signs in.
    pub(super) async fn connect(&self) -> Result<AsyncSmtpConnection, Error> {
        let wrapped = if let Guard::Tls(parameters) = &self.guard { Some(parameters.clone()) } else { None };
        let server = (self.host.as_str(), self.port);
        let mut connection =
            AsyncSmtpConnection::connect_tokio1(server, Some(CONNECT_MAX), &self.hello, wrapped, None).await?;
        if let Guard::StartTls(parameters) = &self.guard {
            connection.starttls(parameters.clone(), &self.hello).await?;
        }
        if let Some(SmtpAccount { user, password }) = &self.account {
            let credentials = Credentials::new(user.clone(), password.expose_secret().to_owned());
            connection.auth(DEFAULT_MECHANISMS, &credentials).await?;
        }
        Ok(connection)
    }
}

fn tls_parameters(host: &str, authorities: Option<&[u8]>) -> Result<TlsParameters, Error> {
    let builder = TlsParameters::builder(host.to_owned());
    match authorities {
        None => builder.build(),
        // An operator who names authorities means these and no others.
        Some(pem) => {
            let builder = builder.certificate_store(CertificateStore::None);
            builder.add_root_certificate(Certificate::from_pem(pem)?).build()
        }
    }
}
