//! `service/provider/config/query`: what the calling provider may ask for.

use countersign_domain::merchant::MerchantKind;
use countersign_domain::money::PartsPerMillion;
use countersign_service::authorizations;
use countersign_wire::answers::ProviderConfig;

use crate::answer::{Answer, Outcome};
use crate::convert::scope_spellings;
use crate::refusals;
use crate::signed::Signed;

/// The allowed scopes, and whether there is a share in commissions (`decisions.md` row 21).
pub(crate) async fn query(signed: Signed) -> Outcome<ProviderConfig> {
    let call = signed.read_nothing()?;
    let provider =
        signed.state.platform.read("provider_config", move |tx, _| authorizations::of_provider(tx, &call.caller)).await;
    let provider = provider.map_err(refusals::authorization_record)?;
    let share = match provider.kind {
        MerchantKind::Provider { fee_share, .. } => fee_share,
        MerchantKind::Plain | MerchantKind::Partner => PartsPerMillion::ZERO,
    };
    Ok(Answer(ProviderConfig {
        allow_fee_share: share > PartsPerMillion::ZERO,
        allow_scopes: scope_spellings(provider.allowed_scopes()),
    }))
}
