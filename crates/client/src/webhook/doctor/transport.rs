//! What befalls a body on its way into a file, a log or a function, and how it is undone.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::fault::DeliveryFault;

/// One kind of damage, and the body without it: `None` where there is none of it.
type Undo = (DeliveryFault, fn(&[u8]) -> Option<Vec<u8>>);

/// What comes last on the way, first: a file's mark and line end are around what a log has put into a string.
const UNDOINGS: &[Undo] = &[
    (DeliveryFault::BodyByteOrderMark, |body| body.strip_prefix(b"\xEF\xBB\xBF").map(<[u8]>::to_vec)),
    (DeliveryFault::BodyLineEndAdded, |body| {
        let trimmed = body.trim_ascii();
        (trimmed.len() != body.len()).then(|| trimmed.to_vec())
    }),
    (DeliveryFault::BodyBase64, |body| STANDARD.decode(body).ok().filter(|decoded| decoded.starts_with(b"{"))),
    (DeliveryFault::BodyQuoted, |body| serde_json::from_slice::<String>(body).ok().map(String::into_bytes)),
    (DeliveryFault::BodyLineEndsConverted, |body| replaced(body, "\r\n", "\n")),
    (DeliveryFault::BodyLineEndsConverted, |body| replaced(body, "\n", "\r\n")),
    (DeliveryFault::BodyCharset, read_as_latin),
    (DeliveryFault::BodyCharset, kept_in_latin),
];

/// A body and what had to be undone to get at it.
pub(super) type Undone = (Vec<u8>, Vec<DeliveryFault>);

/// The body as it came, and with each kind of damage undone that it shows, alone and together.
pub(super) fn undone(body: &[u8]) -> Vec<Undone> {
    let mut bodies: Vec<Undone> = vec![(body.to_vec(), Vec::new())];
    for (fault, undo) in UNDOINGS {
        let further: Vec<Undone> = bodies
            .iter()
            .filter(|(_, faults)| !faults.contains(fault))
            .filter_map(|(body, faults)| Some((undo(body)?, [faults.as_slice(), std::slice::from_ref(fault)].concat())))
            .collect();
        bodies.extend(further);
    }
    bodies
}

fn replaced(body: &[u8], from: &str, to: &str) -> Option<Vec<u8>> {
    let text = std::str::from_utf8(body).ok()?;
    // Converting those that are of the other kind already would double them.
    if !text.contains(from) || (from == "\n" && text.contains(to)) {
        return None;
    }
    Some(text.replace(from, to).into_bytes())
}

/// UTF-8 that was read as Latin-1 and written as UTF-8 again.
fn read_as_latin(body: &[u8]) -> Option<Vec<u8>> {
    let text = std::str::from_utf8(body).ok().filter(|text| !text.is_ascii())?;
    let bytes: Vec<u8> = text.chars().map(|letter| u8::try_from(u32::from(letter)).ok()).collect::<Option<_>>()?;
    std::str::from_utf8(&bytes).is_ok().then_some(bytes)
}

/// UTF-8 that was written as Latin-1.
fn kept_in_latin(body: &[u8]) -> Option<Vec<u8>> {
    if std::str::from_utf8(body).is_ok() {
        return None;
    }
    Some(body.iter().map(|byte| char::from(*byte)).collect::<String>().into_bytes())
}
