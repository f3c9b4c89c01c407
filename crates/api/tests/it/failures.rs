//! What callers get when something fails inside, and what they never get.

use std::sync::{Arc, Barrier};
use std::time::Duration;

use countersign_api::ApiSettings;
use countersign_store::StoreError;
use serde_json::{Value, json};

use crate::support::{App, settings};

#[tokio::test]
async fn a_panic_is_an_answer_without_details() {
    let app = App::new(settings());
    let key = app.shop().await;
    let mut body: Value = serde_json::from_str(&crate::calls::order("a")).expect("JSON");
    body["webhookUrl"] = json!("https://defect.example/");
    let answer = app.call(&key, "/v2/order", &body.to_string()).await;
    assert_eq!(answer.refused(), (500, "400000"));
    assert!(answer.headers.contains_key("x-request-id"));
    assert!(!answer.text.contains("defect") && !answer.explanation().contains("defect"), "{answer:?}");
    app.call(&key, "/v2/order", &crate::calls::order("a")).await.data();
}

#[tokio::test]
async fn a_call_that_takes_too_long_is_busy() {
    let app = App::new(ApiSettings { request_timeout: Duration::ZERO, ..settings() });
    let key = app.shop().await;
    // The writer is held until the answer is there, so that no machine is quick enough to make the call in time.
    let gate = Arc::new(Barrier::new(2));
    let opens = Arc::clone(&gate);
    let held = app.platform.write("hold", move |_, _| -> Result<_, StoreError> {
        opens.wait();
        Ok(())
    });
    let answered = async {
        let answer = app.call(&key, "/v2/order", &crate::calls::order("a")).await;
        gate.wait();
        answer
    };
    let (held, answer) = tokio::join!(held, answered);
    held.expect("a writer that was only held");
    assert_eq!(answer.refused(), (503, "400501"));
    assert_eq!(answer.headers["retry-after"], "1");
    assert!(answer.explanation().contains("may still have happened"));
}

#[tokio::test]
async fn a_missing_peer_address_is_our_fault_not_the_callers() {
    let app = App::new(settings());
    let key = app.shop().await;
    let mut request = app.signed(&key, "/v2/balance", "{}");
    request.extensions_mut().clear();
    assert_eq!(app.send(request).await.refused(), (500, "400000"));
}

#[tokio::test]
async fn a_nonce_of_another_length_passes_with_a_note() {
    let app = App::new(settings());
    let key = app.shop().await;
    let body = r#"{"wallet":"FUNDING_WALLET"}"#;
    let noted = app.send(app.signed_with(&key, "/v2/balance", body, "MDEyMzQ1Njc4OUFCQ0RFRg==")).await;
    noted.data();
    assert!(noted.explanation().contains("24 characters"), "{noted:?}");
    let plain = app.call(&key, "/v2/balance", body).await;
    plain.data();
    assert_eq!(plain.explanation(), "");
    let short = app.send(app.signed_with(&key, "/v2/balance", body, "short")).await;
    assert_eq!(short.refused(), (400, "400001"));
    assert!(short.explanation().contains("16 to 64"), "a refusal's own explanation wins: {short:?}");
}

#[tokio::test]
async fn answers_name_the_call_for_the_log() {
    let app = App::new(settings());
    let key = app.shop().await;
    let mut ids = Vec::new();
    for _ in 0..2 {
        let answer = app.call(&key, "/certificates", "{}").await;
        ids.push(answer.headers["x-request-id"].to_str().expect("text").to_owned());
    }
    assert_eq!(ids, ["test-1", "test-2"]);
}
