//! A request that somebody captured, read out of files: raw HTTP, headers a line each, headers as JSON.

use std::collections::BTreeMap;

use serde::Deserialize;
use thiserror::Error;

/// The most headers that are read.
const HEADERS_MAX: usize = 200;

/// Why a file holds no capture.
#[derive(Debug, PartialEq, Eq, Error)]
pub(super) enum CaptureError {
    /// It does not begin as a request does.
    #[error("this is no HTTP request; it should begin like POST /hook HTTP/1.1")]
    NotARequest,
    /// The headers do not end.
    #[error("an empty line between headers and body is missing")]
    NoEmptyLine,
    /// A line is no header.
    #[error("line {0} is no header; it should read Name: value")]
    NotAHeader(usize),
    /// The headers are no text.
    #[error("the headers are not UTF-8")]
    NotText,
    /// JSON of another kind.
    #[error("the headers should be a JSON object of names and texts")]
    NotJsonHeaders,
    /// The body is in chunks, so that its bytes cannot be told from their framing.
    #[error("the body is in chunks; capture it behind the server, or give --headers and --body")]
    Chunked,
    /// More than [`HEADERS_MAX`].
    #[error("there are more than {HEADERS_MAX} headers")]
    TooMany,
}

/// Headers in their order, and the body's raw bytes.
pub(super) struct Capture {
    pub(super) headers: Vec<(String, String)>,
    pub(super) body: Vec<u8>,
}

impl Capture {
    /// Reads a request as it came over the wire; line ends may be LF alone, as editors leave them.
    pub(super) fn of_request(file: &[u8]) -> Result<Self, CaptureError> {
        let (head, body) = split(file).ok_or(CaptureError::NoEmptyLine)?;
        let text = std::str::from_utf8(head).map_err(|_| CaptureError::NotText)?;
        if !text.lines().next().is_some_and(is_request_line) {
            return Err(CaptureError::NotARequest);
        }
        let headers = lines(text)?;
        if headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("transfer-encoding")) {
            return Err(CaptureError::Chunked);
        }
        Ok(Self { headers, body: body.to_vec() })
    }
}

/// The bytes before and behind the first empty line.
fn split(file: &[u8]) -> Option<(&[u8], &[u8])> {
    let mut start = 0;
    loop {
        let end = start + file[start..].iter().position(|byte| *byte == b'\n')?;
        let line = file[start..end].strip_suffix(b"\r").unwrap_or(&file[start..end]);
        if line.is_empty() {
            return Some((&file[..start], &file[end + 1..]));
        }
        start = end + 1;
    }
}

fn is_request_line(line: &str) -> bool {
    let mut words = line.split(' ');
    let method = words.next().unwrap_or_default();
    let is_method = !method.is_empty() && method.bytes().all(|byte| byte.is_ascii_uppercase());
    is_method && words.next_back().is_some_and(|version| version.starts_with("HTTP/"))
}

/// Reads headers that stand in a file of their own.
pub(super) fn headers(file: &[u8]) -> Result<Vec<(String, String)>, CaptureError> {
    let text = std::str::from_utf8(file).map_err(|_| CaptureError::NotText)?;
    let text = text.trim_start_matches('\u{feff}');
    if text.trim_start().starts_with('{') { json(text) } else { lines(text) }
}

/// A header a line; the request line before them and empty lines are passed over, and so is the mark that curl puts before
/// what it sends.
fn lines(text: &str) -> Result<Vec<(String, String)>, CaptureError> {
    let mut headers = Vec::new();
    for (place, line) in text.lines().enumerate() {
        let line = line.strip_prefix("> ").unwrap_or(line).trim_end();
        if line.is_empty() || line == ">" || is_request_line(line) {
            continue;
        }
        let header = line.split_once(':').filter(|(name, _)| is_name(name));
        let (name, value) = header.ok_or(CaptureError::NotAHeader(place + 1))?;
        headers.push((name.to_owned(), value.trim().to_owned()));
    }
    if headers.len() > HEADERS_MAX { Err(CaptureError::TooMany) } else { Ok(headers) }
}

fn is_name(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_graphic())
}

/// One value or several, as servers keep repeated headers.
#[derive(Deserialize)]
#[serde(untagged)]
enum Values {
    One(String),
    Several(Vec<String>),
}

fn json(text: &str) -> Result<Vec<(String, String)>, CaptureError> {
    let object: BTreeMap<String, Values> = serde_json::from_str(text).map_err(|_| CaptureError::NotJsonHeaders)?;
    let mut headers = Vec::new();
    for (name, values) in object {
        if !is_name(&name) {
            return Err(CaptureError::NotJsonHeaders);
        }
        match values {
            Values::One(value) => headers.push((name, value)),
            Values::Several(values) => headers.extend(values.into_iter().map(|value| (name.clone(), value))),
        }
    }
    if headers.len() > HEADERS_MAX { Err(CaptureError::TooMany) } else { Ok(headers) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pairs(headers: &[(&str, &str)]) -> Vec<(String, String)> {
        headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn requests_are_read_with_their_raw_body() {
        let wanted = pairs(&[("Host", "a"), ("BinancePay-Nonce", "x:y"), ("binancepay-nonce", "")]);
        let body = b" {\r\n\r\n}\n\xFF";
        for end in ["\r\n", "\n"] {
            let head = ["POST /hook?a=b HTTP/1.1", "Host: a", "BinancePay-Nonce:  x:y ", "binancepay-nonce:", "", ""];
            let file = [head.join(end).as_bytes(), body].concat();
            let capture = Capture::of_request(&file).unwrap_or_else(|error| panic!("{end:?}: {error}"));
            assert_eq!((capture.headers, capture.body.as_slice()), (wanted.clone(), &body[..]));
        }
        let bare = Capture::of_request(b"POST / HTTP/1.1\r\n\r\n").unwrap_or_else(|error| panic!("{error}"));
        assert!(bare.headers.is_empty() && bare.body.is_empty());
    }

    #[test]
    fn headers_are_read_as_people_keep_them() {
        let wanted = pairs(&[("A-B", "1"), ("c", "2")]);
        for text in [
            "A-B: 1\nc: 2",
            "A-B:1\r\n\r\nc:\t2\r\n",
            "POST /hook HTTP/1.1\nA-B: 1\nc: 2\n",
            "> POST /hook HTTP/2\n> A-B: 1\n> c: 2\n>\n",
            "\u{feff}A-B: 1\nc: 2",
            r#" {"A-B": "1", "c": "2"}"#,
            r#"{"A-B": ["1"], "c": ["2"]}"#,
        ] {
            assert_eq!(headers(text.as_bytes()), Ok(wanted.clone()), "{text:?}");
        }
        assert_eq!(headers(br#"{"c": ["1", "2"]}"#), Ok(pairs(&[("c", "1"), ("c", "2")])));
        assert_eq!(headers(b""), Ok(Vec::new()));
    }

    #[test]
    fn what_is_no_capture_is_named() {
        let many = "a: b\n".repeat(HEADERS_MAX + 1);
        let rows: [(&[u8], CaptureError); 6] = [
            (b"", CaptureError::NoEmptyLine),
            (b"POST / HTTP/1.1\r\nHost: a", CaptureError::NoEmptyLine),
            (b"{\"bizType\":1}\n\n", CaptureError::NotARequest),
            (b"HTTP/1.1 200 OK\r\n\r\n", CaptureError::NotARequest),
            (b"POST / HTTP/1.1\nHost\n\n", CaptureError::NotAHeader(2)),
            (b"POST / HTTP/1.1\nTransfer-Encoding: chunked\n\n2\r\n{}\r\n0\r\n\r\n", CaptureError::Chunked),
        ];
        for (file, error) in rows {
            assert_eq!(Capture::of_request(file).err(), Some(error), "{}", String::from_utf8_lossy(file));
        }
        let rows: [(&[u8], CaptureError); 7] = [
            (b"\xFF", CaptureError::NotText),
            (b"a: b\n: c", CaptureError::NotAHeader(2)),
            (b"a b: c", CaptureError::NotAHeader(1)),
            (b"\x1b[2Ja: b", CaptureError::NotAHeader(1)),
            (b"{\"a\": 1}", CaptureError::NotJsonHeaders),
            (b"{\"\\u001b\": \"b\"}", CaptureError::NotJsonHeaders),
            (many.as_bytes(), CaptureError::TooMany),
        ];
        for (file, error) in rows {
            assert_eq!(headers(file), Err(error), "{}", String::from_utf8_lossy(file));
        }
    }
}
