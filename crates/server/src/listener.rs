//! How connections are taken: a cap on their number, a limit on slow headers, and a drain at the end.

use std::future::Future;
use std::io;
use std::net::{SocketAddr, TcpListener};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::Router;
use axum_server::accept::Accept;
use axum_server::{Handle, Server};
use hyper_util::rt::TokioTimer;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::config::Config;
use crate::failure::Failure;

/// Bytes of a request's headers before it is turned away.
const HEADER_BYTES_MAX: usize = 32 * 1024;

/// Binds the address, or says what to do.
pub(crate) fn bind(address: SocketAddr) -> Result<TcpListener, Failure> {
    let cannot = |error: io::Error| match error.kind() {
        io::ErrorKind::AddrInUse => Failure::usage(format!("{address} is in use by another program; choose another address with --listen")),
        _ => Failure::usage(format!("cannot listen on {address}: {error}")),
    };
    let listener = TcpListener::bind(address).map_err(cannot)?;
    listener.set_nonblocking(true).map_err(cannot)?;
    Ok(listener)
}

/// Limits of a listener.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    pub(crate) connections_max: usize,
    pub(crate) header_timeout: Duration,
    pub(crate) drain_timeout: Duration,
}

impl Limits {
    pub(crate) fn of(config: &Config) -> Self {
        Self {
            connections_max: config.connections_max,
            header_timeout: Duration::from_millis(config.header_timeout_ms),
            drain_timeout: Duration::from_millis(config.drain_timeout_ms),
        }
    }
}

/// Serves `router` until `stop` is done, then lets requests under way finish within the drain time-out.
pub(crate) async fn serve(listener: TcpListener, router: Router, limits: Limits, stop: impl Future<Output = ()>) -> io::Result<()> {
    let handle = Handle::new();
    let mut server: Server<SocketAddr, Capped> =
        axum_server::from_tcp(listener)?.handle(handle.clone()).acceptor(Capped(Arc::new(Semaphore::new(limits.connections_max))));
    // The timer makes the time-out count; without one a client that trickles its headers would hold a socket for ever.
    server.http_builder().http1().timer(TokioTimer::new()).header_read_timeout(limits.header_timeout).max_buf_size(HEADER_BYTES_MAX);
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

/// Holds a permit for each connection; one more waits until another ends.
#[derive(Clone)]
struct Capped(Arc<Semaphore>);

impl<S: Send + 'static> Accept<TcpStream, S> for Capped {
    type Stream = Held;
    type Service = S;
    type Future = Pin<Box<dyn Future<Output = io::Result<(Held, S)>> + Send>>;

    fn accept(&self, stream: TcpStream, service: S) -> Self::Future {
        let permits = Arc::clone(&self.0);
        Box::pin(async move {
            let permit = permits.acquire_owned().await.map_err(io::Error::other)?;
            stream.set_nodelay(true)?;
            Ok((Held { stream, _permit: permit }, service))
        })
    }
}

/// A connection with its permit.
struct Held {
    stream: TcpStream,
    _permit: OwnedSemaphorePermit,
}

impl AsyncRead for Held {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, buffer)
    }
}

impl AsyncWrite for Held {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }

    fn poll_write_vectored(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buffers: &[io::IoSlice<'_>]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(cx, buffers)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
}
