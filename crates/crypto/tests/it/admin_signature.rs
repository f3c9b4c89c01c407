//! The vector of `docs/OPERATOR-API.md`, and that nothing of a call can be changed once it is signed.

use countersign_crypto::{AdminRequest, RequestKey, RequestTag};

const SECRET: &[u8] = b"0123456789abcdefghijklmnopqrstuvwxyz0123456789abcdefghijklmnopqr";
const POSTING: AdminRequest<'static> = AdminRequest {
    timestamp: "1700000000000",
    nonce: "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
    method: "POST",
    path: "/admin/v1/postings",
    body: br#"{"reference":"wire-42","kind":"deposit","account":{"merchantId":"123456789"},"wallet":"FUNDING_WALLET","currency":"USDT","amount":"100.5"}"#,
};
const LOOK: AdminRequest<'static> =
    AdminRequest { method: "GET", path: "/admin/v1/trial-balance", body: b"", ..POSTING };

// Computed with another implementation (Python's hmac).
const POSTING_SIGNATURE: &str = "BF15251A3EB54D5C488A421523BA51BE8D22C484A22A7D623B6C06F70FC553BE8082A81EEEDD1F403340B2295FA2BA3205B67CBD6A60097EE9DC1BDE37248A2B";
const LOOK_SIGNATURE: &str = "0D9C95625D32CF398FEB5FE3CD60341E24D92D5F573EEAD30B6E30FAA368928E658844BB7D52D92258E8306CE0FF417E2BB8B191A10C99F065F37168E9885D73";

const PAGE: &str = include_str!("../../../../docs/OPERATOR-API.md");

#[test]
fn the_published_vectors_hold_and_are_on_the_page() {
    let key = RequestKey::new(SECRET);
    for (request, signature) in [(POSTING, POSTING_SIGNATURE), (LOOK, LOOK_SIGNATURE)] {
        assert_eq!(request.sign(&key), signature);
        let tag = RequestTag::from_upper_hex(signature).expect("well formed");
        assert!(request.verify(&key, &tag).is_ok());
        let body = std::str::from_utf8(request.body).expect("text");
        for part in [signature, request.timestamp, request.nonce, request.method, request.path, body] {
            assert!(PAGE.contains(part), "docs/OPERATOR-API.md does not show {part}");
        }
    }
    assert!(PAGE.contains(std::str::from_utf8(SECRET).expect("text")));
}

#[test]
fn every_part_of_a_call_is_covered() {
    let key = RequestKey::new(SECRET);
    let tag = RequestTag::from_upper_hex(POSTING_SIGNATURE).expect("well formed");
    let changed = [
        AdminRequest { timestamp: "1700000000001", ..POSTING },
        AdminRequest { nonce: "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAB", ..POSTING },
        AdminRequest { method: "PUT", ..POSTING },
        AdminRequest { path: "/admin/v1/posting", ..POSTING },
        AdminRequest { body: b"{}", ..POSTING },
    ];
    for request in changed {
        assert!(request.verify(&key, &tag).is_err(), "{} {}", request.method, request.path);
    }
    assert!(POSTING.verify(&RequestKey::new(b"another secret"), &tag).is_err());
}
