//! The person who reads: the session behind the cookie, the account behind the session.

use axum::extract::{FromRef, FromRequestParts};
use axum::http::HeaderMap;
use axum::http::request::Parts;
use countersign_domain::Timestamp;
use countersign_domain::id::PayerId;
use countersign_domain::merchant::{Merchant, MerchantKind};
use countersign_domain::user::{Role, User};
use countersign_service::sign_in;
use countersign_store::queries::{authorizations, merchants, payers};
use countersign_store::{ReadTx, StoreError};

use super::cookie::SESSION;
use super::{FLASH, Notice, csrf};
use crate::failure::Failure;
use crate::state::WebState;
use crate::view::{Chrome, Nav, Place, SandboxBanner, UserBadge, Visitor as MenuFor};

/// The most requests that the menu counts.
const WAITING_MAX: i64 = 99;

/// For whom somebody is signed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Party {
    /// A merchant of any kind.
    Merchant(Merchant),
    /// A payer.
    Payer {
        /// The number.
        id: PayerId,
        /// The name.
        name: String,
    },
    /// The operator.
    Operator,
}

/// A signed-in person.
pub struct Reader {
    /// Who it is.
    pub user: User,
    /// For whom.
    pub party: Party,
    /// The session's cookie; forms and signing out need it.
    pub(crate) token: String,
    pending: u32,
    frame: Chrome,
}

fn party(tx: &mut dyn ReadTx, role: Role, now: Timestamp) -> Result<Option<(Party, u32)>, StoreError> {
    Ok(match role {
        Role::Owner(id) => match merchants::get(tx, id)? {
            Some(merchant) => {
                let waiting = authorizations::pending_of_merchant(tx, id, now, WAITING_MAX)?.len();
                Some((Party::Merchant(merchant), u32::try_from(waiting).unwrap_or(u32::MAX)))
            }
            None => None,
        },
        Role::Payer(id) => payers::name(tx, id)?.map(|name| (Party::Payer { id, name }, 0)),
        Role::Operator => Some((Party::Operator, 0)),
    })
}

fn badge(user: &User, party: &Party) -> UserBadge {
    let (account, account_id) = match party {
        Party::Merchant(merchant) => (merchant.name.clone(), merchant.id.to_string()),
        Party::Payer { id, name } => (name.clone(), id.to_string()),
        Party::Operator => ("Operator".to_owned(), String::new()),
    };
    UserBadge { account, account_id, email: user.email.clone() }
}

/// What surrounds a page before it is known who reads it.
pub(crate) fn bare_frame(state: &WebState, headers: &HeaderMap) -> Chrome {
    let platform = state.platform();
    let banner = || SandboxBanner::for_clocks(platform.business_now().ms(), platform.wall_now().ms());
    Chrome {
        sandbox: state.settings().sandbox.then(banner),
        flash: FLASH.value(state, headers).and_then(Notice::said),
        ..Chrome::default()
    }
}

impl Reader {
    /// Whoever is signed in with the cookie of this request.
    pub(crate) async fn find(state: &WebState, headers: &HeaderMap) -> Result<Option<Self>, StoreError> {
        let Some(token) = SESSION.secret(state, headers).map(str::to_owned) else { return Ok(None) };
        let platform = state.platform();
        let hash = sign_in::session_hash(platform, &token);
        let (wall, business) = (platform.wall_now(), platform.business_now());
        let found = platform.read("session_reader", move |tx, _| {
            let Some(user) = sign_in::session_user(tx, &hash, wall)? else { return Ok(None) };
            let party = party(tx, user.role, business)?;
            Ok::<_, StoreError>(party.map(|(party, pending)| (user, party, pending)))
        });
        Ok(found.await?.map(|(user, party, pending)| {
            let frame = Chrome {
                user: Some(badge(&user, &party)),
                csrf: csrf::token(platform, &token),
                ..bare_frame(state, headers)
            };
            Self { user, party, token, pending, frame }
        }))
    }

    /// What surrounds a page of the portal at this place of the menu.
    pub fn chrome(&self, place: Option<Place>) -> Chrome {
        let in_sandbox = self.frame.sandbox.is_some();
        let nav = match &self.party {
            Party::Merchant(merchant) => {
                let is_provider = matches!(merchant.kind, MerchantKind::Provider { .. });
                let is_partner = merchant.kind == MerchantKind::Partner;
                let visitor = MenuFor { is_provider, is_partner, in_sandbox, pending_requests: self.pending };
                Some(Nav::merchant(visitor, place))
            }
            Party::Payer { .. } => Some(Nav::payer(in_sandbox, place)),
            Party::Operator => Some(Nav::operator(in_sandbox, place)),
        };
        Chrome { nav, ..self.frame.clone() }
    }

    /// What surrounds a page without a menu.
    pub fn plain_chrome(&self) -> Chrome {
        self.frame.clone()
    }
}

/// Where somebody goes back to after signing in; for a form it is the page that the form stood on, where that is known.
fn way_back(parts: &Parts) -> Option<String> {
    let path = parts.uri.path();
    if parts.method.is_safe() {
        return Some(parts.uri.path_and_query().map_or(path, |whole| whole.as_str()).to_owned());
    }
    let page = path.strip_suffix("/confirm").or_else(|| path.strip_suffix("/pay"))?;
    page.starts_with("/checkout/").then(|| page.to_owned())
}

impl<S: Send + Sync> FromRequestParts<S> for Reader
where
    WebState: FromRef<S>,
{
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Failure> {
        let found = Self::find(&WebState::from_ref(state), &parts.headers).await?;
        found.ok_or_else(|| Failure::SignIn { next: way_back(parts) })
    }
}

/// Anybody, signed in or not.
pub struct Visitor {
    /// Who it is, where signed in.
    pub reader: Option<Reader>,
    frame: Chrome,
}

impl Visitor {
    /// What surrounds a page without a menu.
    pub fn plain_chrome(&self) -> Chrome {
        self.reader.as_ref().map_or_else(|| self.frame.clone(), Reader::plain_chrome)
    }

    /// What surrounds a page at this place of the reader's menu.
    pub fn chrome(&self, place: Option<Place>) -> Chrome {
        self.reader.as_ref().map_or_else(|| self.frame.clone(), |reader| reader.chrome(place))
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Visitor
where
    WebState: FromRef<S>,
{
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Failure> {
        let state = WebState::from_ref(state);
        let reader = Reader::find(&state, &parts.headers).await?;
        Ok(Self { reader, frame: bare_frame(&state, &parts.headers) })
    }
}
