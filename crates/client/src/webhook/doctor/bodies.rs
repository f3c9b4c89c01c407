//! What a body may have been before something parsed it and printed it anew.

use super::fault::DeliveryFault;
use super::members::Members;
use super::transport::Undone;

/// Larger bodies are not printed anew.
pub const REPRINTED_BODY_MAX: usize = 64 * 1024;

const BIZ_ID: &str = "bizId";
const BIZ_ID_STR: &str = "bizIdStr";
const DATA: &str = "data";

/// The members in the recorded order (clients.md W1).
const RECORDED: [&str; 5] = ["bizType", DATA, BIZ_ID_STR, BIZ_ID, "bizStatus"];

/// One trait of a printed body.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Trait {
    /// Its texts escaped as the sender escapes them.
    Escapes,
    /// `data` a string.
    Data,
    /// `bizId` with the digits of `bizIdStr`.
    Id,
    /// The members in the recorded order.
    Order,
}

const TRAITS: [Trait; 4] = [Trait::Escapes, Trait::Data, Trait::Id, Trait::Order];

/// What was signed, if the body is a notification that was printed anew: compact, with each of the traits restored that it
/// lacks, alone and together.
pub(super) fn restored((body, undone): &Undone) -> Vec<Undone> {
    if body.len() > REPRINTED_BODY_MAX {
        return Vec::new();
    }
    let Some(members) = Members::read(body) else { return Vec::new() };
    // What compactness alone changes is white space.
    let spaced = (print(&members, &[]).0 != *body).then_some(DeliveryFault::BodyReprinted);
    let mut bodies: Vec<Undone> = Vec::new();
    for chosen in subsets() {
        let (printed, restored) = print(&members, &chosen);
        // A trait that the body has already makes no difference.
        let is_new = restored.len() == chosen.len() && printed != *body;
        if is_new {
            bodies.push((printed, undone.iter().cloned().chain(spaced.clone()).chain(restored).collect()));
        }
    }
    bodies
}

/// Every choice of traits, those with the fewest first.
fn subsets() -> Vec<Vec<Trait>> {
    let mut subsets: Vec<Vec<Trait>> = vec![Vec::new()];
    for one in TRAITS {
        let with: Vec<_> = subsets.iter().map(|subset| [subset.as_slice(), &[one]].concat()).collect();
        subsets.extend(with);
    }
    subsets.sort_by_key(Vec::len);
    subsets
}

/// The members printed compact, with these traits restored; and one fault for each that made a difference.
fn print(members: &Members, restore: &[Trait]) -> (Vec<u8>, Vec<DeliveryFault>) {
    let mut faults = Vec::new();
    let mut values: Vec<(&str, String)> =
        members.0.iter().map(|(key, value)| (key.as_str(), value.get().to_owned())).collect();
    for one in restore {
        faults.extend(match one {
            Trait::Escapes => restore_escapes(&mut values),
            Trait::Data => restore_data(&mut values),
            Trait::Id => restore_id(&mut values, members),
            Trait::Order => restore_order(&mut values),
        });
    }
    let printed: Vec<String> = values.iter().map(|(key, value)| format!("{}:{value}", quoted(key))).collect();
    (format!("{{{}}}", printed.join(",")).into_bytes(), faults)
}

/// A text as the sender quotes it: as JavaScript does (clients.md H3).
fn quoted(text: &str) -> String {
    serde_json::to_string(text).expect("a text always serialises")
}

fn restore_escapes(values: &mut [(&str, String)]) -> Option<DeliveryFault> {
    let mut changed = false;
    for (_, value) in values {
        if let Ok(text) = serde_json::from_str::<String>(value) {
            let canonical = quoted(&text);
            changed |= *value != canonical;
            *value = canonical;
        }
    }
    changed.then_some(DeliveryFault::BodyEscapes)
}

fn restore_data(values: &mut [(&str, String)]) -> Option<DeliveryFault> {
    let (_, data) = values.iter_mut().find(|(key, value)| *key == DATA && value.starts_with('{'))?;
    *data = quoted(data);
    Some(DeliveryFault::BodyDataUnpacked)
}

fn restore_id(values: &mut [(&str, String)], members: &Members) -> Option<DeliveryFault> {
    let fault = id_fault(members)?;
    let digits = id_digits(members)?;
    let (_, id) = values.iter_mut().find(|(key, _)| *key == BIZ_ID)?;
    *id = digits;
    Some(fault)
}

fn restore_order(values: &mut [(&str, String)]) -> Option<DeliveryFault> {
    let place = |key: &str| RECORDED.iter().position(|recorded| *recorded == key).unwrap_or(RECORDED.len());
    let moved = !values.is_sorted_by_key(|(key, _)| place(key));
    values.sort_by_key(|(key, _)| place(key));
    moved.then_some(DeliveryFault::BodyMembersMoved)
}

/// The digits of `bizIdStr`.
fn id_digits(members: &Members) -> Option<String> {
    let digits: String = serde_json::from_str(members.text(BIZ_ID_STR)?).ok()?;
    (!digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())).then_some(digits)
}

/// What can be seen of `bizId` beside its twin.
fn id_fault(members: &Members) -> Option<DeliveryFault> {
    let (id, digits) = (members.text(BIZ_ID)?, id_digits(members)?);
    match id {
        _ if id == digits => None,
        _ if id.starts_with('"') => Some(DeliveryFault::BodyIdQuoted),
        _ => Some(DeliveryFault::BodyIdRounded),
    }
}

/// What is wrong with a body whatever was signed: no sender prints it so.
pub(super) fn certain_faults(body: &[u8]) -> Vec<DeliveryFault> {
    let Some(members) = Members::read(body.trim_ascii()) else { return Vec::new() };
    let unpacked = members.text(DATA).is_some_and(|data| data.starts_with('{'));
    id_fault(&members).into_iter().chain(unpacked.then_some(DeliveryFault::BodyDataUnpacked)).collect()
}
