//! *Add authorization*.

use axum::extract::State;
use countersign_domain::authorization::Origin;
use countersign_domain::id::MerchantId;
use countersign_domain::{AddressList, Scope, ScopeSet};
use countersign_service::authorizations::{self as consent, AuthorizationToken, Created, NewRequest, RequestError};
use countersign_store::queries::authorizations;

use crate::describe::{numeric_id, parse_addresses, scope_set, scope_ticks};
use crate::failure::{Failure, redirect};
use crate::forms::AuthorizationAddForm;
use crate::handlers::Answer;
use crate::handlers::helpers::{ok, refused};
use crate::pages::{AuthorizationAddPage, ErrorKind};
use crate::paths;
use crate::session::{ProviderMember, SessionForm};
use crate::state::WebState;
use crate::view::{Place, Problem, TextField};

/// What is wrong with the form.
#[derive(Default)]
struct Faults {
    merchant: Option<String>,
    scopes: Option<String>,
    addresses: Option<String>,
    whole: Option<String>,
}

impl Faults {
    fn is_none(&self) -> bool {
        self.merchant.is_none() && self.scopes.is_none() && self.addresses.is_none() && self.whole.is_none()
    }

    fn problems(&self) -> Vec<Problem> {
        let of = |field: &str, text: &Option<String>| text.clone().map(|text| Problem::of(field, text));
        let fields = [of("merchant_id", &self.merchant), of("scopes", &self.scopes), of("addresses", &self.addresses)];
        fields.into_iter().flatten().chain(self.whole.clone().map(Problem::form)).collect()
    }
}

fn page(
    provider: &ProviderMember,
    form: &AuthorizationAddForm,
    ticked: ScopeSet,
    faults: &Faults,
) -> AuthorizationAddPage {
    AuthorizationAddPage {
        chrome: provider.member.chrome(Place::TechnicalVendor),
        merchant_id: TextField { value: form.merchant_id.clone(), error: faults.merchant.clone() },
        scopes: scope_ticks(provider.allowed, ticked, |text| text.short),
        scopes_error: faults.scopes.clone(),
        addresses: TextField { value: form.addresses.join("\n"), error: faults.addresses.clone() },
        problems: faults.problems(),
    }
}

/// The form. Taking payments is ticked, for nearly everybody asks for it.
pub(crate) async fn add_form(provider: ProviderMember) -> Answer {
    let empty = AuthorizationAddForm { merchant_id: String::new(), scopes: Vec::new(), addresses: Vec::new() };
    let usual = [Scope::Checkout].into_iter().collect();
    ok(&page(&provider, &empty, usual, &Faults::default()))
}

/// Whom to ask, and from where the calls will come.
fn read(form: &AuthorizationAddForm, scopes: ScopeSet) -> Result<(MerchantId, AddressList), Faults> {
    let mut faults = Faults::default();
    let merchant = numeric_id(&form.merchant_id);
    if merchant.is_none() {
        faults.merchant = Some("A merchant ID has digits only.".to_owned());
    }
    if scopes.is_empty() {
        faults.scopes = Some("Choose at least one permission.".to_owned());
    }
    let addresses = parse_addresses(&form.addresses).unwrap_or_else(|error| {
        faults.addresses = Some(error);
        AddressList::any()
    });
    match merchant {
        Some(merchant) if faults.is_none() => Ok((merchant, addresses)),
        _ => Err(faults),
    }
}

fn fault_of(error: RequestError) -> Result<Faults, Failure> {
    let merchant = |text: &str| Faults { merchant: Some(text.to_owned()), ..Faults::default() };
    Ok(match error {
        RequestError::Store(error) => return Err(error.into()),
        RequestError::NotAProvider => return Err(Failure::page(ErrorKind::NotAllowed)),
        RequestError::UnknownMerchant => merchant("No merchant has this ID."),
        RequestError::Oneself => merchant("This is your own ID. You need no authority over yourself."),
        RequestError::Blocked => merchant("This merchant does not take requests from you."),
        RequestError::Frozen(id) => merchant(&format!("The account of {id} is frozen.")),
        RequestError::NoScope | RequestError::ScopeNotAllowed(_) => {
            Faults { scopes: Some("Choose among the permissions you may ask for.".to_owned()), ..Faults::default() }
        }
        RequestError::TooManyOpen => {
            let text = "You have as many open requests as there may be. Wait for answers, or cancel one.";
            Faults { whole: Some(text.to_owned()), ..Faults::default() }
        }
        error => return Err(Failure::internal(error)),
    })
}

/// Makes the request and leads to the link to share.
pub(crate) async fn add(
    State(state): State<WebState>,
    provider: ProviderMember,
    SessionForm(data): SessionForm,
) -> Answer {
    let form = AuthorizationAddForm::read(&data);
    let scopes = scope_set(&form.scopes).ok_or(Failure::page(ErrorKind::BadRequest))?;
    let (merchant_id, addresses) = match read(&form, scopes) {
        Ok(read) => read,
        Err(faults) => return refused(&page(&provider, &form, scopes, &faults)),
    };
    let new = NewRequest {
        provider_id: provider.member.id(),
        merchant_id,
        scopes,
        addresses,
        origin: Origin::Portal,
        token: AuthorizationToken::draw(state.platform()),
    };
    match request(&state, &provider, new).await {
        Ok((created, replaced)) => {
            state.wake();
            let how = if replaced { "replaced" } else { "new" };
            Ok(redirect(&format!("{}?created={how}", paths::authorization(&created.id.to_string()))))
        }
        Err(error) => refused(&page(&provider, &form, scopes, &fault_of(error)?)),
    }
}

/// The request, and whether an older open one was closed by it.
async fn request(
    state: &WebState,
    provider: &ProviderMember,
    new: NewRequest,
) -> Result<(Created, bool), RequestError> {
    let platform = state.platform();
    let (actor, now) = (provider.member.actor(), platform.business_now());
    platform
        .write("authorization_request", move |tx, platform| {
            let older = authorizations::lock_pending(tx, new.provider_id, new.merchant_id)?;
            let replaced = older.is_some_and(|older| older.overdue(now).is_none());
            Ok((consent::create(tx, platform, &new, (actor, now))?, replaced))
        })
        .await
}
