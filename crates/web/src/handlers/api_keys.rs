//! API keys: listed, made, deleted. A secret is in one answer and never again.

use axum::extract::{Path, State};
use countersign_domain::api_key::{API_KEY_NAME_LENGTH_MAX, API_KEYS_MAX, ApiKey};
use countersign_domain::{AddressList, ScopeSet, Timestamp};
use countersign_service::api_keys::{self as service, KeyError, KeyPair, NewKey};
use countersign_store::StoreError;
use countersign_store::queries::api_keys;
use secrecy::ExposeSecret;

use super::Answer;
use super::helpers::{done, id, ok, refused};
use crate::describe::{address_list, parse_addresses, scope_set, scope_texts, scope_ticks};
use crate::failure::Failure;
use crate::forms::ApiKeyAddForm;
use crate::pages::{ApiKeyAddPage, ApiKeyCreatedPage, ApiKeyLine, ApiKeyListPage, ErrorKind};
use crate::paths;
use crate::session::{Member, Notice, SessionForm};
use crate::state::WebState;
use crate::view::{Moment, Place, Problem, TextField};

fn line(key: &ApiKey, now: Timestamp) -> ApiKeyLine {
    let titles = || scope_texts(key.scopes).into_iter().map(|text| text.title.to_owned()).collect();
    ApiKeyLine {
        key_id: key.id.to_string(),
        name: key.name.clone(),
        identity: key.key.clone(),
        access: if key.scopes == ScopeSet::ALL { Vec::new() } else { titles() },
        addresses: address_list(&key.addresses),
        created: Moment::at(key.created_at.ms(), now.ms()),
        last_used: None,
    }
}

/// The keys in use, newest first.
pub(crate) async fn list(State(state): State<WebState>, member: Member) -> Answer {
    let (owner, now) = (member.id(), state.platform().business_now());
    let read = state
        .platform()
        .read("api_keys_of_merchant", move |tx, _| api_keys::active_of_merchant(tx, owner, API_KEYS_MAX));
    let keys = read.await.map_err(|error: StoreError| Failure::from(error))?;
    let limit = usize::try_from(API_KEYS_MAX).expect("the bound is small");
    ok(&ApiKeyListPage {
        chrome: member.chrome(Place::ApiKeys),
        limit_reached: u32::try_from(API_KEYS_MAX).ok().filter(|_| keys.len() >= limit),
        keys: keys.iter().map(|key| line(key, now)).collect(),
    })
}

/// What is wrong with the form.
#[derive(Default)]
struct Faults {
    name: Option<String>,
    access: Option<String>,
    addresses: Option<String>,
    whole: Option<String>,
}

fn page(member: &Member, form: &ApiKeyAddForm, ticked: ScopeSet, faults: &Faults) -> ApiKeyAddPage {
    let fields = [("name", &faults.name), ("access-group", &faults.access), ("addresses", &faults.addresses)];
    let of_fields = fields.into_iter().filter_map(|(field, text)| Some(Problem::of(field, text.clone()?)));
    ApiKeyAddPage {
        chrome: member.chrome(Place::ApiKeys),
        name: TextField { value: form.name.clone(), error: faults.name.clone() },
        access: scope_ticks(ScopeSet::ALL, ticked, |text| text.short),
        access_error: faults.access.clone(),
        addresses: TextField { value: form.addresses.join("\n"), error: faults.addresses.clone() },
        problems: of_fields.chain(faults.whole.clone().map(Problem::form)).collect(),
    }
}

/// The form. Everything is ticked, as it is for the keys that an account begins with.
pub(crate) async fn add_form(member: Member) -> Answer {
    let empty = ApiKeyAddForm { name: String::new(), access: Vec::new(), addresses: Vec::new() };
    ok(&page(&member, &empty, ScopeSet::ALL, &Faults::default()))
}

fn read(form: &ApiKeyAddForm, scopes: ScopeSet) -> Result<AddressList, Faults> {
    match parse_addresses(&form.addresses) {
        Ok(addresses) if !scopes.is_empty() => Ok(addresses),
        addresses => {
            let access = scopes.is_empty().then(|| "Tick at least one family of calls.".to_owned());
            Err(Faults { access, addresses: addresses.err(), ..Faults::default() })
        }
    }
}

fn fault_of(error: KeyError) -> Result<Faults, Failure> {
    match error {
        KeyError::Name => {
            let text =
                format!("Give it a name of 1 to {API_KEY_NAME_LENGTH_MAX} characters, all of which can be seen.");
            Ok(Faults { name: Some(text), ..Faults::default() })
        }
        KeyError::TooMany => {
            let text = format!("You have {API_KEYS_MAX} keys, which is as many as there may be. Delete one first.");
            Ok(Faults { whole: Some(text), ..Faults::default() })
        }
        KeyError::Store(error) => Err(error.into()),
        error => Err(Failure::internal(error)),
    }
}

/// Makes a key and shows its secret, once.
pub(crate) async fn add(State(state): State<WebState>, member: Member, SessionForm(data): SessionForm) -> Answer {
    let form = ApiKeyAddForm::read(&data);
    let scopes = scope_set(&form.access).ok_or(Failure::page(ErrorKind::BadRequest))?;
    let addresses = match read(&form, scopes) {
        Ok(addresses) => addresses,
        Err(faults) => return refused(&page(&member, &form, scopes, &faults)),
    };
    let platform = state.platform();
    let pair = KeyPair::draw(platform, state.settings().api_key_prefix);
    let new = NewKey { merchant_id: member.id(), name: form.name.clone(), scopes, addresses, pair: pair.clone() };
    let who = (member.actor(), platform.business_now());
    if let Err(error) =
        platform.write("api_key_create", move |tx, platform| service::create(tx, platform, &new, who)).await
    {
        return refused(&page(&member, &form, scopes, &fault_of(error)?));
    }
    ok(&ApiKeyCreatedPage {
        chrome: member.chrome(Place::ApiKeys),
        name: form.name,
        identity: pair.key,
        secret: pair.secret.expose_secret().to_owned(),
        api_base_url: state.settings().api_base_url.clone(),
    })
}

/// Deletes a key for good.
pub(crate) async fn delete(
    State(state): State<WebState>,
    Path(text): Path<String>,
    member: Member,
    SessionForm(_): SessionForm,
) -> Answer {
    let (key, owner) = (id(&text)?, member.id());
    let who = (member.actor(), state.platform().business_now());
    match state.platform().write("api_key_revoke", move |tx, _| service::revoke(tx, owner, key, who)).await {
        Ok(()) => Ok(done(&state, paths::API_KEYS, Notice::KeyDeleted)),
        Err(KeyError::UnknownKey) => Ok(done(&state, paths::API_KEYS, Notice::NoLongerPossible)),
        Err(KeyError::Store(error)) => Err(error.into()),
        Err(error) => Err(Failure::internal(error)),
    }
}
