//! `countersign demo`: the founding flow, against a fresh sandbox of its own or one that runs.

use std::io::{self, IsTerminal, Stdout, Write, stdout};

use countersign_sandbox::clock::Pace;
use secrecy::SecretString;
use tokio::sync::oneshot;

use crate::cli::DemoArgs;
use crate::config::{Config, Environment};
use crate::demo::{self, Target};
use crate::failure::Failure;
use crate::telemetry;

use super::sandbox::{DataChoice, Options, Sandbox};

/// How far off a clock may be in a demo: a laptop that is short of breath should not fail it.
const TIMESTAMP_WINDOW_MS: i64 = 30_000;

pub(crate) fn run(args: &DemoArgs, environment: &Environment) -> Result<(), Failure> {
    let mut config = Config::of_sandbox(environment)?;
    "warn".clone_into(&mut config.log);
    telemetry::begin(&config, environment)?;
    let colours = stdout().is_terminal() && !environment.has("NO_COLOR");
    let runtime = super::runtime()?;
    if let (Some(base_url), Some(token)) = (&args.base_url, &args.control_token) {
        let target = Target::new(base_url.trim_end_matches('/').to_owned(), token.clone());
        return runtime.block_on(walk(target, colours));
    }
    config.listen = "127.0.0.1:0".parse().map_err(Failure::work)?;
    config.public_url = None;
    config.database.clone_from(&args.database);
    config.timestamp_window_ms = config.timestamp_window_ms.max(TIMESTAMP_WINDOW_MS);
    let data = DataChoice::Ephemeral;
    let sandbox = Sandbox::open(Options { config, data, seed: None, pace: Pace::Real })?;
    runtime.block_on(beside(sandbox, colours))
}

/// Standard output that remembers whether its reader went away (`countersign demo | head`).
struct Watched {
    out: Stdout,
    reader_is_gone: bool,
}

impl Watched {
    fn watch<T>(&mut self, result: io::Result<T>) -> io::Result<T> {
        self.reader_is_gone |= result.as_ref().is_err_and(|error| error.kind() == io::ErrorKind::BrokenPipe);
        result
    }
}

impl Write for Watched {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.out.write(bytes);
        self.watch(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        let flushed = self.out.flush();
        self.watch(flushed)
    }
}

async fn walk(target: Target, colours: bool) -> Result<(), Failure> {
    let mut out = Watched { out: stdout(), reader_is_gone: false };
    match demo::run(target, &mut out, colours).await {
        // A reader that has seen enough is no failure.
        Err(error) if !out.reader_is_gone => Err(Failure::work(format!("{error:#}"))),
        _ => Ok(()),
    }
}

/// Runs the walk beside the sandbox, and stops the sandbox after it.
async fn beside(sandbox: Sandbox, colours: bool) -> Result<(), Failure> {
    let (tell, told) = oneshot::channel();
    let (stop, stopped) = oneshot::channel::<()>();
    let running = sandbox.run(
        |ready| {
            // The walk waits for this; where it is gone, the sandbox is told to stop.
            let _ = tell.send(Target::new(ready.base_url.clone(), SecretString::from(ready.control_token.clone())));
            Ok(())
        },
        async {
            let _ = stopped.await;
        },
    );
    let walking = async {
        let target = told.await.map_err(|_| Failure::work("the sandbox did not start"))?;
        let outcome = walk(target, colours).await;
        drop(stop);
        outcome
    };
    let (ran, walked) = tokio::join!(running, walking);
    ran.and(walked)
}
