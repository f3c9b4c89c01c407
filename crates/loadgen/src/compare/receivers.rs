//! Receivers of webhooks on the loopback interface: those that say at once that they have it, and one that never answers.

use std::future::pending;
use std::net::SocketAddr;
use std::sync::Arc;

use anyhow::Result;
use axum::Router;
use axum::extract::State;
use axum::http::header;
use axum::routing::post;
use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::listener;

/// What a receiver answers to say that it has the message.
const RECEIVED: &str = r#"{"returnCode":"SUCCESS","returnMessage":null}"#;

/// Listening receivers that count together what came to them.
pub(super) struct Receivers {
    urls: Vec<Arc<str>>,
    received: watch::Sender<u64>,
    servers: JoinSet<std::io::Result<()>>,
}

impl Receivers {
    /// As many that answer.
    pub(super) fn start(count: usize) -> Result<Self> {
        let received = watch::Sender::new(0);
        let mut servers = JoinSet::new();
        let mut urls = Vec::with_capacity(count);
        for _ in 0..count {
            let router = Router::new().route("/hook", post(answer)).with_state(received.clone());
            urls.push(url(listener::start(router, &mut servers)?));
        }
        Ok(Self { urls, received, servers })
    }

    /// Adds one that takes every message and answers none; its URL.
    pub(super) fn add_dead(&mut self) -> Result<Arc<str>> {
        let router = Router::new().route("/hook", post(pending::<&'static str>));
        Ok(url(listener::start(router, &mut self.servers)?))
    }

    /// The URLs of those that answer.
    pub(super) fn urls(&self) -> &[Arc<str>] {
        &self.urls
    }

    /// Waits until they have got `count` messages.
    pub(super) async fn have(&self, count: u64) {
        let mut received = self.received.subscribe();
        received.wait_for(|received| *received >= count).await.expect("the sender is ours");
    }

    /// How many they have got.
    pub(super) fn count(&self) -> u64 {
        *self.received.borrow()
    }
}

fn url(address: SocketAddr) -> Arc<str> {
    format!("http://{address}/hook").into()
}

async fn answer(State(received): State<watch::Sender<u64>>) -> ([(header::HeaderName, &'static str); 1], &'static str) {
    received.send_modify(|received| *received += 1);
    ([(header::CONTENT_TYPE, "application/json")], RECEIVED)
}
