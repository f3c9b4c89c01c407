//! Our own signing key; the recorded vectors are beside the verification they need the inside of.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use countersign_crypto::{WebhookKeyError, WebhookKeySize, WebhookPublicKey, WebhookSignatureError, WebhookSigningKey};
use secrecy::ExposeSecret;

const TIMESTAMP: &str = "1654943252000";
const NONCE: &str = "zREdMIt0y4Y695XvDM9YjeV5FwpwXun3";
const BODY: &[u8] = br#"{"bizType":"PAY","bizId":111,"bizStatus":"PAY_SUCCESS"}"#;

#[test]
fn the_published_test_key_signs_reproducibly_and_is_recognised() {
    let key = WebhookSigningKey::published_test();
    assert!(key.is_published_test());
    assert_eq!(key.sign(TIMESTAMP, NONCE, BODY), WebhookSigningKey::published_test().sign(TIMESTAMP, NONCE, BODY));
    assert_eq!(key.serial(), "31ACD2F0A242B4ED5027AFBA3BDDF499");
}

#[test]
fn what_is_signed_verifies_with_the_public_pem() {
    let key = WebhookSigningKey::published_test();
    let public = WebhookPublicKey::from_pem(key.public_pem()).unwrap();
    assert_eq!(public.serial(), key.serial());
    assert_eq!(public.pem(), key.public_pem());
    let signature = key.sign(TIMESTAMP, NONCE, BODY);
    let unpadded = signature.trim_end_matches('=');
    let short = STANDARD.encode(&STANDARD.decode(&signature).unwrap()[1..]);
    for (case, timestamp, nonce, body, signature, verdict) in [
        ("as signed", TIMESTAMP, NONCE, BODY, signature.as_str(), Ok(())),
        ("timestamp", "1654943252001", NONCE, BODY, &signature, Err(WebhookSignatureError::Different)),
        ("nonce", TIMESTAMP, "abc", BODY, &signature, Err(WebhookSignatureError::Different)),
        ("body", TIMESTAMP, NONCE, b"{}", &signature, Err(WebhookSignatureError::Different)),
        ("shortened", TIMESTAMP, NONCE, BODY, &short, Err(WebhookSignatureError::Different)),
        ("empty", TIMESTAMP, NONCE, BODY, "", Err(WebhookSignatureError::Different)),
        ("unpadded", TIMESTAMP, NONCE, BODY, unpadded, Err(WebhookSignatureError::NotBase64)),
        ("no base64", TIMESTAMP, NONCE, BODY, "*", Err(WebhookSignatureError::NotBase64)),
    ] {
        assert_eq!(public.verify(timestamp, nonce, body, signature), verdict, "{case}");
    }
}

#[test]
fn the_public_pem_is_canonical() {
    let key = WebhookSigningKey::published_test();
    let lines: Vec<&str> = key.public_pem().split('\n').collect();
    assert_eq!(lines.first(), Some(&"-----BEGIN PUBLIC KEY-----"));
    assert_eq!(lines.last(), Some(&"-----END PUBLIC KEY-----"));
    let body = &lines[1..lines.len() - 1];
    assert!(body[..body.len() - 1].iter().all(|line| line.len() == 64));
    assert!((1..=64).contains(&body[body.len() - 1].len()));
    assert!(!key.public_pem().contains('\r'));
}

#[test]
fn a_generated_key_survives_being_stored() {
    let key = WebhookSigningKey::generate(WebhookKeySize::default()).unwrap();
    assert!(!key.is_published_test());
    let again = WebhookSigningKey::from_pkcs8(key.to_pkcs8().expose_secret()).unwrap();
    assert_eq!(again.serial(), key.serial());
    let signature = again.sign(TIMESTAMP, NONCE, BODY);
    assert_eq!(STANDARD.decode(&signature).unwrap().len(), 256);
    let public = WebhookPublicKey::from_pem(key.public_pem()).unwrap();
    assert_eq!(public.verify(TIMESTAMP, NONCE, BODY, &signature), Ok(()));
    let foreign = WebhookSigningKey::published_test().sign(TIMESTAMP, NONCE, BODY);
    assert_eq!(public.verify(TIMESTAMP, NONCE, BODY, &foreign), Err(WebhookSignatureError::Different));
}

#[test]
fn what_is_no_private_key_is_rejected() {
    let stored = WebhookSigningKey::published_test().to_pkcs8();
    let whole = stored.expose_secret();
    for bytes in [&[], b"key".as_slice(), &whole[..whole.len() - 1]] {
        assert_eq!(WebhookSigningKey::from_pkcs8(bytes).err(), Some(WebhookKeyError::Rejected));
    }
}
