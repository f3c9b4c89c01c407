//! The limits of a listener, held to sockets.

use std::sync::Arc;
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
    start_with(router, Limits { connections_max, header_timeout, ..generous() })
}

/// Limits that nothing here comes near.
fn generous() -> Limits {
    Limits {
        connections_max: 100,
        connections_per_peer_max: None,
        uncapped_peers: AddressList::any(),
        header_timeout: PATIENCE,
        answer_timeout: PATIENCE,
        drain_timeout: PATIENCE,
    }
}

fn start_with(router: Router, limits: Limits) -> Served {
    let listener = bind("127.0.0.1:0".parse().expect("an address")).expect("a free port");
    let address = listener.local_addr().expect("it is bound");
    let (stop, stopped) = oneshot::channel();
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
async fn a_connection_that_idles_is_closed_after_the_time_out() {
    let served = start(quick(), 10, Duration::from_millis(50));
    let mut stream = connected(served.address).await;
    assert!(asked(&mut stream).await.contains("200 OK"));
    assert_eq!(read_until(&mut stream, "never said").await, "", "it is closed without a word");
}

#[tokio::test]
async fn a_peer_has_so_many_connections_unless_it_brings_others() {
    let one = NonZeroUsize::new(1);
    for (uncapped, is_let_in) in [("203.0.113.7", false), ("127.0.0.0/8", true)] {
        let uncapped_peers = AddressList::parse([uncapped]).expect("a list");
        let limits = Limits { connections_per_peer_max: one, uncapped_peers, ..generous() };
        let served = start_with(quick(), limits);
        let mut first = connected(served.address).await;
        assert!(asked(&mut first).await.contains("200 OK"), "{uncapped}");
        let second = asked(&mut connected(served.address).await).await;
        assert_eq!(second.contains("200 OK"), is_let_in, "{uncapped}");
    }
}

/// More than any kernel keeps for one connection.
const LARGE_BYTES: usize = 64 * 1024 * 1024;

#[tokio::test]
async fn a_client_that_does_not_read_its_answer_loses_its_connection() {
    let large = quick().route("/large", get(|| async { vec![b'x'; LARGE_BYTES] }));
    let limits = Limits { connections_max: 1, answer_timeout: Duration::from_millis(50), ..generous() };
    let served = start_with(large, limits);
    let mut slow = connected(served.address).await;
    slow.write_all(b"GET /large HTTP/1.1\r\nhost: x\r\n\r\n").await.expect("it is open");
    let again = async { while asked(&mut connected(served.address).await).await.is_empty() {} };
    tokio::time::timeout(PATIENCE, again).await.expect("its place is free again");
    let mut read = Vec::new();
    let _ = slow.read_to_end(&mut read).await;
    assert!(read.len() < LARGE_BYTES, "it was cut off");
}

#[tokio::test]
async fn a_client_that_reads_gets_all_of_a_large_answer() {
    let large = quick().route("/large", get(|| async { vec![b'x'; LARGE_BYTES] }));
    let served = start_with(large, generous());
    let mut stream = connected(served.address).await;
    stream.write_all(b"GET /large HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").await.expect("it is open");
    let mut read = Vec::new();
    stream.read_to_end(&mut read).await.expect("the answer ends");
    assert!(read.len() > LARGE_BYTES);
}

#[tokio::test]
async fn a_request_under_way_is_answered_when_the_server_is_told_to_stop() {
    let (entered, release, calls) = (Arc::new(Notify::new()), Arc::new(Notify::new()), Arc::new(AtomicUsize::new(0)));
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
