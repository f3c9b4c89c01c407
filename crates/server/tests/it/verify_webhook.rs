//! `countersign verify-webhook` over deliveries of a running sandbox, as they came over the wire and damaged.

use std::path::{Path, PathBuf};
use std::process::Output;

use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use crate::support::{Sandbox, order, output};

const ANSWER: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 45\r\nConnection: close\r\n\r\n{\"returnCode\":\"SUCCESS\",\"returnMessage\":null}";

/// One request as it came over the wire.
async fn capture_one(listener: TcpListener) -> Vec<u8> {
    let (mut stream, _) = listener.accept().await.unwrap();
    let mut request = Vec::new();
    while body_of(&request).is_none() {
        assert!(stream.read_buf(&mut request).await.unwrap() > 0, "the request ends before its body");
    }
    stream.write_all(ANSWER).await.unwrap();
    request
}

/// The body, once all of it is there.
fn body_of(request: &[u8]) -> Option<&[u8]> {
    let end = request.windows(4).position(|window| window == b"\r\n\r\n")? + 4;
    let head = std::str::from_utf8(&request[..end]).unwrap();
    let length = head.lines().find_map(|line| line.to_lowercase().strip_prefix("content-length:").map(str::to_owned));
    let length: usize = length.expect("deliveries say how long they are").trim().parse().unwrap();
    (request.len() - end == length).then(|| &request[end..])
}

/// A delivery about a paid order, in files, with the certificate beside it.
struct Captured {
    folder: tempfile::TempDir,
    request: Vec<u8>,
    signed_ms: i64,
    prepay_id: String,
}

impl Captured {
    async fn of_a_payment() -> Self {
        let sandbox = Sandbox::ephemeral();
        let merchant = sandbox.actor("merchant");
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/hook", listener.local_addr().unwrap());
        sandbox.controlled("/webhooks/endpoint", json!({"merchantId": merchant["merchantId"], "url": url})).await;
        let placed = sandbox.data(&merchant, "/v2/order", &order("seen1", "1", None)).await;
        let pay = json!({"prepayId": placed["prepayId"], "payer": sandbox.text("/actors/payer/binanceId")});
        let (_, request) = tokio::join!(sandbox.controlled("/orders/pay", pay), capture_one(listener));
        let (_, certificates) = sandbox.call(&merchant, "/certificates", &json!({})).await;
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("certificates.json"), certificates.to_string()).unwrap();
        let pem = certificates["data"][0]["certPublic"].as_str().unwrap();
        std::fs::write(folder.path().join("key.pem"), format!("{pem}\n")).unwrap();
        let head = String::from_utf8(request.clone()).unwrap();
        let timestamp = head.lines().find_map(|line| line.strip_prefix("Binancepay-Timestamp: ")).unwrap();
        let (signed_ms, prepay_id) = (timestamp.parse().unwrap(), placed["prepayId"].as_str().unwrap().to_owned());
        Self { folder, request, signed_ms, prepay_id }
    }

    fn write(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.folder.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        path
    }

    /// Runs the command over a raw request, received a second after it was signed.
    fn verify(&self, request: &[u8], further: &[&str]) -> Output {
        let file = self.write("request.http", request);
        let key = self.folder.path().join("key.pem");
        let received = (self.signed_ms + 1_000).to_string();
        let paths = [file, key].map(|path| path.display().to_string());
        let arguments = ["verify-webhook", "--request", &paths[0], "--certificate", &paths[1]];
        let at: &[&str] = if further.contains(&"--received-at") { &[] } else { &["--received-at", &received] };
        output(&[&arguments, at, further].concat())
    }

    /// The request with its text changed.
    fn with(&self, from: &str, to: &str) -> Vec<u8> {
        let text = String::from_utf8(self.request.clone()).unwrap();
        assert!(text.contains(from), "the request holds {from:?}: {text}");
        text.replace(from, to).into_bytes()
    }
}

/// Exit code 1, one line on standard error, and these faults on standard output, each in a line of its own.
#[track_caller]
fn assert_wrong(case: &str, result: &Output, expected: &[&str]) {
    let (out, line) = (String::from_utf8_lossy(&result.stdout), String::from_utf8_lossy(&result.stderr));
    assert_eq!(result.status.code(), Some(1), "{case}: {out}{line}");
    let faults: Vec<_> = out.lines().filter(|line| line.starts_with("wrong: ")).collect();
    assert_eq!(faults.len(), expected.len(), "{case}: {out}");
    for (fault, words) in faults.iter().zip(expected) {
        assert!(fault.contains(words), "{case}: expected '{words}' in: {fault}");
    }
    let count = if expected.len() == 1 { "one thing is".to_owned() } else { format!("{} things are", expected.len()) };
    assert_eq!(line, format!("countersign: {count} wrong with the delivery\n"), "{case}");
}

#[tokio::test]
async fn a_delivery_is_right_as_it_came_and_each_damage_to_it_is_named() {
    let captured = Captured::of_a_payment().await;
    let right = captured.verify(&captured.request, &[]);
    let expected = format!(
        "the signature holds: PAY PAY_SUCCESS about {}, signed 1000 ms before it was received\n",
        captured.prepay_id
    );
    assert_eq!((right.status.code(), String::from_utf8(right.stdout).unwrap()), (Some(0), expected));
    assert!(right.stderr.is_empty());

    let id = &captured.prepay_id;
    let rounded = format!("{}000", &id[..id.len() - 3]);
    let (sn, nonce) = ("Binancepay-Certificate-Sn: ", "Binancepay-Nonce: ");
    let text = String::from_utf8(captured.request.clone()).unwrap();
    let value = |name: &str| text.lines().find_map(|line| line.strip_prefix(name)).unwrap().to_owned();
    let (serial, nonce_value, timestamp) = (value(sn), value(nonce), captured.signed_ms.to_string());
    let swapped = text
        .replace(&format!("{nonce}{nonce_value}"), &format!("{nonce}{timestamp}"))
        .replace(&format!("Timestamp: {timestamp}"), &format!("Timestamp: {nonce_value}"));
    let rows: [(&str, Vec<u8>, &[&str]); 12] = [
        ("line end", [captured.request.as_slice(), b"\r\n"].concat(), &["white space or a line end"]),
        ("mark", captured.with("\r\n\r\n", "\r\n\r\n\u{feff}"), &["byte order mark"]),
        ("spaces", captured.with("\"bizType\":", "\"bizType\": "), &["other white space"]),
        ("rounded", captured.with(&format!("\"bizId\":{id}"), &format!("\"bizId\":{rounded}")), &["bizId was rounded"]),
        ("swapped", swapped.into_bytes(), &["timestamp and nonce are swapped"]),
        ("no nonce", captured.with(nonce, "X-Nonce: "), &["BinancePay-Nonce is missing"]),
        (
            "two nonces",
            captured.with(nonce, "BINANCEPAY-NONCE: a\r\nBinancepay-Nonce: "),
            &["2 times", "nothing that was tried"],
        ),
        ("serial", captured.with(&serial, &"0".repeat(32)), &["the header was changed"]),
        ("seconds", captured.with(&timestamp, &timestamp[..10]), &["in seconds"]),
        ("signature", captured.with("Binancepay-Signature: ", "Binancepay-Signature: *"), &["not base64"]),
        ("changed", captured.with("PAY_SUCCESS", "PAY_CLOSED"), &["Content-Length"]),
        ("cut", captured.request[..captured.request.len() - 9].to_vec(), &["Content-Length"]),
    ];
    for (case, request, expected) in rows {
        assert_wrong(case, &captured.verify(&request, &[]), expected);
    }
}

#[tokio::test]
async fn age_keys_and_files_are_as_the_arguments_say() {
    let captured = Captured::of_a_payment().await;
    let late = (captured.signed_ms + 301_000).to_string();
    let stale = captured.verify(&captured.request, &["--received-at", &late]);
    assert_wrong("old", &stale, &["signed 301000 ms before it was received, and 300 s are allowed"]);
    assert!(String::from_utf8_lossy(&stale.stdout).starts_with("the signature holds: "), "the age alone is wrong");
    let patient = captured.verify(&captured.request, &["--received-at", &late, "--max-age", "600"]);
    assert_eq!(patient.status.code(), Some(0));

    // In two files: headers as a framework keeps them, and the body by itself; the certificate as the API answered it.
    let end = captured.request.windows(4).position(|window| window == b"\r\n\r\n").unwrap();
    let head = std::str::from_utf8(&captured.request[..end]).unwrap();
    let object: serde_json::Map<_, _> = head
        .lines()
        .filter_map(|line| line.split_once(": "))
        .map(|(name, value)| (name.to_lowercase(), json!(value)))
        .collect();
    let headers = captured.write("headers.json", serde_json::Value::from(object).to_string().as_bytes());
    let body = captured.write("body.json", &captured.request[end + 4..]);
    let run = |certificate: &Path| {
        let paths = [headers.as_path(), body.as_path(), certificate].map(|path| path.display().to_string());
        output(&["verify-webhook", "--headers", &paths[0], "--body", &paths[1], "--certificate", &paths[2]])
    };
    let result = run(&captured.folder.path().join("certificates.json"));
    assert_eq!(result.status.code(), Some(0), "fresh by the machine's own clock: {result:?}");

    let other = captured.write("other.pem", include_bytes!("../../../crypto/tests/vectors/w1_public_key.pem"));
    assert_wrong("another key", &run(&other), &["signed with another key"]);
    let result = run(&body);
    assert_eq!(result.status.code(), Some(2), "{result:?}");
    assert!(String::from_utf8_lossy(&result.stderr).contains("no answer to a call of certificates"));
}
