//! pgbench with the statements by which an order is created.

use std::io::Write as _;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use countersign_domain::id::{ApiKeyId, MerchantId};
use countersign_store::queries;
use countersign_store::{Engine, StoreOptions};
use tempfile::NamedTempFile;

use crate::clock::{monotonic, wall_ms};

/// The row by which a commit with a lost answer is found again: in `countersign-store`, every write adds one.
const COMMAND: &str = "INSERT INTO commands (id, operation, answer, created_at) VALUES
    (decode(lpad(to_hex(currval('bench_orders')), 32, '0'), 'hex'), 'order_create', '{\"id\":1,\"amount\":1,\"expires_at\":1}', $1);";

/// A script and where it runs.
pub(super) struct Script {
    file: NamedTempFile,
    server: String,
    schema: String,
    connections: usize,
}

impl Script {
    /// Writes the script, for orders of one merchant with one key.
    pub(super) fn prepare(server: &str, schema: &str, (merchant, key): (MerchantId, ApiKeyId)) -> Result<Self> {
        let mut file = NamedTempFile::new()?;
        let now = wall_ms();
        let standing = text("api_key_standing")?.replace("$1", &key.to_string());
        let columns = columns(merchant, key, now);
        // From the last placeholder on: `$1` is the beginning of `$10` as well.
        let insert = columns
            .iter()
            .enumerate()
            .rev()
            .fold(text("order_insert")?, |text, (index, column)| text.replace(&format!("${}", index + 1), column));
        writeln!(file, "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;\n{standing};\n{insert};")?;
        writeln!(file, "{}\nCOMMIT;", COMMAND.replace("$1", &now.to_string()))?;
        let connections = StoreOptions::new(monotonic(), std::sync::Arc::new(wall_ms)).postgres_writers;
        let script = Self { file, server: server.to_owned(), schema: schema.to_owned(), connections };
        script.program("psql").args(["--quiet", "--command", "CREATE SEQUENCE bench_orders"]).status()?;
        Ok(script)
    }

    /// Transactions per second.
    pub(super) fn run(&self, measured: Duration) -> Result<f64> {
        let mut command = self.program("pgbench");
        command.args(["--no-vacuum", "--protocol=prepared", "--jobs=1"]);
        command.args([format!("--client={}", self.connections), format!("--time={}", measured.as_secs().max(1))]);
        let output = command.arg("--file").arg(self.file.path()).arg(&self.server).output();
        let output = output.context("cannot run pgbench")?;
        ensure!(output.status.success(), "pgbench failed: {}", String::from_utf8_lossy(&output.stderr));
        let told = String::from_utf8(output.stdout)?;
        let rate = told.lines().find_map(|line| line.strip_prefix("tps = ")?.split(' ').next());
        Ok(rate.context("pgbench tells no rate")?.parse()?)
    }

    fn program(&self, name: &str) -> Command {
        let mut command = Command::new(name);
        command.env("PGOPTIONS", format!("-c search_path={}", self.schema));
        if name == "psql" {
            command.arg("--dbname").arg(&self.server);
        }
        command
    }
}

/// The text of a statement of the catalogue.
fn text(name: &str) -> Result<String> {
    let found = queries::all().into_iter().find(|statement| statement.name == name);
    let statement = found.with_context(|| format!("the catalogue has no {name}"))?;
    // Each statement of a script stands on a line of its own.
    Ok(statement.render(Engine::Postgres).split_whitespace().collect::<Vec<_>>().join(" "))
}

/// What the columns of a new order are filled with: like those of the load, and ascending as they are.
fn columns(merchant: MerchantId, key: ApiKeyId, now: i64) -> Vec<String> {
    let null = || "NULL".to_owned();
    let quoted = |text: &str| format!("'{text}'");
    vec![
        "nextval('bench_orders')".to_owned(),
        merchant.to_string(),
        "lpad(currval('bench_orders')::text, 24, '0')".to_owned(),
        null(),
        null(),
        key.to_string(),
        null(),
        quoted("USDT"),
        "2517000000".to_owned(),
        quoted("WEB"),
        "lpad(to_hex(currval('bench_orders')), 32, '0')".to_owned(),
        quoted("02"),
        quoted("Tea"),
        quoted("{}"),
        null(),
        null(),
        null(),
        null(),
        null(),
        null(),
        null(),
        now.to_string(),
        (now + 3_600_000).to_string(),
        quoted(r#"[{"name":"Tea","kind":"02","category":"Z000","reference":"1"}]"#),
    ]
}
