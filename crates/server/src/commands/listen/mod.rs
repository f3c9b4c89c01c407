//! `countersign listen`: what a running sandbox delivers, printed and forwarded to a receiver on this machine.
//!
//! It is an endpoint of the sandbox's merchants for as long as it holds a call of the control API: the sandbox adds the endpoints
//! when the call begins and removes them when it ends, in whatever way. Each delivery goes on to the receiver with its headers
//! and bytes, and what the receiver answers goes back as its result.

mod choice;
mod forward;
mod line;

use std::io::{IsTerminal, stdout};
use std::net::Ipv4Addr;
use std::sync::Arc;

use countersign_crypto::hex_token;
use countersign_jobs::{OutboundClient, OutboundPolicy, OutboundTimeouts};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::cli::ListenArgs;
use crate::config::Environment;
use crate::failure::Failure;
use crate::running_sandbox::RunningSandbox;
use crate::system::OsEntropy;

use super::print;
use choice::Choice;
use forward::Forwarder;
use line::Lines;

pub(crate) fn run(args: &ListenArgs, environment: &Environment) -> Result<(), Failure> {
    let choice = Choice::read(&args.events)?;
    OutboundPolicy::Sandbox
        .check_url(&args.forward_to)
        .map_err(|refused| Failure::usage(format!("--forward-to {}: {refused}", args.forward_to.escape_debug())))?;
    let sandbox = RunningSandbox::find(&args.sandbox, environment)?;
    let colours = stdout().is_terminal() && !environment.has("NO_COLOR") && !args.json;
    let client = OutboundClient::new(OutboundPolicy::Sandbox, forward::timeouts(OutboundTimeouts::default()));
    let forwarder = Forwarder {
        client: client.map_err(Failure::work)?,
        to: args.forward_to.clone(),
        choice,
        lines: if args.json { Lines::Json } else { Lines::Text { colours } },
        elapsed: crate::system::monotonic(),
    };
    let runtime = super::runtime()?;
    let outcome = runtime.block_on(listen(&sandbox, forwarder, args));
    runtime.shutdown_timeout(super::RUNTIME_END);
    outcome
}

async fn listen(sandbox: &RunningSandbox, forwarder: Forwarder, args: &ListenArgs) -> Result<(), Failure> {
    let events = forwarder.choice.biz_types();
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.map_err(Failure::work)?;
    let address = listener.local_addr().map_err(Failure::work)?;
    // Only the sandbox is told the path: nobody else on the machine is to speak in its name.
    let path = format!("/{}", hex_token(&OsEntropy, 16));
    let asked = super::stop_signal();
    let (stop, mut server) = (CancellationToken::new(), JoinSet::new());
    let router = forward::router(&path, Arc::new(forwarder));
    let stopped = stop.clone().cancelled_owned();
    server.spawn(async move { axum::serve(listener, router).with_graceful_shutdown(stopped).await });

    let mut body = json!({ "url": format!("http://{address}{path}"), "events": events });
    if let Some(merchant) = args.merchant {
        body["merchantId"] = merchant.to_string().into();
    }
    let mut held = sandbox.hold("/webhooks/listen", &body, "listener").await?;
    print(&heading(&held.first, sandbox, args))?;
    let outcome = tokio::select! {
        biased;
        () = asked => {
            // Once this is answered nothing more is sent here. Should it fail, hanging up does the same in a moment.
            sandbox.call("/webhooks/unlisten", &json!({ "listener": held.first["listener"] })).await.map(drop)
        }
        () = held.ended() => Err(Failure::work("the sandbox has ended")),
    };
    drop(held);
    stop.cancel();
    // What is under way gets its answer.
    while server.join_next().await.is_some() {}
    outcome
}

fn heading(told: &Value, sandbox: &RunningSandbox, args: &ListenArgs) -> String {
    if args.json {
        let line = json!({
            "event": "listening", "baseUrl": sandbox.base_url(), "forwardTo": args.forward_to,
            "endpoints": told["endpoints"], "noPlace": told["noPlace"],
        });
        return format!("{line}\n");
    }
    let left = match told["noPlace"].as_u64() {
        None | Some(0) => String::new(),
        Some(count) => format!("{count} of its merchants have no place for one more endpoint and are left out.\n"),
    };
    format!("Deliveries of {} go to {}.\n{left}Stop with Ctrl-C.\n\n", sandbox.base_url(), args.forward_to)
}
