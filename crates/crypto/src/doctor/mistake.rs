//! What people do wrong, each with one sentence that says what happened and what to do.

macro_rules! mistakes {
    ($($name:ident: $words:literal,)+) => {
        /// A way to get a signature wrong. The sentence of each is what its owner is told.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Mistake {
            $(#[doc = $words] $name,)+
        }

        impl Mistake {
            /// Every mistake that can be named.
            pub const ALL: &[Self] = &[$(Self::$name),+];

            /// What happened and what to do: one ASCII sentence without a full stop.
            pub const fn words(self) -> &'static str {
                match self {
                    $(Self::$name => $words,)+
                }
            }
        }
    };
}

mistakes! {
    // How the payload is put together.
    MissingFinalLineFeed: "the payload was signed without its last LF; put an LF after the body too",
    NoLineFeeds: "timestamp, nonce and body were signed run together; put an LF after each of the three",
    ExtraLineFeed: "an LF too many was signed; the payload ends in exactly one, and the body is signed as it is sent",
    CarriageReturns: "the payload was signed with CR LF or CR; put a bare LF (byte 10) after each of the three parts",
    SpaceLineFeed: "a space was signed before LF, as one page of the manual prints it; put a bare LF after each part",
    LiteralBackslashN: "a backslash and the letter n were signed in place of LF; use a real line feed (byte 10)",
    OtherSeparator: "the parts were signed with another separator; put an LF after each of the three",
    FieldsReordered: "the parts were signed in another order; it is timestamp LF nonce LF body LF",
    BodyLineLeftOut: "the payload ended after the nonce; the body and its LF belong to it, the LF even where there is no body",
    TimestampNotSigned: "the timestamp was left out of the payload; sign timestamp LF nonce LF body LF",
    NonceNotSigned: "the nonce was left out of the payload; sign timestamp LF nonce LF body LF",
    OnlyBodySigned: "the body alone was signed; sign timestamp LF nonce LF body LF",
    QuerySigned: "the query string was signed; only timestamp, nonce and body are, and all parameters go into the body",
    PathSigned: "the method or the path was signed too; sign only timestamp LF nonce LF body LF",
    ApiKeySigned: "the API key was signed too; sign only timestamp LF nonce LF body LF",
    // The body.
    BodyNotSigned: "an empty body was signed, but a body came; sign the very bytes that are sent",
    BodyNotSent: "a body such as {} was signed, but none came; send the very bytes that were signed",
    BodyWhitespaceNotSigned: "the white space or line end around the sent body was not signed; sign the very bytes that are sent",
    ByteOrderMark: "the byte order mark was only signed or only sent; make the body UTF-8 without it in both",
    BodySpaced: "the body was signed with a space after each colon and comma, but sent otherwise; serialise once and send those bytes",
    BodyCompact: "the body was signed without white space, but sent with it; serialise once and send those bytes",
    BodyIndented: "the body was signed indented, but sent otherwise; serialise once and send those bytes",
    BodyKeysSorted: "the body was signed with its keys sorted, but sent in another order; serialise once and send those bytes",
    BodySlashesEscaped: "the body was signed with escaped slashes, but sent with plain ones; serialise once and send those bytes",
    BodySlashesPlain: "the body was signed with plain slashes, but sent with escaped ones; serialise once and send those bytes",
    BodyUnicodeEscaped: "the body was signed with unicode escapes, but its letters were sent otherwise; serialise once and send those bytes",
    BodyUnicodeRaw: "the body was signed with plain UTF-8, but sent with unicode escapes; serialise once and send those bytes",
    BodyMarkupEscaped: "the body was signed with signs such as < > & escaped, but sent otherwise; serialise once and send those bytes",
    BodyMarkupPlain: "the body was signed with plain signs such as < > &, but they were sent escaped; serialise once and send those bytes",
    BodyNumbersRewritten: "the body's numbers were signed with other zeros at their end; serialise once and send those bytes",
    BodyNullsLeftOut: "the body was signed without its null members, but sent with them; serialise once and send those bytes",
    BodyFormEncoded: "the body was signed as a query string of its members; sign the JSON bytes that are sent",
    BodyPercentEncoded: "the body was signed percent-encoded; sign the JSON bytes that are sent",
    BodyBase64: "the body was signed in base64; sign the JSON bytes that are sent",
    BodyHashed: "a hash of the body was signed in its place; sign the body itself",
    BodyQuotedTwice: "the body was serialised twice, only for signing or only for sending; serialise once and send those bytes",
    BodyPythonText: "the text of a Python dict was signed in place of JSON; serialise once with json.dumps and send those bytes",
    BodyNotSerialised: "a placeholder such as [object Object] or undefined was signed in place of the body; serialise it first",
    BodyCharset: "the body was signed in another character set; sign its UTF-8 bytes",
    BodyLineEnds: "the line ends within the body were signed otherwise than sent; sign the very bytes that are sent",
    // The timestamp and the nonce.
    SecondsSigned: "the timestamp was signed in whole seconds, but sent in milliseconds; draw it once and use that text for both",
    SecondsSent: "the timestamp was sent in seconds; send and sign Unix time in milliseconds, 13 digits",
    TimestampUnit: "the timestamp was sent in microseconds or nanoseconds; send and sign Unix time in milliseconds, 13 digits",
    TimestampFraction: "the timestamp was signed with a decimal point; sign the very digits that are sent",
    TimestampDrawnTwice: "another timestamp was signed than the one sent; draw it once and use it for both",
    TimestampNotANumber: "the timestamp is no whole number; send and sign Unix time in milliseconds, 13 digits",
    NonceCase: "the nonce was signed in other letter case than sent; use the same text for both",
    NonceDashes: "the nonce was signed with or without dashes unlike the one sent; use the same text for both",
    NonceEncoding: "the nonce was signed in another encoding than sent; sign the very text of the header",
    NoncePadding: "the nonce was signed without the = or the percent signs that were sent; sign the very text of the header",
    NonceCut: "the nonce was signed cut off, but sent whole; use the same text for both",
    // The secret.
    SecretWithWhitespace: "the secret was used with white space or a line end around it; trim what was read from the file or variable",
    SecretQuoted: "the secret was used with quotation marks around it; take them off",
    SecretHexDecoded: "the secret was decoded from hex; use its text as it is, in UTF-8",
    SecretBase64Decoded: "the secret was decoded from base64; use its text as it is, in UTF-8",
    SecretEncoded: "the secret was encoded in hex or base64 before use; use its text as it is, in UTF-8",
    SecretHashed: "the secret was hashed before use; that is for decrypting payer details, signing takes its text as it is",
    SecretCharset: "the secret was used in UTF-16; use its UTF-8 bytes",
    SecretCase: "the secret was used in other letter case; use it exactly as it was shown",
    SecretCut: "a part of the secret was lost when it was copied; copy it again",
    SecretEmpty: "an empty secret was used; check that the configuration that holds it is read",
    SecretPlaceholder: "a placeholder such as undefined or an example's text was used as the secret; check that the configuration is read",
    SecretMasked: "the masked secret with its asterisks was used; create a new key and copy the secret where it is shown in full",
    ApiKeyAsSecret: "the API key was used as the secret; the secret is the other of the two texts shown at creation",
    OtherKeysSecret: "the secret of another API key of this merchant was used; use the one that belongs to the key sent",
    // The construction and the hash.
    Sha256: "SHA-256 was used; use HMAC with SHA-512",
    Sha384: "SHA-384 was used; use HMAC with SHA-512",
    Sha1: "SHA-1 was used; use HMAC with SHA-512",
    PlainHash: "payload and secret were hashed together without HMAC; use HMAC with SHA-512, keyed with the secret",
    HashWithoutSecret: "a hash was taken without the secret; use HMAC with SHA-512, keyed with the secret",
    KeyAndPayloadSwapped: "secret and payload were swapped; the secret is the key of the HMAC, the payload its message",
    HashedBeforeSigning: "a hash of the payload was signed; give the payload itself to HMAC",
    PayloadCharset: "the payload was signed in UTF-16; sign its UTF-8 bytes",
    // The header's text.
    LowerCaseHex: "the signature is in lower-case hex; write it in upper case",
    MixedCaseHex: "the signature mixes upper-case and lower-case hex; write all of it in upper case",
    Base64Signature: "the signature is in base64; write it as 128 upper-case hex digits",
    SignatureEncodedTwice: "the signature was encoded twice; write the raw HMAC as 128 upper-case hex digits",
    SignatureSeparated: "the signature's bytes are separated by dashes, colons or spaces; write 128 upper-case hex digits in a row",
    SignatureQuoted: "the signature stands in quotation marks; send the 128 hex digits alone",
    SignatureLabelled: "the signature has a label or prefix before it; send the 128 hex digits alone",
    SignaturePercentEncoded: "the signature was percent-encoded; send the 128 hex digits as they are",
    SignatureTruncated: "the signature was cut off; send all of its 128 hex digits",
    SignatureZerosLost: "zeros of the signature were lost; write each byte as exactly two hex digits",
    SignatureEmpty: "the signature header is empty; send 128 upper-case hex digits",
    SecretSent: "the secret itself was sent as the signature; revoke this key now, and send the HMAC in its place",
    OtherHeaderSent: "the signature header holds another header's value; send the HMAC there",
    RsaSignature: "the signature is as long as an RSA one; requests are signed with HMAC and SHA-512, only webhooks with RSA",
    NotASignature: "the signature is no HMAC-SHA512 in upper-case hex, which has 128 digits",
    // The clock.
    ClockAhead: "the timestamp is ahead of the server's clock; set your clock by a time server and draw the timestamp when sending",
    ClockBehind: "the timestamp is behind the server's clock; set your clock by a time server and draw the timestamp when sending",
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::Mistake;

    #[test]
    fn every_sentence_is_short_plain_and_its_own() {
        let mut seen = BTreeSet::new();
        for mistake in Mistake::ALL {
            let words = mistake.words();
            assert!(words.len() <= 160, "{mistake:?} has {} bytes", words.len());
            assert!(words.bytes().all(|byte| byte == b' ' || byte.is_ascii_graphic()), "{mistake:?}");
            assert!(!words.ends_with('.'), "{mistake:?}");
            assert!(seen.insert(words), "{mistake:?} says what another says");
        }
    }
}
