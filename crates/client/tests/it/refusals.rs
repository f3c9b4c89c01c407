//! What is not a success.

use std::time::Duration;

use countersign_client::wire::ResultCode;
use countersign_client::{ANSWER_BYTES_MAX, ApiFailure, ClientError, Timeouts, TransportError, Wallet};
use serde_json::json;

use crate::fake_api::{FakeApi, Script};

#[tokio::test]
async fn a_refusal_carries_code_text_status_and_explanation() {
    let explained = Script::new(
        401,
        r#"{"status":"FAIL","code":"400002","errorMessage":"Signature for this request is not valid."}"#,
    )
    .header("X-Countersign-Explain", "the signature is in lower case");
    // Some configurations answer 200 to everything, and some answers have a null message and odd data.
    let always_200 = Script::new(200, r#"{"status":"FAIL","code":"999999","errorMessage":null,"data":[1]}"#);
    let api = FakeApi::start([explained, always_200]).await;
    let client = api.client();

    let error = client.provider_config().await.unwrap_err();
    let failure = error.refusal().expect("a refusal");
    assert_eq!(failure.result_code(), Some(ResultCode::InvalidSignature));
    let expected = ApiFailure {
        code: "400002".into(),
        message: "Signature for this request is not valid.".into(),
        http_status: 401,
        explanation: Some("the signature is in lower case".into()),
    };
    assert_eq!(*failure, expected);
    let text = "refused with 400002: Signature for this request is not valid. (the signature is in lower case)";
    assert_eq!(error.to_string(), text);

    let error = client.provider_config().await.unwrap_err();
    let expected = ApiFailure { code: "999999".into(), message: String::new(), http_status: 200, explanation: None };
    assert_eq!(error.refusal(), Some(&expected));
    assert_eq!(expected.result_code(), None);
}

#[tokio::test]
async fn what_is_no_answer_of_this_api_is_malformed() {
    let bodies = [
        "",
        "<html>502</html>",
        "[]",
        r#"{"ok":true}"#,
        r#"{"status":"SUCCESS","code":"000000"}"#,
        r#"{"status":"SUCCESS","code":"000000","data":null}"#,
        r#"{"status":"SUCCESS","code":"000000","data":{"allowScopes":"CONVERT"}}"#,
        "\u{feff}{}",
    ];
    let api = FakeApi::start(bodies.map(|body| Script::new(502, body))).await;
    let client = api.client();
    for body in bodies {
        let error = client.provider_config().await.expect_err(body);
        assert!(matches!(error, ClientError::Malformed { http_status: 502, .. }), "{body}: {error:?}");
    }
}

#[tokio::test]
async fn redirects_are_not_followed() {
    let target = FakeApi::start([Script::success("true")]).await;
    let redirect = Script::new(307, "").header("location", format!("{}/elsewhere", target.base_url));
    let api = FakeApi::start([redirect]).await;
    let error = api.client().provider_config().await.unwrap_err();
    assert!(matches!(error, ClientError::Malformed { http_status: 307, .. }), "{error:?}");
    assert!(target.asked().is_empty());
}

#[tokio::test]
async fn an_endless_answer_is_cut() {
    let whole = Script::success(&format!("\"{}\"", "x".repeat(ANSWER_BYTES_MAX - 64)));
    let api = FakeApi::start([whole, Script::new(200, vec![b' '; ANSWER_BYTES_MAX + 1])]).await;
    let client = api.client();
    assert!(client.call::<String>("/certificates", &json!({})).await.is_ok());
    let error = client.call::<String>("/certificates", &json!({})).await.unwrap_err();
    assert!(matches!(error, ClientError::Transport(TransportError::AnswerTooLarge)), "{error:?}");
}

#[tokio::test]
async fn a_silent_server_is_a_timeout_and_an_absent_one_no_connection() {
    let api = FakeApi::start([]).await;
    let hasty = Timeouts { call: Duration::from_millis(50), ..Timeouts::default() };
    let client = api.builder(hasty).build().unwrap();
    let error = client.balance(Wallet::Funding, None).await.unwrap_err();
    assert!(matches!(error, ClientError::Transport(TransportError::Timeout(_))), "{error:?}");

    // A port that was free a moment ago, with nobody on it.
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let config = countersign_client::Config::new(format!("http://{address}"), "key", "secret".to_owned());
    let client = countersign_client::Client::new(config).unwrap();
    let error = client.provider_config().await.unwrap_err();
    assert!(matches!(error, ClientError::Transport(TransportError::Connect(_))), "{error:?}");
}
