//! How connections are taken: a cap on their number, a limit on slow headers, and a drain at the end.
//!
//! A connection beyond the cap is closed at once. One that waited for a place would hold a descriptor all the same, and
//! nothing would time its headers.

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
pub(crate) async fn serve(
    listener: TcpListener,
    router: Router,
    limits: Limits,
    stop: impl Future<Output = ()>,
) -> io::Result<()> {
    let handle = Handle::new();
    let mut server: Server<SocketAddr, Capped> = axum_server::from_tcp(listener)?
        .handle(handle.clone())
        .acceptor(Capped(Arc::new(Semaphore::new(limits.connections_max))));
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

/// Holds a permit for each connection; one more is refused.
#[derive(Clone)]
struct Capped(Arc<Semaphore>);

impl<S: Send + 'static> Accept<TcpStream, S> for Capped {
    type Stream = Held;
    type Service = S;
    type Future = Pin<Box<dyn Future<Output = io::Result<(Held, S)>> + Send>>;

    fn accept(&self, stream: TcpStream, service: S) -> Self::Future {
        let permits = Arc::clone(&self.0);
        Box::pin(async move {
            let permit = permits.try_acquire_owned().map_err(io::Error::other)?;
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

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffers: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(cx, buffers)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use axum::routing::get;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::sync::{Notify, oneshot};
    use tokio::task::JoinHandle;

    use super::*;

    const REQUEST: &[u8] = b"GET /quick HTTP/1.1\r\nhost: x\r\n\r\n";
    /// Longer than anything here takes, for what must happen.
    const PATIENCE: Duration = Duration::from_secs(30);

    struct Served {
        address: SocketAddr,
        stop: oneshot::Sender<()>,
        task: JoinHandle<io::Result<()>>,
    }

    fn start(router: Router, connections_max: usize, header_timeout: Duration) -> Served {
        let listener = bind("127.0.0.1:0".parse().expect("an address")).expect("a free port");
        let address = listener.local_addr().expect("it is bound");
        let (stop, stopped) = oneshot::channel();
        let limits = Limits { connections_max, header_timeout, drain_timeout: PATIENCE };
        let stopped = async move {
            let _ = stopped.await;
        };
        #[expect(clippy::disallowed_methods, reason = "the test joins the task itself")]
        let task = tokio::spawn(serve(listener, router, limits, stopped));
        Served { address, stop, task }
    }

    fn quick() -> Router {
        Router::new().route("/quick", get(|| async { "quick" }))
    }

    /// Reads until `end` was read, or the connection closed.
    async fn read_until(stream: &mut TcpStream, end: &str) -> String {
        let mut read = Vec::new();
        let reading = async {
            // A reset is a close too.
            while !String::from_utf8_lossy(&read).contains(end) && stream.read_buf(&mut read).await.unwrap_or(0) > 0 {}
        };
        tokio::time::timeout(PATIENCE, reading).await.expect("the server answers or closes");
        String::from_utf8(read).expect("text")
    }

    async fn connected(address: SocketAddr) -> TcpStream {
        TcpStream::connect(address).await.expect("the listener takes connections")
    }

    /// What the server answers to one request, or nothing where it closed.
    async fn asked(stream: &mut TcpStream) -> String {
        let _ = stream.write_all(REQUEST).await;
        read_until(stream, "quick").await
    }

    #[tokio::test]
    async fn a_connection_beyond_the_cap_is_closed_and_a_place_is_given_again() {
        let served = start(quick(), 2, PATIENCE);
        let (mut first, mut second) = (connected(served.address).await, connected(served.address).await);
        for stream in [&mut first, &mut second] {
            assert!(asked(stream).await.contains("200 OK"), "within the cap");
        }
        let mut third = connected(served.address).await;
        assert_eq!(asked(&mut third).await, "", "beyond the cap");
        drop(first);
        let again = async { while asked(&mut connected(served.address).await).await.is_empty() {} };
        tokio::time::timeout(PATIENCE, again).await.expect("the place of a connection that ended is free again");
    }

    #[tokio::test]
    async fn silent_and_slow_headers_are_closed_after_the_time_out() {
        let served = start(quick(), 10, Duration::from_millis(50));
        for beginning in ["", "G", "PRI * HTTP", "GET /quick HTTP/1.1\r\nhost: x\r\n"] {
            let mut stream = connected(served.address).await;
            stream.write_all(beginning.as_bytes()).await.expect("it is open");
            let answer = read_until(&mut stream, "never said").await;
            assert!(!answer.contains("200 OK"), "{beginning:?}: {answer}");
        }
    }

    #[tokio::test]
    async fn a_request_under_way_is_answered_when_the_server_is_told_to_stop() {
        let (entered, release, calls) =
            (Arc::new(Notify::new()), Arc::new(Notify::new()), Arc::new(AtomicUsize::new(0)));
        let slow = {
            let (entered, release, calls) = (Arc::clone(&entered), Arc::clone(&release), Arc::clone(&calls));
            move || async move {
                calls.fetch_add(1, Ordering::SeqCst);
                entered.notify_one();
                release.notified().await;
                "slow"
            }
        };
        let served = start(Router::new().route("/slow", get(slow)), 10, PATIENCE);
        let mut stream = connected(served.address).await;
        stream.write_all(b"GET /slow HTTP/1.1\r\nhost: x\r\n\r\n").await.expect("it is open");
        entered.notified().await;
        served.stop.send(()).expect("it serves");
        let refused = async { while TcpStream::connect(served.address).await.is_ok() {} };
        tokio::time::timeout(PATIENCE, refused).await.expect("a server that drains takes no more connections");
        assert!(!served.task.is_finished(), "it waits for the request under way");
        release.notify_one();
        assert!(read_until(&mut stream, "slow").await.ends_with("slow"));
        tokio::time::timeout(PATIENCE, served.task).await.expect("it ends").expect("no panic").expect("no error");
        assert_eq!(calls.load(Ordering::SeqCst), 1);
    }
}
