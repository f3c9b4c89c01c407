//! `certificates`: the public key that signs webhooks now (`decisions.md` row 47).

use countersign_service::authority;
use countersign_wire::answers::Certificate;

use crate::answer::{Answer, Outcome};
use crate::refusals;
use crate::signed::Signed;

/// Any signed call is answered, whatever its body holds.
pub(crate) async fn query(signed: Signed) -> Outcome<Vec<Certificate>> {
    let call = signed.read_nothing()?;
    let platform = &signed.state.platform;
    let standing = platform.read("certificates", move |tx, _| authority::authorize_own(tx, &call.caller)).await;
    standing.map_err(refusals::authority)?;
    let key = &platform.webhook_key;
    let certificate = Certificate { cert_public: key.public_pem().to_owned(), cert_serial: key.serial().to_owned() };
    Ok(Answer(vec![certificate]))
}
