//! `order/payer/verification`: is a payer who the merchant was told?

use countersign_domain::payer_identity::{Fact, Facts};
use countersign_service::payer_identities::{self, Claim};
use countersign_wire::Refusal;
use countersign_wire::requests::{PayerInformation, PayerVerification};

use crate::answer::{Answer, Outcome};
use crate::convert;
use crate::refusals;
use crate::signed::Signed;

/// `true` where all that was told is so, `false` where anything is not; never which.
pub(crate) async fn verify(signed: Signed) -> Outcome<bool> {
    let (asked, call) = signed.read(PayerVerification::from_body)?;
    let claim = claim(&asked)?;
    let verified = signed
        .state
        .platform
        .read("payer_verify", move |tx, platform| payer_identities::verify(tx, platform, &call, &claim));
    verified.await.map(Answer).map_err(refusals::payer_verification)
}

fn claim(asked: &PayerVerification<'_>) -> Result<Claim, Refusal> {
    let kind = convert::payer_kind(&asked.payer_type);
    let facts = asked.information.iter().map(fact);
    let facts = if asked.information.is_empty() { None } else { Some(Facts::new(kind, facts)) };
    Ok(Claim {
        // An id that is no number is nobody's.
        payer_id: asked.binance_id.parse().ok(),
        kind,
        facts: facts.transpose().map_err(refusals::payer_facts)?,
    })
}

fn fact(told: &PayerInformation<'_>) -> (Fact, String) {
    let fact = convert::fact_named(&told.category).expect("the schema lets no other category through");
    (fact, told.value.clone().into_owned())
}
