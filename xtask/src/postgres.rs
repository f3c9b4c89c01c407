//! A private PostgreSQL for the tests: a fresh cluster in a temporary folder, on a free port of 127.0.0.1, gone at the end.
//!
//! A small shell script, the keeper, makes the cluster, starts it and waits on its standard input, which is a pipe of
//! ours. When that pipe closes, because we dropped it, were interrupted or killed, the keeper stops the server and
//! removes the folder. PostgreSQL refuses to run as root, so root hands the keeper to the user `nobody`.

use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::os::unix::fs::{PermissionsExt, chown};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use anyhow::{Context, Result, bail};

use crate::prepare::is_root;
use crate::process::{find, root};

/// The variable by which tests learn the URL of a server in which they may create databases.
pub(crate) const URL_VARIABLE: &str = "COUNTERSIGN_TEST_POSTGRES";

/// Who owns the server when we are root; the user exists on every Debian machine.
const UNPRIVILEGED_USER: &str = "nobody";

/// Tests run in parallel and each holds a pool.
const CONNECTIONS_MAX: u32 = 200;

/// Another program can take the free port before the server does; then another port is tried.
const START_TRIES_MAX: u32 = 3;

const KEEPER: &str = r#"
set -u
trap '' INT TERM HUP
cd /
cleanup() { rm -rf "$FOLDER"; }
"$PROGRAMS/initdb" --pgdata "$FOLDER/data" --username postgres --auth trust --encoding UTF8 --locale C --no-sync \
    >"$FOLDER/log" 2>&1 || { cat "$FOLDER/log" >&2; cleanup; exit 1; }
"$PROGRAMS/pg_ctl" start --wait --silent --pgdata "$FOLDER/data" --log "$FOLDER/log" --options "$OPTIONS" >/dev/null \
    || { tail -n 20 "$FOLDER/log" >&2; cleanup; exit 1; }
echo ready
while read -r line; do :; done
"$PROGRAMS/pg_ctl" stop --wait --silent --mode immediate --pgdata "$FOLDER/data" >/dev/null
cleanup
"#;

/// Whether a commit waits for the disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Durability {
    /// `fsync` stays on: for kill tests and measurements.
    Synced,
    /// Fast; what ordinary tests use.
    Unsynced,
}

/// A running private cluster; dropping it stops the server and removes its folder.
pub(crate) struct Cluster {
    keeper: Child,
    port: u16,
}

impl Cluster {
    /// Starts a cluster and waits until it answers.
    pub(crate) fn start(durability: Durability) -> Result<Self> {
        let programs = programs().context("initdb and pg_ctl are neither on PATH nor in /usr/lib/postgresql")?;
        let mut last = None;
        for attempt in 0..START_TRIES_MAX {
            match Self::try_start(&programs, durability, attempt) {
                Ok(cluster) => return Ok(cluster),
                Err(error) => last = Some(error),
            }
        }
        Err(last.expect("at least one try was made"))
    }

    fn try_start(programs: &Path, durability: Durability, attempt: u32) -> Result<Self> {
        let port = free_port()?;
        let folder = std::env::temp_dir().join(format!("countersign-pg-{}-{attempt}", std::process::id()));
        std::fs::create_dir(&folder).with_context(|| format!("cannot create {}", folder.display()))?;
        std::fs::set_permissions(&folder, std::fs::Permissions::from_mode(0o700))?;
        let mut command = unprivileged_shell(&folder)?;
        let mut keeper = command
            .args(["-c", KEEPER])
            .env("FOLDER", &folder)
            .env("PROGRAMS", programs)
            .env("OPTIONS", options(port, durability))
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .context("cannot run a shell for PostgreSQL")?;
        let output = keeper.stdout.take().expect("standard output is piped");
        let mut line = String::new();
        BufReader::new(output).read_line(&mut line)?;
        if line.trim() != "ready" {
            keeper.wait()?;
            bail!("PostgreSQL did not start on port {port}");
        }
        Ok(Self { keeper, port })
    }

    /// Where a superuser gets in without a password.
    pub(crate) fn url(&self) -> String {
        format!("postgres://postgres@127.0.0.1:{}/postgres", self.port)
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        drop(self.keeper.stdin.take());
        // Nothing more can be done here: the folder is under the temporary folder in any case.
        self.keeper.wait().ok();
    }
}

/// The folder with `initdb` and `pg_ctl`: of `PATH`, else Debian's newest.
pub(crate) fn programs() -> Option<PathBuf> {
    let has_both = |folder: &Path| folder.join("initdb").is_file() && folder.join("pg_ctl").is_file();
    let on_path = find("initdb").and_then(|program| program.parent().map(Path::to_path_buf));
    if let Some(folder) = on_path.filter(|folder| has_both(folder)) {
        return Some(folder);
    }
    let mut versions: Vec<(u32, PathBuf)> = std::fs::read_dir("/usr/lib/postgresql")
        .ok()?
        .filter_map(Result::ok)
        .filter_map(|entry| Some((entry.file_name().to_str()?.parse().ok()?, entry.path().join("bin"))))
        .filter(|(_, folder)| has_both(folder))
        .collect();
    versions.sort();
    versions.pop().map(|(_, folder)| folder)
}

/// Runs a command with a private server beside it; true when it succeeded.
pub(crate) fn run_beside(durability: Durability, command: &mut Command) -> Result<bool> {
    let cluster = Cluster::start(durability)?;
    let status = command.env(URL_VARIABLE, cluster.url()).current_dir(root()).status();
    Ok(status.with_context(|| format!("cannot run {command:?}"))?.success())
}

/// `cargo xtask pg [--fsync] [-- COMMAND…]`.
pub(crate) fn command(arguments: &[String]) -> Result<bool> {
    let (durability, rest) = match arguments.split_first() {
        Some((first, rest)) if first == "--fsync" => (Durability::Synced, rest),
        _ => (Durability::Unsynced, arguments),
    };
    match rest.split_first() {
        None => {
            let cluster = Cluster::start(durability)?;
            println!("{}", cluster.url());
            std::io::stdin().read_line(&mut String::new())?;
            Ok(true)
        }
        Some((dashes, [program, rest @ ..])) if dashes == "--" => {
            let mut command = Command::new(program);
            command.args(rest);
            run_beside(durability, &mut command)
        }
        Some((other, _)) => bail!("pg takes --fsync and then `-- COMMAND…`, not {other:?}"),
    }
}

fn options(port: u16, durability: Durability) -> String {
    let mut options = format!(
        "-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c max_connections={CONNECTIONS_MAX}"
    );
    if durability == Durability::Unsynced {
        options.push_str(" -c fsync=off -c full_page_writes=off -c synchronous_commit=off");
    }
    options
}

/// A shell that PostgreSQL accepts as its parent: ours, or for root that of an unprivileged user who owns the folder.
fn unprivileged_shell(folder: &Path) -> Result<Command> {
    if !is_root() {
        return Ok(Command::new("sh"));
    }
    let (user, group) = (id("-u")?, id("-g")?);
    chown(folder, Some(user), Some(group)).with_context(|| format!("cannot give away {}", folder.display()))?;
    let mut command = Command::new("setpriv");
    command.arg(format!("--reuid={user}")).arg(format!("--regid={group}")).args(["--clear-groups", "sh"]);
    Ok(command)
}

fn id(which: &str) -> Result<u32> {
    let output = Command::new("id").args([which, UNPRIVILEGED_USER]).output()?;
    String::from_utf8_lossy(&output.stdout)
        .trim()
        .parse()
        .with_context(|| format!("there is no user {UNPRIVILEGED_USER}"))
}

fn free_port() -> Result<u16> {
    let listener = TcpListener::bind("127.0.0.1:0").context("cannot listen on 127.0.0.1")?;
    Ok(listener.local_addr()?.port())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_fast_cluster_leaves_out_the_disk() {
        assert!(options(1, Durability::Unsynced).contains("fsync=off"));
        assert!(!options(1, Durability::Synced).contains("fsync"));
    }
}
