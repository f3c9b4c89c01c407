//! A sandbox that runs already, found and called over its control API.

use std::path::Path;
use std::time::Duration;

use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, Request, header};
use countersign_client::{RawAnswer, Timeouts, Transport};
use countersign_sandbox::control::PREFIX;
use http_body_util::BodyExt;
use hyper::body::Incoming;
use hyper_util::rt::TokioIo;
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;
use tokio::net::TcpStream;
use tokio::task::JoinSet;

use crate::cli::RunningSandboxArgs;
use crate::config::Environment;
use crate::control_file::ControlFile;
use crate::failure::Failure;

/// Where a sandbox listens unless it is told otherwise.
const BASE_URL: &str = "http://127.0.0.1:8420";
/// Where a sandbox keeps its data unless it is told otherwise.
const DATA: &str = "./countersign-data";
/// How long the first line of a held call may take.
const FIRST_LINE_TIMEOUT: Duration = Duration::from_secs(30);
/// The most bytes of the first line of a held call.
const LINE_BYTES_MAX: usize = 64 * 1024;

/// The control API of one sandbox.
pub(crate) struct RunningSandbox {
    transport: Transport,
    authorization: HeaderValue,
}

impl RunningSandbox {
    /// The one that the arguments name, else the environment, else the one whose data folder is at hand. A token is sent to no
    /// other address than the one that was named or written down with it.
    pub(crate) fn find(args: &RunningSandboxArgs, environment: &Environment) -> Result<Self, Failure> {
        let of_environment = || environment.control_token().filter(|_| args.data.is_none());
        match (args.control_token.clone().or_else(of_environment), &args.base_url) {
            (Some(token), base_url) => Self::new(base_url.as_deref().unwrap_or(BASE_URL), &token),
            (None, Some(_)) => Err(Failure::usage(
                "--base-url goes with --control-token, or with COUNTERSIGN_CONTROL_TOKEN in the environment",
            )),
            (None, None) => {
                let folder = args.data.as_deref().unwrap_or(Path::new(DATA));
                let file = ControlFile::read(folder)?;
                Self::new(&file.base_url, &file.control_token)
            }
        }
    }

    fn new(base_url: &str, token: &SecretString) -> Result<Self, Failure> {
        let transport = Transport::new(base_url, Timeouts::default()).map_err(Failure::usage)?;
        let bearer = HeaderValue::from_str(&format!("Bearer {}", token.expose_secret()));
        let mut authorization =
            bearer.map_err(|_| Failure::usage("the control token holds what no header can hold"))?;
        authorization.set_sensitive(true);
        Ok(Self { transport, authorization })
    }

    /// Where it is.
    pub(crate) fn base_url(&self) -> &str {
        self.transport.base_url()
    }

    /// Calls it and reads the answer.
    pub(crate) async fn call(&self, call: &str, body: &Value) -> Result<Value, Failure> {
        let headers: HeaderMap = [(header::AUTHORIZATION, self.authorization.clone())].into_iter().collect();
        let path = format!("{PREFIX}{call}");
        let sent = self.transport.post(&path, headers, body.to_string().into_bytes());
        let RawAnswer { http_status, body, .. } = sent.await.map_err(|error| self.silent(error))?;
        self.read(http_status, &body)
    }

    fn silent(&self, error: impl std::fmt::Display) -> Failure {
        Failure::work(format!("the sandbox at {} does not answer: {error}; does it run?", self.base_url()))
    }

    fn read(&self, status: u16, body: &[u8]) -> Result<Value, Failure> {
        let value: Value = serde_json::from_slice(body).unwrap_or_default();
        match (status, value["error"].as_str()) {
            (200..300, _) if !value.is_null() => Ok(value),
            (401, _) => Err(Failure::usage(format!(
                "the sandbox at {} does not take this control token; it has a new one at each start",
                self.base_url()
            ))),
            (_, Some(error)) => Err(Failure::work(format!("the sandbox refused: {error}"))),
            _ => Err(self.no_sandbox()),
        }
    }

    fn no_sandbox(&self) -> Failure {
        Failure::work(format!("what answers at {} is no sandbox", self.base_url()))
    }

    /// Begins a call whose answer goes on, and reads its first line, which must say `fact`.
    pub(crate) async fn hold(&self, call: &str, body: &Value, fact: &str) -> Result<Held, Failure> {
        let begun = tokio::time::timeout(FIRST_LINE_TIMEOUT, self.begin(call, body)).await;
        let held = begun.map_err(|_| self.silent("nothing came in time"))??;
        if held.first[fact].is_null() { Err(self.no_sandbox()) } else { Ok(held) }
    }

    async fn begin(&self, call: &str, body: &Value) -> Result<Held, Failure> {
        let authority = self.base_url().strip_prefix("http://").filter(|authority| !authority.contains('/'));
        let authority = authority.ok_or_else(|| {
            Failure::usage("--base-url must be http://HOST:PORT: this works beside the sandbox, on one machine")
        })?;
        let address = if authority.contains(':') { authority.to_owned() } else { format!("{authority}:80") };
        let stream = TcpStream::connect(address).await.map_err(|error| self.silent(error))?;
        let (mut sender, connection) =
            hyper::client::conn::http1::handshake(TokioIo::new(stream)).await.map_err(|error| self.silent(error))?;
        let mut tasks = JoinSet::new();
        tasks.spawn(async move {
            // How it ended is seen by whoever reads the answer.
            let _ = connection.await;
        });
        let request = Request::post(format!("{PREFIX}{call}"))
            .header(header::HOST, authority)
            .header(header::AUTHORIZATION, self.authorization.clone())
            .body(Body::from(body.to_string()))
            .map_err(Failure::work)?;
        let response = sender.send_request(request).await.map_err(|error| self.silent(error))?;
        let status = response.status().as_u16();
        let mut answer = response.into_body();
        let line = first_line(&mut answer).await.map_err(|error| self.silent(error))?;
        Ok(Held { first: self.read(status, &line)?, answer, _connection: tasks })
    }
}

/// Up to the first line feed, or the end.
async fn first_line(answer: &mut Incoming) -> Result<Vec<u8>, hyper::Error> {
    let mut line = Vec::new();
    while let Some(frame) = answer.frame().await {
        line.extend_from_slice(frame?.data_ref().map_or(&[], |bytes| bytes.as_ref()));
        if line.contains(&b'\n') || line.len() > LINE_BYTES_MAX {
            break;
        }
    }
    Ok(line)
}

/// A call that goes on until this is dropped or the sandbox ends.
pub(crate) struct Held {
    /// The first line of its answer.
    pub(crate) first: Value,
    answer: Incoming,
    _connection: JoinSet<()>,
}

impl Held {
    /// Done when the sandbox ends the call.
    pub(crate) async fn ended(&mut self) {
        while let Some(Ok(_)) = self.answer.frame().await {}
    }
}
