//! `service/provider/create`: a provider asks a merchant for authority.

use countersign_domain::address::AddressError;
use countersign_domain::authorization::Origin;
use countersign_domain::{AddressList, AddressRange};
use countersign_service::audit::Actor;
use countersign_service::authority::{self, AuthorityError, Caller};
use countersign_service::authorizations::{self, AuthorizationToken, Created, NewRequest, RequestError};
use countersign_service::platform::Collides;
use countersign_store::StoreError;
use countersign_wire::answers::Authorization;
use countersign_wire::requests::ProviderCreate;
use countersign_wire::{AuthorizationToken as WireToken, Refusal};

use crate::answer::{Answer, Outcome, Rejection};
use crate::convert::{authorization_status, merchant_id, scope, scope_spellings};
use crate::refusals;
use crate::signed::Signed;

/// Answers the request as it was made; the token in it is inert until the merchant agrees.
pub(crate) async fn create(signed: Signed) -> Outcome<Authorization> {
    let (asked, call) = signed.read(ProviderCreate::from_body)?;
    let platform = &signed.state.platform;
    let new = NewRequest {
        provider_id: call.caller.merchant_id,
        merchant_id: merchant_id(&asked.merchant_id)?,
        scopes: asked.scope_names().map(scope).collect(),
        addresses: addresses(&asked)?,
        origin: Origin::Api,
        token: AuthorizationToken::draw(platform),
    };
    let created = write(&signed, call.caller, new.clone()).await?;
    let token = match token_of_grant(&signed, &created).await? {
        Some(token) => token,
        None => new.token.clone(),
    };
    Ok(Answer(Authorization {
        authorization_id: created.id.to_string(),
        merchant_name: created.merchant_name,
        authorization_token: WireToken::new(token.expose().to_owned()),
        merchant_id: new.merchant_id.to_string(),
        status: authorization_status(authorizations::WireStatus::Pending).to_owned(),
        redirect_url: Some(platform.links.review(created.id)),
        scopes: scope_spellings(new.scopes),
        ip_whitelist: new.addresses.ranges().iter().map(ToString::to_string).collect(),
    }))
}

/// The token of the grant that a request would change, which alone is not at hand; `None` for a request of its own. Read
/// after the write, since the answer of a write is stored and a token must not be.
async fn token_of_grant(signed: &Signed, created: &Created) -> Result<Option<AuthorizationToken>, Rejection> {
    let token_of = created.token_of;
    if token_of == created.id {
        return Ok(None);
    }
    let platform = &signed.state.platform;
    let read =
        platform.read("authorization_token", move |tx, platform| authorizations::open_token(tx, platform, token_of));
    read.await.map(Some).map_err(refusals::authorization_record)
}

/// The two use cases of the one transaction.
#[derive(Debug, thiserror::Error)]
enum Refused {
    #[error(transparent)]
    Authority(#[from] AuthorityError),
    #[error(transparent)]
    Request(#[from] RequestError),
}

impl From<StoreError> for Refused {
    fn from(error: StoreError) -> Self {
        Self::Authority(error.into())
    }
}

impl Collides for Refused {
    fn is_collision(&self) -> bool {
        matches!(self, Self::Request(error) if error.is_collision())
    }
}

async fn write(signed: &Signed, caller: Caller, new: NewRequest) -> Result<Created, Rejection> {
    let now = signed.now();
    let written = signed.state.platform.write("authorization_create", move |tx, platform| {
        // A request is written for the provider that calls: its key must stand in the same transaction.
        authority::authorize_own(tx, &caller)?;
        Ok(authorizations::create(tx, platform, &new, (Actor::Key(caller.key_id), now))?)
    });
    written.await.map_err(|refused| match refused {
        Refused::Authority(error) => refusals::authority(error),
        Refused::Request(error) => refusals::authorization_request(error),
    })
}

/// The address list, or a refusal of the element that is wrong (`decisions.md` row 53).
fn addresses(asked: &ProviderCreate<'_>) -> Result<AddressList, Refusal> {
    let refuse = |field: String, error: &AddressError| {
        let rule = format!("{field}: {error}; leave the list empty to allow any address");
        Refusal::malformed(field, rule, "decisions.md row 53")
    };
    for (index, text) in asked.ip_whitelist.iter().enumerate() {
        let text = text.trim();
        if !text.is_empty() {
            text.parse::<AddressRange>().map_err(|error| refuse(format!("ipWhitelist[{index}]"), &error))?;
        }
    }
    AddressList::parse(asked.ip_whitelist.iter().map(AsRef::as_ref))
        .map_err(|error| refuse("ipWhitelist".to_owned(), &error))
}
