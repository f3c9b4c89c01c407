//! The corpus: for each mistake, clients that make it. The order is the doctor's: of two rows that send the same bytes, the
//! first is what it names.

#![expect(clippy::unnecessary_wraps, reason = "helpers have the shape of the table's rows")]

use aws_lc_rs::digest::{SHA256, SHA512, digest};
use aws_lc_rs::hmac::{self, HMAC_SHA1_FOR_LEGACY_USE_ONLY, HMAC_SHA256, HMAC_SHA384};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use countersign_crypto::doctor::Mistake;
use md5::{Digest, Md5};

use super::request::{API_KEY, NONCE, OTHER_SECRETS, PATH, SECRET, Sent, TIMESTAMP};
use super::texts::Texts;

/// Makes the faulty request; `None` where the mistake makes no sense for this body.
pub(crate) type Fault = fn(&Texts) -> Option<Sent>;

fn right(texts: &Texts) -> Sent {
    Sent::right(texts.sent.as_bytes())
}

/// Another body signed than sent.
fn signed_text(texts: &Texts, serialiser: &str) -> Option<Sent> {
    texts.by(serialiser).map(|text| right(texts).over_body(text))
}

/// Another text sent than the usual one, which was signed.
fn sent_text(texts: &Texts, serialiser: &str) -> Option<Sent> {
    texts.by(serialiser).map(|text| Sent::right(text.as_bytes()).over_body(texts.sent))
}

/// Timestamp, nonce and body joined as told: `T`, `N`, `B`, `K` (API key), `P` (path) and `Q` (query) stand for themselves.
fn joined(texts: &Texts, layout: &str) -> Option<Sent> {
    let mut message = Vec::new();
    for character in layout.chars() {
        match character {
            'T' => message.extend(TIMESTAMP.as_bytes()),
            'N' => message.extend(NONCE.as_bytes()),
            'B' => message.extend(texts.sent.as_bytes()),
            'K' => message.extend(API_KEY.as_bytes()),
            'P' => message.extend(PATH.as_bytes()),
            'Q' => message.extend(QUERY.as_bytes()),
            other => message.extend(other.to_string().as_bytes()),
        }
    }
    Some(right(texts).over(message))
}

/// As [`joined`], where the path had a query.
fn with_query(texts: &Texts, layout: &str) -> Option<Sent> {
    joined(texts, layout).map(|sent| Sent { path_and_query: format!("{PATH}?{QUERY}"), ..sent })
}

/// Only where there is a body.
fn some_body(texts: &Texts, signed: impl FnOnce(&[u8]) -> Vec<u8>) -> Option<Sent> {
    (!texts.sent.is_empty()).then(|| right(texts).over_body(signed(texts.sent.as_bytes())))
}

fn with_nonce(texts: &Texts, nonce: &str, signed: impl AsRef<[u8]>) -> Option<Sent> {
    Some(Sent { nonce: nonce.to_owned(), ..right(texts) }.over_nonce(signed))
}

fn with_secret(texts: &Texts, secret: &str, used: impl AsRef<[u8]>) -> Option<Sent> {
    Some(Sent { secret: secret.to_owned(), ..right(texts) }.keyed(used))
}

fn keyed(texts: &Texts, secret: impl AsRef<[u8]>) -> Option<Sent> {
    Some(right(texts).keyed(secret))
}

fn written(texts: &Texts, write: fn(&str) -> String) -> Option<Sent> {
    Some(right(texts).written(write))
}

fn raw(signature: &str) -> Vec<u8> {
    hex::decode(signature).expect("the client wrote hexadecimal")
}

/// A signature by another hash, in upper-case hexadecimal.
fn other_hash(texts: &Texts, algorithm: hmac::Algorithm) -> Option<Sent> {
    let sent = right(texts);
    let tag = hmac::sign(&hmac::Key::new(algorithm, SECRET.as_bytes()), &sent.payload());
    Some(Sent { signature: hex::encode_upper(tag), ..sent })
}

fn hashed(texts: &Texts, before: &str, after: &str) -> Option<Sent> {
    let sent = right(texts);
    let message = [before.as_bytes(), &sent.payload(), after.as_bytes()].concat();
    Some(Sent { signature: hex::encode_upper(digest(&SHA512, &message)), ..sent })
}

fn utf16(text: &[u8]) -> Vec<u8> {
    str::from_utf8(text).expect("bodies of the corpus are text").encode_utf16().flat_map(u16::to_le_bytes).collect()
}

/// A timestamp sent and signed as one text.
fn at(texts: &Texts, timestamp: &str) -> Option<Sent> {
    Some(Sent { timestamp: timestamp.to_owned(), ..right(texts) }.signed_anew())
}

const QUERY: &str = "timestamp=1611232922428&recvWindow=5000";
const HEX_NONCE: &str = "0a1b2c3d4e5f60718293a4b5c6d7e8f9";
const UUID_NONCE: &str = "0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9";
const BASE64_NONCE: &str = "ChssPU5fYHGCk6S1xtfo+Q==";
const HEX_SECRET: &str = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";

/// Every mistake with its clients.
pub(crate) const FAULTS: &[(Mistake, Fault)] = &[
    (Mistake::LowerCaseHex, |t| written(t, str::to_ascii_lowercase)),
    (Mistake::MixedCaseHex, |t| written(t, |text| text.replacen('A', "a", 1).replacen('B', "b", 1))),
    (Mistake::Base64Signature, |t| written(t, |text| STANDARD.encode(raw(text)))),
    (Mistake::Base64Signature, |t| written(t, |text| URL_SAFE_NO_PAD.encode(raw(text)))),
    (Mistake::SignatureEncodedTwice, |t| written(t, |text| STANDARD.encode(text))),
    (Mistake::SignatureEncodedTwice, |t| written(t, |text| hex::encode(text.to_ascii_lowercase()))),
    (Mistake::SignatureSeparated, |t| {
        written(t, |text| raw(text).iter().map(|byte| format!("{byte:02X}")).collect::<Vec<_>>().join("-"))
    }),
    (Mistake::SignatureQuoted, |t| written(t, |text| format!("\"{text}\""))),
    (Mistake::SignatureQuoted, |t| written(t, |text| format!("'{text}'"))),
    (Mistake::SignatureLabelled, |t| written(t, |text| format!("HMAC-SHA512 {text}"))),
    (Mistake::SignatureLabelled, |t| written(t, |text| format!("sha512={text}"))),
    (Mistake::SignatureTruncated, |t| written(t, |text| text[..64].to_owned())),
    (Mistake::SignatureTruncated, |t| written(t, |text| text[..127].to_owned())),
    (Mistake::SignatureZerosLost, zeros_lost),
    (Mistake::SignatureZerosLost, leading_zeros_lost),
    (Mistake::SignatureEmpty, |t| written(t, |_| String::new())),
    (Mistake::SecretSent, |t| written(t, |_| SECRET.to_owned())),
    (Mistake::OtherHeaderSent, |t| written(t, |_| NONCE.to_owned())),
    (Mistake::OtherHeaderSent, |t| written(t, |_| API_KEY.to_owned())),
    (Mistake::RsaSignature, |t| written(t, |text| STANDARD.encode(text.repeat(2)))),
    (Mistake::NotASignature, |t| written(t, |_| "signature".to_owned())),
    (Mistake::BodyWhitespaceNotSigned, |t| Some(Sent::right(format!("{}\n", t.sent).as_bytes()).over_body(t.sent))),
    (Mistake::BodyWhitespaceNotSigned, |t| Some(Sent::right(format!(" {} ", t.sent).as_bytes()).over_body(t.sent))),
    (Mistake::MissingFinalLineFeed, |t| joined(t, "T\nN\nB")),
    (Mistake::MissingFinalLineFeed, |t| {
        let sent = Sent::right(format!("{}\n", t.sent).as_bytes());
        let whole = sent.payload();
        Some(sent.over(&whole[..whole.len() - 1]))
    }),
    (Mistake::NoLineFeeds, |t| joined(t, "TNB")),
    (Mistake::CarriageReturns, |t| joined(t, "T\r\nN\r\nB\r\n")),
    (Mistake::CarriageReturns, |t| joined(t, "T\r\nN\r\nB")),
    (Mistake::CarriageReturns, |t| joined(t, "T\nN\nB\r\n")),
    (Mistake::CarriageReturns, |t| joined(t, "T\rN\rB\r")),
    (Mistake::SpaceLineFeed, |t| joined(t, "T \nN \nB \n")),
    (Mistake::SpaceLineFeed, |t| joined(t, "T \nN \nB")),
    (Mistake::LiteralBackslashN, |t| joined(t, "T\\nN\\nB\\n")),
    (Mistake::LiteralBackslashN, |t| joined(t, "T\\nN\\nB")),
    (Mistake::FieldsReordered, |t| joined(t, "N\nT\nB\n")),
    (Mistake::FieldsReordered, |t| joined(t, "B\nT\nN\n")),
    (Mistake::FieldsReordered, |t| joined(t, "T\nB\nN\n")),
    (Mistake::ExtraLineFeed, |t| joined(t, "T\nN\nB\n\n")),
    (Mistake::BodyLineLeftOut, |t| joined(t, "T\nN\n")),
    (Mistake::BodyLineLeftOut, |t| joined(t, "T\nN")),
    (Mistake::NonceNotSigned, |t| joined(t, "T\nB\n")),
    (Mistake::NonceNotSigned, |t| joined(t, "T\n\nB\n")),
    (Mistake::TimestampNotSigned, |t| joined(t, "N\nB\n")),
    (Mistake::OnlyBodySigned, |t| joined(t, "B")),
    (Mistake::OnlyBodySigned, |t| joined(t, "B\n")),
    (Mistake::ByteOrderMark, |t| joined(t, "T\nN\n\u{feff}B\n")),
    (Mistake::QuerySigned, |t| with_query(t, "T\nN\nQ\n")),
    (Mistake::QuerySigned, |t| with_query(t, "Q")),
    (Mistake::QuerySigned, |t| with_query(t, "QB")),
    (Mistake::QuerySigned, |t| with_query(t, "T\nN\nQ\nB\n")),
    (Mistake::PathSigned, |t| joined(t, "T\nN\nP\nB\n")),
    (Mistake::PathSigned, |t| joined(t, "P\nT\nN\nB\n")),
    (Mistake::ApiKeySigned, |t| joined(t, "T\nN\nK\nB\n")),
    (Mistake::ApiKeySigned, |t| joined(t, "T\nK\nB\n")),
    (Mistake::OtherSeparator, |t| joined(t, "T,N,B")),
    (Mistake::OtherSeparator, |t| joined(t, "T&N&B")),
    (Mistake::OtherSeparator, |t| joined(t, "T|N|B|")),
    (Mistake::BodyNotSent, |t| t.sent.is_empty().then(|| right(t).over_body("{}"))),
    (Mistake::BodyNotSent, |t| t.sent.is_empty().then(|| right(t).over_body("[]"))),
    (Mistake::BodyNotSigned, |t| some_body(t, |_| Vec::new())),
    (Mistake::ByteOrderMark, |t| Some(Sent::right(format!("\u{feff}{}", t.sent).as_bytes()).over_body(t.sent))),
    (Mistake::BodyCompact, |t| sent_text(t, "python_utf8")),
    (Mistake::BodyCompact, |t| sent_text(t, "node_indent")),
    (Mistake::BodySpaced, |t| signed_text(t, "python_utf8")),
    (Mistake::BodyIndented, |t| signed_text(t, "node_indent")),
    (Mistake::BodyIndented, |t| signed_text(t, "python_indent")),
    (Mistake::BodyIndented, |t| signed_text(t, "node_tab")),
    (Mistake::BodyKeysSorted, |t| signed_text(t, "python_sorted_compact_utf8")),
    (Mistake::BodyKeysSorted, |t| {
        Some(Sent::right(t.by("python_utf8")?.as_bytes()).over_body(t.by("python_sorted_utf8")?))
    }),
    (Mistake::BodySlashesEscaped, |t| signed_text(t, "php_slashes")),
    (Mistake::BodySlashesPlain, |t| sent_text(t, "php_slashes")),
    (Mistake::BodyUnicodeEscaped, |t| signed_text(t, "python_ascii_compact")),
    (Mistake::BodyUnicodeEscaped, |t| signed_text(t, "upper_ascii")),
    (Mistake::BodyUnicodeRaw, |t| sent_text(t, "python_ascii_compact")),
    (Mistake::BodyUnicodeRaw, |t| sent_text(t, "upper_ascii")),
    (Mistake::BodyMarkupEscaped, |t| signed_text(t, "go")),
    (Mistake::BodyMarkupPlain, |t| sent_text(t, "go")),
    (Mistake::BodyNumbersRewritten, |t| numbers(t, "25.1700", "0.50", "0.10")),
    (Mistake::BodyNumbersRewritten, |t| {
        (!t.sent.is_empty()).then(|| Sent::right(br#"{"orderAmount":1.00}"#).over_body(r#"{"orderAmount":1}"#))
    }),
    (Mistake::BodyNumbersRewritten, |t| {
        (!t.sent.is_empty()).then(|| Sent::right(br#"{"orderAmount":1.00}"#).over_body(r#"{"orderAmount":1.0}"#))
    }),
    (Mistake::BodyNullsLeftOut, |t| signed_text(t, "node_without_nulls")),
    (Mistake::BodyNotSerialised, |t| signed_text(t, "node_string")),
    (Mistake::BodyNotSerialised, |t| some_body(t, |_| b"undefined".to_vec())),
    (Mistake::BodyNotSerialised, |t| some_body(t, |_| b"Array".to_vec())),
    (Mistake::BodyQuotedTwice, |t| signed_text(t, "node_twice")),
    (Mistake::BodyQuotedTwice, |t| signed_text(t, "python_twice")),
    (Mistake::BodyQuotedTwice, |t| sent_text(t, "python_twice")),
    (Mistake::BodyPythonText, |t| signed_text(t, "python_str")),
    (Mistake::BodyFormEncoded, |t| signed_text(t, "plain_form")),
    (Mistake::BodyFormEncoded, |t| signed_text(t, "python_form")),
    (Mistake::BodyFormEncoded, |t| signed_text(t, "python_form_sorted")),
    (Mistake::BodyHashed, |t| some_body(t, |body| hex::encode(digest(&SHA256, body)).into_bytes())),
    (Mistake::BodyHashed, |t| some_body(t, |body| hex::encode_upper(Md5::digest(body)).into_bytes())),
    (Mistake::BodyBase64, |t| some_body(t, |body| STANDARD.encode(body).into_bytes())),
    (Mistake::BodyPercentEncoded, |t| signed_text(t, "node_uri")),
    (Mistake::BodyPercentEncoded, |t| signed_text(t, "python_quote")),
    (Mistake::BodyPercentEncoded, |t| signed_text(t, "python_quote_plus")),
    (Mistake::BodyLineEnds, |t| signed_text_of(t, "node_indent", |text| text.replace('\n', "\r\n"))),
    (Mistake::BodyCharset, |t| some_body(t, utf16)),
    (Mistake::BodyCharset, |t| latin(t, "Zo\u{eb}", b"Zo\xEB")),
    (Mistake::BodyCharset, |t| latin(t, "Zo\u{eb}", b"Zo?")),
    (Mistake::BodyCharset, |t| latin(t, "Zo\u{eb}", b"Zo\xC3\x83\xC2\xAB")),
    (Mistake::ApiKeyAsSecret, |t| keyed(t, API_KEY)),
    (Mistake::OtherKeysSecret, |t| keyed(t, OTHER_SECRETS[1])),
    (Mistake::SecretWithWhitespace, |t| keyed(t, format!("{SECRET}\n"))),
    (Mistake::SecretWithWhitespace, |t| keyed(t, format!(" {SECRET}"))),
    (Mistake::SecretHexDecoded, |t| with_secret(t, HEX_SECRET, hex::decode(HEX_SECRET).ok()?)),
    (Mistake::SecretBase64Decoded, |t| keyed(t, STANDARD.decode(SECRET).ok()?)),
    (Mistake::SecretQuoted, |t| keyed(t, format!("\"{SECRET}\""))),
    (Mistake::SecretEmpty, |t| keyed(t, "")),
    (Mistake::SecretCase, |t| keyed(t, SECRET.to_ascii_uppercase())),
    (Mistake::SecretHashed, |t| keyed(t, digest(&SHA256, SECRET.as_bytes()))),
    (Mistake::SecretHashed, |t| keyed(t, hex::encode(digest(&SHA256, SECRET.as_bytes())))),
    (Mistake::SecretEncoded, |t| keyed(t, STANDARD.encode(SECRET))),
    (Mistake::SecretCharset, |t| keyed(t, utf16(SECRET.as_bytes()))),
    (Mistake::SecretCut, |t| keyed(t, &SECRET[1..])),
    (Mistake::SecretCut, |t| keyed(t, &SECRET[..63])),
    (Mistake::KeyAndPayloadSwapped, |t| {
        let sent = right(t);
        Some(Sent { signature: super::request::hmac(&sent.payload(), SECRET.as_bytes()), ..sent })
    }),
    (Mistake::PlainHash, |t| hashed(t, "", SECRET)),
    (Mistake::PlainHash, |t| hashed(t, SECRET, "")),
    (Mistake::HashWithoutSecret, |t| hashed(t, "", "")),
    (Mistake::PayloadCharset, |t| Some(right(t).over(utf16(&right(t).payload())))),
    (Mistake::HashedBeforeSigning, |t| Some(right(t).over(digest(&SHA512, &right(t).payload())))),
    (Mistake::HashedBeforeSigning, |t| Some(right(t).over(hex::encode(digest(&SHA256, &right(t).payload()))))),
    (Mistake::Sha256, |t| other_hash(t, HMAC_SHA256)),
    (Mistake::Sha384, |t| other_hash(t, HMAC_SHA384)),
    (Mistake::Sha1, |t| other_hash(t, HMAC_SHA1_FOR_LEGACY_USE_ONLY)),
    (Mistake::SecondsSigned, |t| Some(right(t).over_timestamp("1611232922"))),
    (Mistake::SecondsSigned, |t| Some(right(t).over_timestamp("1611232923"))),
    (Mistake::SecondsSigned, |t| Some(right(t).over_timestamp("1611232922000"))),
    (Mistake::SecondsSent, |t| at(t, "1611232922")),
    (Mistake::SecondsSent, |t| {
        Some(Sent { timestamp: "1611232922".to_owned(), ..right(t) }.over_timestamp("1611232922000"))
    }),
    (Mistake::TimestampUnit, |t| at(t, "1611232922428000")),
    (Mistake::TimestampUnit, |t| at(t, "1611232922428000000")),
    (Mistake::TimestampFraction, |t| Some(right(t).over_timestamp("1611232922.428"))),
    (Mistake::TimestampFraction, |t| Some(right(t).over_timestamp("1611232922428.0"))),
    (Mistake::TimestampNotANumber, |t| at(t, "1611232922.428")),
    (Mistake::TimestampNotANumber, |t| at(t, "2021-01-21T12:42:02Z")),
    (Mistake::TimestampDrawnTwice, |t| Some(right(t).over_timestamp("1611232922427"))),
    (Mistake::TimestampDrawnTwice, |t| Some(right(t).over_timestamp("1611232922528"))),
    (Mistake::ClockAhead, |t| at(t, "1611232923679")),
    (Mistake::ClockBehind, |t| at(t, "1611232921677")),
    (Mistake::ClockBehind, |t| at(t, "0")),
    (Mistake::NonceCase, |t| with_nonce(t, NONCE, NONCE.to_ascii_uppercase())),
    (Mistake::NonceCase, |t| with_nonce(t, NONCE, NONCE.to_ascii_lowercase())),
    (Mistake::NonceDashes, |t| with_nonce(t, HEX_NONCE, UUID_NONCE)),
    (Mistake::NonceDashes, |t| with_nonce(t, UUID_NONCE, HEX_NONCE)),
    (Mistake::NoncePadding, |t| with_nonce(t, BASE64_NONCE, BASE64_NONCE.trim_end_matches('='))),
    (Mistake::NoncePadding, |t| with_nonce(t, "ChssPU5fYHGCk6S1xtfo%2BQ%3D%3D", BASE64_NONCE)),
    (Mistake::NonceEncoding, |t| with_nonce(t, HEX_NONCE, hex::decode(HEX_NONCE).ok()?)),
    (Mistake::NonceEncoding, |t| with_nonce(t, BASE64_NONCE, STANDARD.decode(BASE64_NONCE).ok()?)),
    (Mistake::NonceCut, |t| with_nonce(t, UUID_NONCE, &UUID_NONCE[..32])),
    (Mistake::SecretPlaceholder, |t| keyed(t, "undefined")),
    (Mistake::SecretPlaceholder, |t| keyed(t, "YOUR_API_SECRET")),
    (Mistake::SecretMasked, |t| keyed(t, "uahr****122f")),
    (Mistake::SecretMasked, |t| keyed(t, format!("uahr{}122f", "*".repeat(56)))),
    (Mistake::SecretMasked, |t| keyed(t, "********")),
    (Mistake::SignaturePercentEncoded, |t| written(t, |text| format!("%{}{}", hex::encode(&text[..1]), &text[1..]))),
];

/// Each small byte written with one digit, in upper case.
fn zeros_lost(texts: &Texts) -> Option<Sent> {
    let signature = right(texts).signature;
    let lossy: String = raw(&signature).iter().fold(String::new(), |text, byte| text + &format!("{byte:X}"));
    (lossy.len() < signature.len()).then(|| right(texts).written(|_| lossy))
}

/// The whole number written without its leading zeros, at the first timestamp whose signature begins with one.
fn leading_zeros_lost(texts: &Texts) -> Option<Sent> {
    (0..1_000)
        .map(|ms| Sent { timestamp: format!("1611232922{ms:03}"), ..right(texts) }.signed_anew())
        .find(|sent| sent.signature.starts_with('0'))
        .map(|sent| sent.written(|text| text.trim_start_matches('0').to_owned()))
}

/// The bodies with zeros behind their amounts, signed as usual.
fn numbers(texts: &Texts, flat: &str, nested: &str, list: &str) -> Option<Sent> {
    let padded = texts
        .sent
        .replace("25.17", flat)
        .replace(":0.5}", &format!(":{nested}}}"))
        .replace("0.1}", &format!("{list}}}"));
    (padded != texts.sent).then(|| Sent::right(padded.as_bytes()).over_body(texts.sent))
}

/// Sent as a serialiser wrote it, signed with a change to that.
fn signed_text_of(texts: &Texts, serialiser: &str, change: fn(&str) -> String) -> Option<Sent> {
    let text = texts.by(serialiser)?;
    Some(Sent::right(text.as_bytes()).over_body(change(text)))
}

/// A name in a body, signed in another character set.
fn latin(texts: &Texts, name: &str, signed: &[u8]) -> Option<Sent> {
    let (before, after) = texts.sent.split_once(name)?;
    Some(right(texts).over_body([before.as_bytes(), signed, after.as_bytes()].concat()))
}
