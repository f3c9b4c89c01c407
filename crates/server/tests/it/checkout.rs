//! Open checkout pages and the process that serves them.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use serde_json::json;

use crate::support::{Sandbox, order};

/// Longer than anything here takes, for what must happen.
const PATIENCE: Duration = Duration::from_mins(1);

/// Reads until `end` was read; what was read. A stream that ends before is a failure.
fn read_until(stream: &mut TcpStream, end: &str) -> String {
    let mut read = Vec::new();
    let mut chunk = [0; 1024];
    while !String::from_utf8_lossy(&read).contains(end) {
        let count = stream.read(&mut chunk).expect("the server tells more");
        assert!(count > 0, "the stream broke off: {}", String::from_utf8_lossy(&read));
        read.extend_from_slice(&chunk[..count]);
    }
    String::from_utf8(read).unwrap()
}

/// A stream of events has no end of its own; it must end with the process, and properly.
#[tokio::test]
async fn an_open_page_does_not_hold_up_the_end() {
    let sandbox = Sandbox::start(&["--ephemeral", "--clock", "manual"]);
    let placed = sandbox.data(&sandbox.actor("merchant"), "/v2/order", &order("open1", "1", None)).await;
    let url = placed["checkoutUrl"].as_str().unwrap();
    let (_, address) = url.split_once("://").unwrap();
    let (address, path) = address.split_once('/').unwrap();
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    write!(stream, "GET /{path}/events HTTP/1.1\r\nhost: {address}\r\n\r\n").unwrap();
    let head = read_until(&mut stream, "data: open");
    assert!(head.contains("text/event-stream") && head.contains("transfer-encoding: chunked"), "{head}");
    sandbox.controlled("/clock/advance", json!({"ms": 3_600_000})).await;
    read_until(&mut stream, "data: expired");

    let mut second = TcpStream::connect(address).unwrap();
    second.set_read_timeout(Some(PATIENCE)).unwrap();
    let placed = sandbox.data(&sandbox.actor("merchant"), "/v2/order", &order("open2", "1", None)).await;
    let token = placed["checkoutUrl"].as_str().unwrap().rsplit('/').next().unwrap().to_owned();
    write!(second, "GET /checkout/{token}/events HTTP/1.1\r\nhost: {address}\r\n\r\n").unwrap();
    read_until(&mut second, "data: open");
    let ending = std::thread::spawn(move || sandbox.stop());
    // The last chunk: the answer ended, it was not cut off by the time-out of the drain.
    read_until(&mut second, "0\r\n\r\n");
    assert!(ending.join().unwrap().success());
}
