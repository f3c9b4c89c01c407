//! `service/provider/record/get`: the record of one merchant (`decisions.md` row 20).

use countersign_service::Platform;
use countersign_service::authorizations::{self, AuthorizationToken, AuthorizationView, RecordError};
use countersign_store::ReadTx;
use countersign_wire::AuthorizationToken as WireToken;
use countersign_wire::answers::Authorization;
use countersign_wire::requests::ProviderRecordGet;

use crate::answer::{Answer, Outcome};
use crate::convert::{authorization_status, merchant_id, scope_spellings};
use crate::refusals;
use crate::signed::Signed;

/// The one in force, else the newest.
pub(crate) async fn get(signed: Signed) -> Outcome<Authorization> {
    let (asked, call) = signed.read(ProviderRecordGet::from_body)?;
    let merchant = merchant_id(&asked.merchant_id)?;
    let record = signed.state.platform.read("authorization_get", move |tx, platform| {
        let view = authorizations::record(tx, &call.caller, merchant, call.now)?;
        with_token(tx, platform, view)
    });
    Ok(Answer(answer(record.await.map_err(refusals::authorization_record)?)))
}

/// A record and the token that goes with it: its own, or that of the grant that it would change.
pub(super) fn with_token(
    tx: &mut dyn ReadTx,
    platform: &Platform,
    view: AuthorizationView,
) -> Result<(AuthorizationView, AuthorizationToken), RecordError> {
    let token = authorizations::open_token(tx, platform, view.record.changes.unwrap_or(view.record.id))?;
    Ok((view, token))
}

/// A record on the wire.
pub(super) fn answer((view, token): (AuthorizationView, AuthorizationToken)) -> Authorization {
    Authorization {
        authorization_id: view.record.id.to_string(),
        merchant_name: view.merchant_name,
        authorization_token: WireToken::new(token.expose().to_owned()),
        merchant_id: view.record.merchant_id.to_string(),
        status: authorization_status(view.status).to_owned(),
        redirect_url: None,
        scopes: scope_spellings(view.scopes),
        ip_whitelist: view.addresses.ranges().iter().map(ToString::to_string).collect(),
    }
}
