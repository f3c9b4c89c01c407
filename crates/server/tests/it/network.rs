//! A network of `serve`: a folder with a master key and a configuration, its commands and its server.

use std::path::PathBuf;
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use countersign_store::{DatabaseUrl, SchemaName, create_schema, drop_schema};

use crate::support::{countersign, get, postgres_url, sqlite};

/// How often other ports are taken because somebody else has those.
const PORT_TRIES: u32 = 20;

/// A schema of the test's PostgreSQL that goes with the test.
pub(crate) struct Schema {
    server: DatabaseUrl,
    name: SchemaName,
}

impl Schema {
    /// Makes one, and answers the URL by which it is found.
    pub(crate) fn create(prefix: &str) -> (Self, String) {
        let url = postgres_url();
        let (server, name) = (url.parse().unwrap(), format!("{prefix}_{}_{}", std::process::id(), free_port()));
        let schema = Self { server, name: name.parse().unwrap() };
        create_schema(&schema.server, &schema.name).unwrap();
        let joint = if url.contains('?') { '&' } else { '?' };
        (schema, format!("{url}{joint}schema={name}"))
    }
}

impl Drop for Schema {
    fn drop(&mut self) {
        // The whole server goes with the tests: what cannot be dropped now goes then.
        let _ = drop_schema(&self.server, &self.name);
    }
}

pub(crate) struct Network {
    folder: tempfile::TempDir,
    pub(crate) database: String,
    pub(crate) port: u16,
    pub(crate) admin_port: u16,
    pub(crate) admin_api_port: u16,
    schema: Option<Schema>,
}

/// A port that was free a moment ago: `serve` says nothing of its own port, so the test must know it.
fn free_port() -> u16 {
    std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

impl Network {
    /// A folder with a master key and a configuration, on SQLite.
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let database = sqlite(folder.path());
        Self::on(folder, database, None)
    }

    /// The same on a schema of its own in PostgreSQL, not migrated yet.
    pub(crate) fn postgres() -> Self {
        let (schema, url) = Schema::create("serve");
        Self::on(tempfile::tempdir().unwrap(), url, Some(schema))
    }

    fn on(folder: tempfile::TempDir, database: String, schema: Option<Schema>) -> Self {
        let mut network = Self { folder, database, port: 0, admin_port: 0, admin_api_port: 0, schema };
        let made = countersign().args(["keys", "generate", "--out"]).arg(network.path("master.key")).output().unwrap();
        assert!(made.status.success(), "{made:?}");
        network.configure();
        network
    }

    /// Takes ports and writes the configuration.
    fn configure(&mut self) {
        (self.port, self.admin_port, self.admin_api_port) = (free_port(), free_port(), free_port());
        let text = format!(
            "public_url = \"http://127.0.0.1:{port}\"\nlisten = \"127.0.0.1:{port}\"\nadmin_listen = \"127.0.0.1:{admin}\"\n\
             admin_api_listen = \"127.0.0.1:{admin_api}\"\n\
             admin_socket = \"{socket}\"\ndatabase = \"{database}\"\nmaster_key_file = \"{key}\"\ntimestamp_window_ms = 30000\n",
            port = self.port,
            admin = self.admin_port,
            admin_api = self.admin_api_port,
            // SQLite's socket has a place by itself; beside PostgreSQL there is none unless it is named.
            socket = self.schema.as_ref().map_or_else(String::new, |_| self.socket().display().to_string()),
            database = self.database,
            key = self.path("master.key").display(),
        );
        std::fs::write(self.path("countersign.toml"), text).unwrap();
    }

    pub(crate) fn socket(&self) -> PathBuf {
        self.path("countersign.db.sock")
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = countersign();
        command
            .env_remove("COUNTERSIGN_TIMESTAMP_WINDOW_MS")
            .args(arguments)
            .arg("--config")
            .arg(self.path("countersign.toml"));
        command
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> String {
        let result: Output = self.command(arguments).output().unwrap();
        assert!(result.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&result.stderr));
        String::from_utf8(result.stdout).unwrap()
    }

    /// Starts the server; where somebody else took a port meanwhile, on others.
    pub(crate) async fn serve(&mut self) -> Child {
        self.serve_with(&[]).await
    }

    /// The same with variables of the environment.
    pub(crate) async fn serve_with(&mut self, environment: &[(&str, &str)]) -> Child {
        let log = self.path("serve.log");
        for _ in 0..PORT_TRIES {
            let errors = std::fs::File::create(&log).unwrap();
            let mut child = self
                .command(&["serve"])
                .envs(environment.iter().copied())
                .stdout(Stdio::null())
                .stderr(errors)
                .spawn()
                .unwrap();
            let patience = Instant::now() + Duration::from_secs(30);
            let told = || std::fs::read_to_string(&log).unwrap();
            while child.try_wait().unwrap().is_none() {
                if told().contains("countersign serves") {
                    let (status, _, body) = get(&format!("http://127.0.0.1:{}/readyz", self.admin_port), &[]).await;
                    assert_eq!(status, 200, "{}", String::from_utf8_lossy(&body));
                    return child;
                }
                assert!(Instant::now() < patience, "serve is not ready within half a minute: {}", told());
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
            assert!(told().contains("in use"), "serve ended: {}", told());
            self.configure();
        }
        panic!("no port stayed free");
    }
}

pub(crate) fn fact<'a>(text: &'a str, name: &str) -> &'a str {
    text.lines()
        .find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
        .unwrap_or_else(|| panic!("no '{name}' in {text}"))
}
