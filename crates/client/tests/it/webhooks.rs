//! Deliveries signed with crypto's published test key; one signature was made by OpenSSL.

use std::collections::HashMap;
use std::time::Duration;

use countersign_client::wire::answers::Certificate;
use countersign_client::wire::webhooks::Notification;
use countersign_client::{
    CertificateError, ClientError, VerifyError, WEBHOOK_AGE_DEFAULT, WebhookEvent, WebhookVerifier,
};
use countersign_crypto::{WebhookSignatureError, WebhookSigningKey};

use crate::fake_api::{FakeApi, Script};

const SIGNED_MS: i64 = 1_671_922_674_200;
const NONCE: &str = "zREdMIt0y4Y695XvDM9YjeV5FwpwXun3";
const BODY: &[u8] = br#"{"bizType":"PAY","data":"{\"merchantTradeNo\":\"167192264711991849\",\"productType\":\"02\",\"productName\":\"Package 03\",\"transactTime\":1671922674167,\"tradeType\":\"WEB\",\"totalFee\":500.00000000,\"currency\":\"USDT\",\"commission\":0}","bizIdStr":"202047821918576640","bizId":202047821918576640,"bizStatus":"PAY_CLOSED"}"#;
/// `openssl dgst -sha256 -sign` over the same bytes.
const SIGNATURE: &str = "PS9Qdap1+6HZ1Kp5mOueSc10DWutzsdkJUxM8KJCWstMBjr91N7Jq8kh8iAaakl9perwMwzXrcQ/WojbgmUZW5hllxdYES0pLk+v8qB//6Dqp+AErH2tU83HzXNBvCvoaTRhVxNtbkj4QVxWOsQcAS5NojIjobp3wYuZuDRCKXy+dc1uvZJAO7cV22vfh6Facj/hga9+Vu0xbwLYW0WVsE9+/8cahInqCRB6XbJbrHpjkdg18U8c9r9u1IRlGg5Q0WQ/qol4GKtZl0BS5QxOZaZW+OyOqIHO8PZByHN3YW5ZIZjEtyuUuVv/D/wi19e8uQA8dugH2fRq79ebI5OhOQ==";

fn certificate() -> Certificate {
    let key = WebhookSigningKey::published_test();
    Certificate { cert_public: key.public_pem().to_owned(), cert_serial: key.serial().to_owned() }
}

fn verifier() -> WebhookVerifier {
    WebhookVerifier::new(&[certificate()]).expect("the published key is fit")
}

fn headers() -> HashMap<&'static str, String> {
    HashMap::from([
        ("binancepay-certificate-sn", "31ACD2F0A242B4ED5027AFBA3BDDF499".to_owned()),
        ("binancepay-timestamp", SIGNED_MS.to_string()),
        ("binancepay-nonce", NONCE.to_owned()),
        ("binancepay-signature", SIGNATURE.to_owned()),
    ])
}

fn verify(headers: &HashMap<&str, String>, body: &[u8], now_ms: i64) -> Result<Notification, VerifyError> {
    verifier().verify(|name| headers.get(name).map(String::as_str), body, now_ms, Duration::from_mins(1))
}

/// As [`headers`], with the signature made for this timestamp.
fn signed_at(timestamp: &str, body: &[u8]) -> HashMap<&'static str, String> {
    let mut headers = headers();
    headers.insert("binancepay-timestamp", timestamp.to_owned());
    headers.insert("binancepay-signature", WebhookSigningKey::published_test().sign(timestamp, NONCE, body));
    headers
}

#[test]
fn a_recorded_delivery_is_verified_and_read() {
    let notification = verify(&headers(), BODY, SIGNED_MS).unwrap();
    assert_eq!((notification.biz_id, notification.biz_status.as_ref()), (202_047_821_918_576_640, "PAY_CLOSED"));
    let WebhookEvent::Pay(pay) = WebhookEvent::of(&notification).unwrap() else { panic!("{notification:?}") };
    assert_eq!((pay.merchant_trade_no.as_str(), pay.total_fee.text()), ("167192264711991849", "500.00000000"));
}

#[test]
fn every_header_is_needed() {
    for name in headers().into_keys() {
        let mut headers = headers();
        headers.remove(name);
        let error = verify(&headers, BODY, SIGNED_MS).expect_err(name);
        assert!(matches!(error, VerifyError::MissingHeader { name: missing } if missing == name), "{error}");
    }
}

#[test]
fn what_was_not_signed_so_is_refused() {
    let mut changed = BODY.to_vec();
    changed[40] ^= 1;
    let with = |name, value: &str| {
        let mut headers = headers();
        headers.insert(name, value.to_owned());
        headers
    };
    let rows: [(&str, HashMap<&str, String>, &[u8]); 5] = [
        ("body", headers(), &changed),
        ("line end", headers(), &[BODY, b"\n"].concat()),
        ("timestamp", with("binancepay-timestamp", "1671922674201"), BODY),
        ("nonce", with("binancepay-nonce", "zREdMIt0y4Y695XvDM9YjeV5FwpwXun4"), BODY),
        ("signature", with("binancepay-signature", &SIGNATURE.replacen("PS9", "PS8", 1)), BODY),
    ];
    for (case, headers, body) in rows {
        let error = verify(&headers, body, SIGNED_MS).expect_err(case);
        assert!(matches!(error, VerifyError::Signature(WebhookSignatureError::Different)), "{case}: {error}");
    }
    let error = verify(&with("binancepay-signature", "*"), BODY, SIGNED_MS).unwrap_err();
    assert!(matches!(error, VerifyError::Signature(WebhookSignatureError::NotBase64)), "{error}");
    let error = verify(&with("binancepay-certificate-sn", "31ACD2"), BODY, SIGNED_MS).unwrap_err();
    assert!(matches!(error, VerifyError::UnknownSerial { serial } if serial == "31ACD2"));
}

#[test]
fn age_is_judged_both_ways() {
    for (off_by_ms, fresh) in [(0, true), (60_000, true), (-60_000, true), (60_001, false), (-60_001, false)] {
        let verdict = verify(&headers(), BODY, SIGNED_MS + off_by_ms);
        match verdict {
            Ok(_) => assert!(fresh, "{off_by_ms}"),
            Err(VerifyError::Stale { off_by_ms: found, .. }) => assert!(!fresh && found == off_by_ms, "{off_by_ms}"),
            Err(error) => panic!("{off_by_ms}: {error}"),
        }
    }
    for timestamp in ["", "-1", "+1671922674200", "1671922674200.5", "99999999999999999999", "0x1"] {
        let error = verify(&signed_at(timestamp, BODY), BODY, SIGNED_MS).expect_err(timestamp);
        assert!(matches!(error, VerifyError::Timestamp), "{timestamp}: {error}");
    }
}

#[test]
fn types_of_events_are_told_apart() {
    let agreed = br#"{"bizType":"TECH_PROVIDER","data":"{\"authorizationId\":\"210462863998500864\",\"authorizationToken\":\"4f92a76767a948d8b5ab60abd8ca2e15\",\"merchantId\":1000135331248,\"merchantName\":\"Test\",\"scopes\":[\"CONVERT\"]}","bizIdStr":"210462863998500864","bizId":210462863998500864,"bizStatus":"SUBMIT_AUTH_AGREE"}"#;
    let timestamp = SIGNED_MS.to_string();
    let notification = verify(&signed_at(&timestamp, agreed), agreed, SIGNED_MS).unwrap();
    let WebhookEvent::TechProvider(data) = WebhookEvent::of(&notification).unwrap() else { panic!("{notification:?}") };
    assert_eq!((data.merchant_id, data.scopes.as_slice()), (1_000_135_331_248, ["CONVERT".to_owned()].as_slice()));

    let other = br#"{"bizType":"REFUND","data":"{}","bizIdStr":"1","bizId":1,"bizStatus":"REFUND_SUCCESS"}"#;
    let notification = verify(&signed_at(&timestamp, other), other, SIGNED_MS).unwrap();
    assert_eq!(WebhookEvent::of(&notification).unwrap(), WebhookEvent::Other);

    let misshapen = br#"{"bizType":"PAY","data":"{}","bizIdStr":"1","bizId":1,"bizStatus":"PAY_SUCCESS"}"#;
    let notification = verify(&signed_at(&timestamp, misshapen), misshapen, SIGNED_MS).unwrap();
    assert!(WebhookEvent::of(&notification).is_err());
    let error = verify(&signed_at(&timestamp, b"[]"), b"[]", SIGNED_MS).unwrap_err();
    assert!(matches!(error, VerifyError::Notification(_)), "{error}");
}

#[test]
fn certificates_are_judged() {
    assert_eq!(WebhookVerifier::new(&[]).unwrap_err(), CertificateError::None);
    assert_eq!(WebhookVerifier::new(&vec![certificate(); 17]).unwrap_err(), CertificateError::TooMany);
    let broken = Certificate { cert_public: "no key".into(), cert_serial: "AB".into() };
    let error = WebhookVerifier::new(&[certificate(), broken]).unwrap_err();
    assert!(matches!(error, CertificateError::Unusable { serial, .. } if serial == "AB"));
}

#[tokio::test]
async fn a_client_fetches_its_verifier() {
    let data = serde_json::to_string(&[certificate()]).unwrap();
    let api = FakeApi::start([Script::success(&data), Script::success("[]")]).await;
    let client = api.client();
    let verifier = client.webhook_verifier().await.unwrap();
    let headers = headers();
    let header = |name: &str| headers.get(name).map(String::as_str);
    verifier.verify(header, BODY, SIGNED_MS, WEBHOOK_AGE_DEFAULT).unwrap();
    assert_eq!(api.asked_once().path, "/binancepay/openapi/certificates");
    let error = client.webhook_verifier().await.unwrap_err();
    assert!(matches!(error, ClientError::Certificate(CertificateError::None)), "{error}");
}
