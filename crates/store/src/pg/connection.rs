//! One connection, its session settings and its prepared statements.

use std::collections::HashMap;
use std::ptr;
use std::time::Duration;

use postgres::config::SslMode;
use postgres::{Client, Config, NoTls};

use crate::error::OpenError;
use crate::options::{PostgresTls, StoreOptions};
use crate::statement::{Engine, Statement};
use crate::url::{DatabaseUrl, Location, SchemaName};

/// How long connecting may take, unless the URL says otherwise.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// After how long without acknowledgement a connection counts as lost, unless the URL says otherwise. It bounds how long a COMMIT can hang.
const TCP_USER_TIMEOUT: Duration = Duration::from_secs(20);
/// When an idle connection is probed, unless the URL says otherwise.
const KEEPALIVE_IDLE: Duration = Duration::from_secs(30);

/// Every session: bounded waits, so that one stuck transaction cannot hold the pool; and durable commits even where the server's default is not.
const SESSION: &str = "SET statement_timeout = '30s'; SET lock_timeout = '5s'; SET idle_in_transaction_session_timeout = '30s'; \
    SET client_min_messages = 'warning'; SET client_encoding = 'UTF8'; \
    SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off';";

/// Where to connect and as what.
pub(super) struct Target {
    config: Config,
    schema: Option<SchemaName>,
    shown: String,
}

impl Target {
    pub(super) fn new(url: &DatabaseUrl, options: &StoreOptions) -> Result<Self, OpenError> {
        let mut target = Self::of(url)?;
        if options.schema.is_some() {
            target.schema.clone_from(&options.schema);
        }
        match options.postgres_tls {
            PostgresTls::None if target.config.get_ssl_mode() == SslMode::Require => Err(OpenError::TlsNotConfigured),
            PostgresTls::None => Ok(target),
        }
    }

    /// The target of a bare URL; `Err` only for a URL of the other engine.
    pub(super) fn of(url: &DatabaseUrl) -> Result<Self, OpenError> {
        let shown = url.to_string();
        let Location::Postgres { config, schema } = &url.0 else {
            return Err(OpenError::Engine { database: shown, cause: "this needs a PostgreSQL database".to_owned() });
        };
        let mut config = Config::clone(config);
        if config.get_connect_timeout().is_none() {
            config.connect_timeout(CONNECT_TIMEOUT);
        }
        if config.get_tcp_user_timeout().is_none() {
            config.tcp_user_timeout(TCP_USER_TIMEOUT);
        }
        if config.get_application_name().is_none() {
            config.application_name("countersign");
        }
        config.keepalives_idle(config.get_keepalives_idle().min(KEEPALIVE_IDLE));
        Ok(Self { config, schema: schema.clone(), shown })
    }

    pub(super) fn shown(&self) -> &str {
        &self.shown
    }

    pub(super) fn schema(&self) -> Option<&SchemaName> {
        self.schema.as_ref()
    }

    /// Connects and sets the session up. Blocks, and must not be called on a thread of an async runtime.
    pub(super) fn connect(&self) -> Result<Client, postgres::Error> {
        let mut client = self.config.connect(NoTls)?;
        client.batch_execute(SESSION)?;
        if let Some(schema) = &self.schema {
            client.batch_execute(&format!("SET search_path = {}", schema.as_str()))?;
        }
        Ok(client)
    }
}

/// A connection with its prepared statements, by the address of their catalogue entry. Bounded by the catalogue itself, which is static.
pub(super) struct Connection {
    pub(super) client: Client,
    prepared: HashMap<usize, postgres::Statement>,
}

impl Connection {
    pub(super) fn new(client: Client) -> Self {
        Self { client, prepared: HashMap::new() }
    }

    /// The prepared form of a statement; its handle is shared, not copied.
    pub(super) fn prepare(&mut self, statement: &'static Statement) -> Result<postgres::Statement, postgres::Error> {
        let key = ptr::from_ref(statement).addr();
        if let Some(prepared) = self.prepared.get(&key) {
            return Ok(prepared.clone());
        }
        let prepared = self.client.prepare(&statement.render(Engine::Postgres))?;
        self.prepared.insert(key, prepared.clone());
        Ok(prepared)
    }
}
