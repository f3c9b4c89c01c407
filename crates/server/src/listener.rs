//! How connections are taken: caps on their number, in all and for each peer, limits on slow headers and slow readers, and a
//! drain at the end.
//!
//! A connection beyond a cap is closed at once. One that waited for a place would hold a descriptor all the same, and nothing
//! would time its headers. What is slow in between is timed where bodies are read: by the merchant API, the admin API and the
//! pages' forms.

mod admission;
mod held;
#[cfg(test)]
mod tests;

use std::future::Future;
use std::io;
use std::net::{SocketAddr, TcpListener};
use std::num::NonZeroUsize;
use std::pin::Pin;
use std::time::Duration;

use axum::Router;
use axum_server::accept::Accept;
use axum_server::{Handle, Server};
use countersign_domain::AddressList;
use hyper_util::rt::TokioTimer;
use tokio::net::TcpStream;

use crate::config::Config;
use crate::failure::Failure;
use crate::node::addresses;
use admission::Admission;
use held::Held;

/// Bytes of a request's headers before it is turned away.
const HEADER_BYTES_MAX: usize = 32 * 1024;

/// Binds the address, or says what to do.
pub(crate) fn bind(address: SocketAddr) -> Result<TcpListener, Failure> {
    let cannot = |error: io::Error| match error.kind() {
        io::ErrorKind::AddrInUse => {
            Failure::usage(format!("{address} is in use by another program; choose another address with --listen"))
        }
        _ => Failure::usage(format!("cannot listen on {address}: {error}")),
    };
    let listener = TcpListener::bind(address).map_err(cannot)?;
    listener.set_nonblocking(true).map_err(cannot)?;
    Ok(listener)
}

/// Limits of a listener.
#[derive(Debug, Clone)]
pub(crate) struct Limits {
    pub(crate) connections_max: usize,
    /// For one address, or half an address of IPv6; `None` is no cap.
    pub(crate) connections_per_peer_max: Option<NonZeroUsize>,
    /// Peers that bring others' connections, to which the cap for each peer is none. Empty: nobody.
    pub(crate) uncapped_peers: AddressList,
    /// Counts while a connection idles as well.
    pub(crate) header_timeout: Duration,
    /// How long a client may leave what is to be written unread.
    pub(crate) answer_timeout: Duration,
    pub(crate) drain_timeout: Duration,
}

impl Limits {
    pub(crate) fn of(config: &Config) -> Result<Self, Failure> {
        // Whoever calls from this machine is a proxy, a load generator, or the operator.
        let loopback = ["127.0.0.0/8", "::1"].map(str::to_owned);
        let uncapped: Vec<String> = config.trusted_proxies.iter().cloned().chain(loopback).collect();
        Ok(Self {
            connections_max: config.connections_max,
            connections_per_peer_max: NonZeroUsize::new(config.connections_per_peer_max),
            uncapped_peers: addresses("trusted_proxies", &uncapped)?,
            header_timeout: Duration::from_millis(config.header_timeout_ms),
            answer_timeout: Duration::from_millis(config.answer_timeout_ms),
            drain_timeout: Duration::from_millis(config.drain_timeout_ms),
        })
    }
}

/// Serves `router` until `stop` is done, then lets requests under way finish within the drain time-out.
pub(crate) async fn serve(
    listener: TcpListener,
    router: Router,
    limits: Limits,
    stop: impl Future<Output = ()>,
) -> io::Result<()> {
    let handle = Handle::new();
    let acceptor = Capped { admission: Admission::new(&limits), answer_timeout: limits.answer_timeout };
    let mut server: Server<SocketAddr, Capped> =
        axum_server::from_tcp(listener)?.handle(handle.clone()).acceptor(acceptor);
    // HTTP/1 alone: telling HTTP/2 from it waits for the first bytes, and that wait has no time-out.
    server = server.http1_only();
    // The timer makes the time-out count; without one a client that trickles its headers would hold a socket for ever.
    server
        .http_builder()
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(limits.header_timeout)
        .max_buf_size(HEADER_BYTES_MAX);
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
    let serving = server.serve(service);
    tokio::pin!(serving);
    tokio::select! {
        ended = &mut serving => ended,
        () = stop => {
            handle.graceful_shutdown(Some(limits.drain_timeout));
            serving.await
        }
    }
}

/// Lets a connection in where there is a place for it, and times what it leaves unread.
#[derive(Clone)]
struct Capped {
    admission: Admission,
    answer_timeout: Duration,
}

impl<S: Send + 'static> Accept<TcpStream, S> for Capped {
    type Stream = Held;
    type Service = S;
    type Future = Pin<Box<dyn Future<Output = io::Result<(Held, S)>> + Send>>;

    fn accept(&self, stream: TcpStream, service: S) -> Self::Future {
        let Self { admission, answer_timeout } = self.clone();
        Box::pin(async move {
            let place =
                admission.enter(stream.peer_addr()?.ip()).ok_or_else(|| io::Error::other("no place is left"))?;
            stream.set_nodelay(true)?;
            Ok((Held::new(stream, place, answer_timeout), service))
        })
    }
}
