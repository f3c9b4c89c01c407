//! Published vectors (partner.md §1.3, clients.md §6) and what must be refused.

use countersign_crypto::{RequestKey, RequestTag, SignatureMalformed, SignatureMismatch, sign_request, verify_request};
use proptest::prelude::{any, prop_assert, prop_assert_eq, prop_assert_ne, proptest};

struct Vector {
    secret: &'static str,
    timestamp: &'static str,
    nonce: &'static str,
    body: &'static str,
    signature: &'static str,
}

const FAQ_BODY: &str = include_str!("../vectors/faq_body.json");
const OWN_SECRET: &str = "0123456789abcdefghijklmnopqrstuvwxyz0123456789abcdefghijklmnopqr";
const OWN_NONCE: &str = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

const VECTORS: &[Vector] = &[
    Vector {
        secret: "uahr4nhailyq55yubuhuncnprfac73bcbz2qfafsevic1jruwunioxtoaozy122f",
        timestamp: "1611232922428",
        nonce: "5RhaTrZPhknNv0kDSA2UQ67cPMVNS4sA",
        body: FAQ_BODY,
        signature: "253B9241C7331C0F02A0F5417BDDD4CD88124D3E188C0BA0E3EF121D36844B7F4D1A69AD8A1C3C7FF34901115E35A2530B672CF7430902E9862D69867689FD9F",
    },
    Vector {
        secret: OWN_SECRET,
        timestamp: "1700000000000",
        nonce: OWN_NONCE,
        body: "{}",
        signature: "76B59B7131B536393E4C69A6B6177FA921B777F27E264FBDC4555993562FE030424AB48E92F154DDA6CC067CFB0AF303E68ED38E31EB5FFFA75EE619FD05A412",
    },
    Vector {
        secret: OWN_SECRET,
        timestamp: "1700000000000",
        nonce: OWN_NONCE,
        body: "",
        signature: "8C32284315756C088CCE1953B3EFFBE355417500A07CB6E7FCB8FD52650848A0F4E385EEB20BAA35EA423898CCC1B25C316BAED1A26AB9C6409D271D606A9E12",
    },
    // clients.md S2, from binance-pay-rs.
    Vector {
        secret: "abcd1234",
        timestamp: "1636876819",
        nonce: "abcd",
        body: "akarshjain",
        signature: "0FEE450C836654F95CA8AC5B99DB385B96CAE1EDC46456A5BEA005BFA020FC113AD61D9B8595BA951A3A562BBB8556B6D063D6BA8AEF488097642E50ACC27ACA",
    },
];

impl Vector {
    fn sign(&self) -> String {
        sign_request(self.secret.as_bytes(), self.timestamp, self.nonce, self.body.as_bytes())
    }

    fn verify(&self, signature: &str) -> Result<(), SignatureMismatch> {
        verify_request(self.secret.as_bytes(), self.timestamp, self.nonce, self.body.as_bytes(), signature)
    }
}

#[test]
fn published_vectors_sign_and_verify() {
    for vector in VECTORS {
        assert_eq!(vector.sign(), vector.signature, "{}", vector.body);
        assert_eq!(vector.verify(vector.signature), Ok(()), "{}", vector.body);
    }
}

#[test]
fn the_faq_body_as_printed_has_another_signature() {
    let faq = &VECTORS[0];
    let printed = FAQ_BODY.replace("BUSD", "USDT");
    assert_eq!(
        sign_request(faq.secret.as_bytes(), faq.timestamp, faq.nonce, printed.as_bytes()),
        "C1F7A336D5E6A100DD31F41669895D99C24A3A4D4F96DB6389761CB2CDD37FA2F6D106A24DB048B4989005E85EADEA392CD866902736D3D276BDC44C49DD00FC"
    );
}

#[test]
fn any_changed_part_is_refused() {
    let Vector { secret, timestamp, nonce, body, signature } = VECTORS[1];
    for (case, secret, timestamp, nonce, body) in [
        ("secret", "0123456789abcdefghijklmnopqrstuvwxyz0123456789abcdefghijklmnopqs", timestamp, nonce, body),
        ("timestamp", secret, "1700000000001", nonce, body),
        ("nonce", secret, timestamp, "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAB", body),
        ("body", secret, timestamp, nonce, "{ }"),
        ("final line feed sent with the body", secret, timestamp, nonce, "{}\n"),
    ] {
        let verdict = verify_request(secret.as_bytes(), timestamp, nonce, body.as_bytes(), signature);
        assert_eq!(verdict, Err(SignatureMismatch::Different), "{case}");
    }
}

#[test]
fn malformed_signatures_say_what_is_wrong() {
    let vector = &VECTORS[1];
    let right = vector.signature;
    let one_letter_lower = right.replacen('B', "b", 1);
    for (text, why) in [
        (right.to_lowercase(), SignatureMalformed::LowerCase),
        (one_letter_lower, SignatureMalformed::LowerCase),
        (String::new(), SignatureMalformed::Length { length: 0 }),
        (right[..127].to_owned(), SignatureMalformed::Length { length: 127 }),
        (format!("{right}0"), SignatureMalformed::Length { length: 129 }),
        (format!(" {}", &right[1..]), SignatureMalformed::Digit { position: 0 }),
        (format!("{}G", &right[..127]), SignatureMalformed::Digit { position: 127 }),
        // Two bytes of one character: the length is right, the digits are not.
        (format!("{}é", &right[..126]), SignatureMalformed::Digit { position: 126 }),
    ] {
        assert_eq!(vector.verify(&text), Err(SignatureMismatch::Malformed(why)), "{text}");
    }
}

#[test]
fn either_case_can_be_read_to_explain_a_refusal() {
    let vector = &VECTORS[1];
    let key = RequestKey::new(vector.secret.as_bytes());
    let tag = RequestTag::from_any_hex(&vector.signature.to_lowercase()).unwrap();
    assert_eq!(key.verify(vector.timestamp, vector.nonce, vector.body.as_bytes(), &tag), Ok(()));
    assert_eq!(tag.to_upper_hex(), vector.signature);
}

#[test]
fn the_replay_digest_is_the_tags_first_half() {
    let tag = RequestTag::from_upper_hex(VECTORS[3].signature).unwrap();
    assert_eq!(hex::encode_upper(tag.replay_digest()), VECTORS[3].signature[..64]);
}

proptest! {
    #[test]
    fn what_was_signed_verifies_and_one_flipped_bit_does_not(
        secret in proptest::collection::vec(any::<u8>(), 0..200),
        body in proptest::collection::vec(any::<u8>(), 0..300),
        nonce in "[!-~]{16,64}",
        timestamp in any::<u64>(),
        digit in 0_usize..128,
    ) {
        let key = RequestKey::new(&secret);
        let timestamp = timestamp.to_string();
        let signature = key.sign(&timestamp, &nonce, &body);
        prop_assert_eq!(verify_request(&secret, &timestamp, &nonce, &body, &signature), Ok(()));
        let other = if &signature[digit..=digit] == "0" { "1" } else { "0" };
        let changed = format!("{}{other}{}", &signature[..digit], &signature[digit + 1..]);
        prop_assert_ne!(&changed, &signature);
        prop_assert!(verify_request(&secret, &timestamp, &nonce, &body, &changed).is_err());
    }
}
