//! What the signature doctor adds to a refusal.

use countersign_crypto::doctor::{Mistake, SuspectRequest, diagnose};
use secrecy::ExposeSecret;

use crate::api_keys::OpenSecrets;

const INVALID_SIGNATURE: &str = "400002";
const INVALID_TIMESTAMP: &str = "400003";

/// What a call that was refused with `code` had instead of the right signature or timestamp; `None` where the refusal's own
/// words say as much. It computes for some milliseconds: not on a thread that others wait for.
pub fn diagnosis(code: &str, request: &SuspectRequest<'_>, secrets: &OpenSecrets) -> Option<String> {
    if code != INVALID_SIGNATURE && code != INVALID_TIMESTAMP {
        return None;
    }
    let others: Vec<&[u8]> = secrets.others.iter().map(ExposeSecret::expose_secret).collect();
    let found = diagnose(request, secrets.own.expose_secret(), &others);
    let says_more = match found.mistake {
        // A right call is refused only where the sandbox was told to.
        None => code == INVALID_SIGNATURE && !found.signature_holds,
        // Of a clock that is wrong, or no clock at all, the window's own words say as much.
        Some(Mistake::ClockAhead | Mistake::ClockBehind | Mistake::TimestampNotANumber) => code == INVALID_SIGNATURE,
        Some(_) => true,
    };
    says_more.then_some(found.words)
}
