//! The kit itself: what it promises must be able to fail.

use std::fmt::Write as _;

use countersign_domain::Scope;
use countersign_service::Clock;
use countersign_store::{Statement, StoreError, WriteTx};
use countersign_testkit::{Engine, START, SinkAnswer, WebhookSink, on_both_engines, run};
use countersign_wire::headers::{CERTIFICATE_SN, NONCE, SIGNATURE, TIMESTAMP};
use countersign_wire::webhooks::Notification;
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

on_both_engines! {
    async fn actors_call_and_are_answered(app: TestApp) {
        let (provider, merchant) = (app.provider("Acme").await, app.merchant("Shop").await);
        let authority = app.grant(&provider, &merchant, &[Scope::Balance]).await;
        let call = || provider.call("/v2/balance", json!({"wallet": "FUNDING_WALLET"}));
        call().on_behalf(authority.token.as_str()).await.data();
        call().signed_with("wrong").await.refused("400002");
        app.anon().call("/certificates", json!({})).await.refused("400005");
        app.advance_ms(5);
        assert_eq!((app.now(), app.world().wall().now()), (START.plus_ms(5), START.plus_ms(5)));
    }

    async fn a_footprint_sees_every_write(app: TestApp) {
        let before = app.footprint().await;
        before.assert_same(&app.footprint().await, "nobody");
        let merchant = app.merchant("Shop").await;
        let after = app.footprint().await;
        assert_ne!(before, after);
        assert_eq!(after.rows("merchants"), before.rows("merchants") + 1);
        // An update in place is seen too.
        merchant.revoke_key().await;
        assert_ne!(after, app.footprint().await);
    }
}

static TAMPER: Statement =
    Statement { name: "tamper", sql: "UPDATE ledger_accounts SET available_minor = available_minor + $1" };

#[test]
#[should_panic(expected = "the test left a database that does not prove")]
fn a_database_that_does_not_prove_fails_its_test() {
    run(Engine::Sqlite, |app| async move {
        app.payer_with("1").await;
        let tampered: Result<u64, StoreError> = app
            .platform()
            .store
            .write("tamper", app.platform().command_id(), |tx: &mut dyn WriteTx| tx.execute(&TAMPER, &[1.into()]))
            .await;
        assert_ne!(tampered.expect("the schema lets it happen"), 0);
    });
}

/// Posts `body` with these headers and answers the response's text.
async fn post(url: &str, headers: &[(&str, &str)], body: &[u8]) -> String {
    let (host, path) = url.strip_prefix("http://").expect("a sink's URL").split_once('/').expect("a path");
    let mut stream = TcpStream::connect(host).await.expect("the sink listens");
    let mut head =
        format!("POST /{path} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\ncontent-length: {}\r\n", body.len());
    for (name, value) in headers {
        write!(head, "{name}: {value}\r\n").expect("a String takes every write");
    }
    stream.write_all(format!("{head}\r\n").as_bytes()).await.expect("the sink reads");
    stream.write_all(body).await.expect("the sink reads");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.expect("the sink answers");
    answer
}

#[test]
fn a_sink_records_verifies_and_answers_as_told() {
    run(Engine::Sqlite, |app| async move {
        let key = &app.platform().webhook_key;
        let sink = WebhookSink::start(key).await;
        let body = Notification::new("PAY", "PAY_SUCCESS", 7, &json!({})).expect("it serialises").to_bytes();
        let (timestamp, nonce) = ("1700000000000", "0123456789abcdefghijklmnopqrstuv");
        let signature = key.sign(timestamp, nonce, &body);
        let signed = [(CERTIFICATE_SN, key.serial()), (TIMESTAMP, timestamp), (NONCE, nonce), (SIGNATURE, &signature)];
        sink.script([SinkAnswer::Reply(500, b"no".to_vec()), SinkAnswer::Redirect("http://127.0.0.1:1/".to_owned())]);
        assert!(post(&sink.url("/hook?a=1"), &signed, &body).await.starts_with("HTTP/1.1 500"));
        assert!(post(&sink.url("/hook"), &signed, &body).await.starts_with("HTTP/1.1 302"));
        let answer = post(&sink.url("/hook"), &signed, b"{}").await;
        assert!(
            answer.starts_with("HTTP/1.1 200") && answer.ends_with(r#"{"returnCode":"SUCCESS","returnMessage":null}"#)
        );
        let deliveries = sink.wait_for(3).await;
        assert_eq!(deliveries[0].path, "/hook?a=1");
        assert_eq!(deliveries[0].verified().biz_id, 7);
        assert_eq!(deliveries[0].header("binancepay-nonce"), nonce);
        assert!(deliveries[2].signature_fault.is_some(), "another body under the same signature");
        assert_eq!(sink.deliveries_to("/hook").len(), 2);
        sink.clear();
        assert!(sink.deliveries().is_empty());
        post(&sink.url("/hook"), &[], &body).await;
        assert!(sink.wait_for(1).await[0].signature_fault.is_some(), "nothing is signed");
    });
}
