//! `service/provider/record`: a page of the provider's records.

use countersign_service::authorizations::{self, RecordError};
use countersign_wire::answers::AuthorizationPage;
use countersign_wire::requests::ProviderRecordList;

use super::provider_record_get::{answer, with_token};
use crate::answer::{Answer, Outcome};
use crate::convert::merchant_id;
use crate::refusals;
use crate::signed::Signed;

/// Newest first, of one merchant where given.
pub(crate) async fn list(signed: Signed) -> Outcome<AuthorizationPage> {
    let (asked, call) = signed.read(ProviderRecordList::from_body)?;
    let merchant = asked.merchant_id.as_deref().map(merchant_id).transpose()?;
    let place = (asked.page, asked.rows);
    let page = signed.state.platform.read("authorization_list", move |tx, platform| {
        let page = authorizations::record_page(tx, &call.caller, merchant, place, call.now)?;
        let rows = page.rows.into_iter().map(|view| with_token(tx, platform, view));
        Ok::<_, RecordError>((page.total, rows.collect::<Result<Vec<_>, _>>()?))
    });
    let (total, rows) = page.await.map_err(refusals::authorization_record)?;
    Ok(Answer(AuthorizationPage { total, rows: rows.into_iter().map(answer).collect() }))
}
