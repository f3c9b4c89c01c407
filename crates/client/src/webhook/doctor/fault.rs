//! What can be wrong with a delivery, each with one sentence that says what happened and what to do.

use std::time::Duration;

use countersign_wire::headers::CERTIFICATE_SN;
use thiserror::Error;

/// Something wrong with a delivery. The words hold no byte of its body.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum DeliveryFault {
    // --- headers ---
    /// A header is missing.
    #[error("the header {name} is missing; hand all four BinancePay headers to the verification")]
    HeaderMissing {
        /// Its name.
        name: &'static str,
    },
    /// A header is there under another name, as CGI and its like rename them.
    #[error("the header {name} came as {found}; look it up under the name that your server gives it")]
    HeaderRenamed {
        /// Its name.
        name: &'static str,
        /// What it is called in the capture.
        found: String,
    },
    /// A header is there more than once.
    #[error(
        "the header {name} is there {count} times; a delivery has each header once, so something on the way adds one"
    )]
    HeaderRepeated {
        /// Its name.
        name: &'static str,
        /// How often it is there.
        count: usize,
    },
    // --- the key ---
    /// The serial header has the shape of an API key.
    #[error("{CERTIFICATE_SN} holds an API key: this is a call of the merchant API, signed with HMAC, and no webhook")]
    ApiKeyAsSerial,
    /// The serial is that of the certificate but for its letter case.
    #[error("{CERTIFICATE_SN} is in another letter case than the certificate's serial; compare them as they come")]
    SerialCase,
    /// Signed with a key that is not among the certificates.
    #[error(
        "it was signed with another key: {CERTIFICATE_SN} is {found:?}, the certificate's serial is {known}; fetch the \
         certificate again, from the server that sent this"
    )]
    OtherKey {
        /// The serial of the delivery.
        found: String,
        /// The serials of the certificates.
        known: String,
    },
    /// The serial is another one, though a known key made the signature.
    #[error(
        "{CERTIFICATE_SN} is {found:?}, but the key with the serial {known} made the signature; the header was changed"
    )]
    SerialChanged {
        /// The serial of the delivery.
        found: String,
        /// The serial of the key that signed.
        known: String,
    },
    // --- the timestamp ---
    /// The timestamp is no count of milliseconds.
    #[error("the timestamp is no whole number of Unix milliseconds; use the header's text as it came")]
    TimestampNotANumber,
    /// The timestamp is in seconds.
    #[error("the timestamp is in seconds; the header has Unix milliseconds, and that text is what was signed")]
    TimestampInSeconds,
    /// Signed too long before, or after.
    #[error(
        "it was signed {} ms {} it was received, and {} s are allowed; each try is signed anew, so this is an old delivery \
         sent again, or a clock is off",
        .off_by_ms.unsigned_abs(), if *.off_by_ms < 0 { "after" } else { "before" }, .max_age.as_secs()
    )]
    Stale {
        /// How long before, negative for after.
        off_by_ms: i64,
        /// What was allowed.
        max_age: Duration,
    },
    // --- the text of the signature ---
    /// The signature is empty.
    #[error("the signature is empty")]
    SignatureEmpty,
    /// No way of reading the signature gives bytes.
    #[error("the signature is not base64; use the header's text as it came")]
    SignatureNotBase64,
    /// 128 hexadecimal digits.
    #[error("the signature is an HMAC in hex: calls of the merchant API are signed so, webhooks with RSA in base64")]
    SignatureOfACall,
    /// Hexadecimal digits instead of base64.
    #[error("the signature is in hex; it comes as base64")]
    SignatureInHex,
    /// The alphabet of base64 for URLs.
    #[error("the signature is in the base64 of URLs, with - and _; it comes in the standard one, with + and /")]
    SignatureUrlSafe,
    /// No padding.
    #[error("the signature has lost the = at its end")]
    SignatureUnpadded,
    /// Percent signs.
    #[error("the signature is percent-encoded; use the header's text as it came")]
    SignaturePercentEncoded,
    /// Spaces where a plus sign was.
    #[error("the signature has spaces where + was: it was decoded as a form; use the header's text as it came")]
    SignaturePlusLost,
    /// White space, line ends or quotation marks.
    #[error("the signature has white space, line ends or quotation marks in it; use the header's text as it came")]
    SignatureWrapped,
    /// Of another length than this key's signatures have.
    #[error("the signature has {found} bytes, this key's have {expected}: it was cut, or another key signed")]
    SignatureLength {
        /// Bytes that came.
        found: usize,
        /// Bytes that a signature of the key has.
        expected: usize,
    },
    // --- the body on its way ---
    /// There is no body.
    #[error("there is no body; read it before a framework does, or keep the raw bytes beside what it parses")]
    BodyMissing,
    /// Longer or shorter than the header says.
    #[error("the body has {found} bytes, its Content-Length says {announced}: it was cut or changed after it came")]
    BodyLength {
        /// What the header says.
        announced: u64,
        /// What is there.
        found: u64,
    },
    /// A byte order mark before it.
    #[error("a byte order mark stands before the body that was not signed; write the raw bytes to the file")]
    BodyByteOrderMark,
    /// White space or a line end around it.
    #[error(
        "white space or a line end stands around the body that was not signed; write the raw bytes, without an end of line"
    )]
    BodyLineEndAdded,
    /// Line ends turned from one kind into the other.
    #[error("the line ends of the body were converted; keep the raw bytes, in binary mode")]
    BodyLineEndsConverted,
    /// The body as a JSON string.
    #[error("the body was put into a JSON string; take it out again, or keep the raw bytes")]
    BodyQuoted,
    /// The body in base64.
    #[error("the body is in base64, as gateways hand it to functions; decode it first")]
    BodyBase64,
    /// Another character set.
    #[error("the body was read in another character set; it is UTF-8, and the raw bytes are what was signed")]
    BodyCharset,
    // --- the body printed anew ---
    /// Other white space.
    #[error(
        "the body was parsed and printed anew, with other white space; verify the raw bytes, before any JSON parser"
    )]
    BodyReprinted,
    /// Other escapes.
    #[error(
        "the body was parsed and printed anew, with other escapes in its texts; verify the raw bytes, before any JSON parser"
    )]
    BodyEscapes,
    /// Another order of members.
    #[error(
        "the body was parsed and printed anew, its members in another order; verify the raw bytes, before any JSON parser"
    )]
    BodyMembersMoved,
    /// `bizId` rounded to what a float holds.
    #[error(
        "bizId was rounded: the body was parsed by something that counts in floats, and printed anew; verify the raw bytes"
    )]
    BodyIdRounded,
    /// `bizId` as a string.
    #[error("bizId became a string: the body was printed anew; verify the raw bytes")]
    BodyIdQuoted,
    /// `data` as an object.
    #[error("data became an object: the body was parsed, its inside too, and printed anew; verify the raw bytes")]
    BodyDataUnpacked,
    // --- what was signed ---
    /// Each in the other's header.
    #[error("timestamp and nonce are swapped; what is signed is timestamp LF nonce LF body LF")]
    FieldsSwapped,
    /// No LF after the body.
    #[error(
        "the sender signed without the last LF; what is signed is timestamp LF nonce LF body LF, the LF after the body too"
    )]
    FinalLineFeedMissing,
    /// No LF at all.
    #[error("the sender signed timestamp, nonce and body run together; each has an LF after it")]
    LineFeedsMissing,
    /// CR LF instead of LF.
    #[error("the sender signed with CR LF; each part has a bare LF after it")]
    CarriageReturns,
    /// An LF too many.
    #[error("the sender signed an LF too many, or the body has lost the one at its end")]
    LineFeedExtra,
    /// Nothing but the body.
    #[error("the sender signed the body alone; what is signed is timestamp LF nonce LF body LF")]
    BodyAloneSigned,
    // --- all else ---
    /// Nothing explains it.
    #[error(
        "the signature does not match, and nothing that was tried explains it; keep the raw bytes of the body and the texts \
         of the headers as they came, and take the certificate from the server that sent this"
    )]
    Unexplained,
    /// A right signature over something that is no notification.
    #[error("the signature is right, but the body is no notification")]
    NotANotification,
}
