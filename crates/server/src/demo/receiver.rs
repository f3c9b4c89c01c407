//! The provider's webhook receiver: a real listener on a free loopback port.

use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use countersign_client::wire::webhooks::{Notification, ReceiverAnswer};
use countersign_client::{Clock, SystemClock, VerifyError, WEBHOOK_AGE_DEFAULT, WebhookVerifier};
use tokio::net::TcpListener;
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio::time::Instant;

const PATH: &str = "/webhooks";
/// Deliveries that may wait to be looked at; a sender that finds no room is told to come again.
const WAITING_MAX: usize = 64;

/// One delivery, nothing of it believed yet.
pub(super) struct Delivery {
    headers: HeaderMap,
    /// The raw body.
    pub(super) body: Vec<u8>,
}

impl Delivery {
    /// Checks signature and age, and reads the notification.
    pub(super) fn verify(&self, verifier: &WebhookVerifier) -> Result<Notification, VerifyError> {
        let header = |name: &str| self.headers.get(name).and_then(|value| value.to_str().ok());
        verifier.verify(header, &self.body, SystemClock.now_ms(), WEBHOOK_AGE_DEFAULT)
    }
}

/// The running receiver; it ends with this value.
pub(super) struct Receiver {
    address: SocketAddr,
    deliveries: mpsc::Receiver<Delivery>,
    wait: Duration,
    _server: JoinSet<()>,
}

impl Receiver {
    /// Starts to listen. `wait` is how long each [`Self::next`] may take.
    pub(super) async fn start(wait: Duration) -> std::io::Result<Self> {
        let listener = TcpListener::bind((std::net::Ipv4Addr::LOCALHOST, 0)).await?;
        let address = listener.local_addr()?;
        let (sender, deliveries) = mpsc::channel(WAITING_MAX);
        let app = Router::new().route(PATH, post(receive)).with_state(sender);
        let mut server = JoinSet::new();
        server.spawn(async move {
            // It ends when the set is dropped; should it end before, the wait for a webhook tells.
            let _ = axum::serve(listener, app).await;
        });
        Ok(Self { address, deliveries, wait, _server: server })
    }

    /// The URL to register.
    pub(super) fn url(&self) -> String {
        format!("http://{}{PATH}", self.address)
    }

    /// When a wait that begins now is over.
    pub(super) fn deadline(&self) -> Instant {
        Instant::now() + self.wait
    }

    /// The next delivery, or `None` when the deadline has come.
    pub(super) async fn next(&mut self, deadline: Instant) -> Option<Delivery> {
        tokio::time::timeout_at(deadline, self.deliveries.recv()).await.ok().flatten()
    }
}

async fn receive(
    State(sender): State<mpsc::Sender<Delivery>>,
    headers: HeaderMap,
    body: Bytes,
) -> (StatusCode, Vec<u8>) {
    let taken = sender.try_send(Delivery { headers, body: body.to_vec() });
    let (status, answer) = match taken {
        Ok(()) => (StatusCode::OK, ReceiverAnswer::success()),
        Err(_) => (StatusCode::SERVICE_UNAVAILABLE, ReceiverAnswer::failure("busy".to_owned())),
    };
    (status, serde_json::to_vec(&answer).expect("an answer is JSON"))
}
