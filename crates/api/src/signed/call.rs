//! The judgement, and what a handler finds of a call that passed.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::extract::{ConnectInfo, Request};
use bytes::Bytes;
use countersign_crypto::RequestTag;
use countersign_domain::Timestamp;
use countersign_domain::api_key::ApiKeyStatus;
use countersign_service::Platform;
use countersign_service::api_keys::VerifyingKey;
use countersign_service::authority::{ActFor, Call, Caller};
use countersign_service::authorizations::AuthorizationToken;
use countersign_wire::body::refuse_token_header;
use countersign_wire::endpoint::{BodyRule, TokenRule};
use countersign_wire::{Body, Endpoint, OnBehalf, Refusal, RequestHeaders, ResultCode};
use http::HeaderMap;
use http::request::Parts;

use super::{body, head, rate_limit, replay, window};
use crate::answer::Rejection;
use crate::client_address::client_address;
use crate::refusals;
use crate::state::Shared;
use crate::witness::BodySlot;

/// A call whose signature held, whose key may be used from where it came, and which was not sent before.
pub(crate) struct Signed {
    pub(crate) state: Arc<Shared>,
    pub(crate) caller: Caller,
    endpoint: &'static Endpoint,
    headers: HeaderMap,
    body: Bytes,
}

impl Signed {
    /// Judges a call of `endpoint`.
    pub(crate) async fn judge(
        state: Arc<Shared>,
        endpoint: &'static Endpoint,
        request: Request,
    ) -> Result<Self, Rejection> {
        let (parts, stream) = request.into_parts();
        let head = head::check_method(&parts.method)
            .and_then(|()| head::check_content_type(&parts.headers, &stream, endpoint));
        // The body is taken in before any refusal: a client that sends head and body apart would find its kept connection
        // closed when we answered without reading.
        let body = body::read(&parts.headers, stream, state.settings.body_timeout).await;
        head?;
        let body = body.map_err(Refusal::from)?;
        if let Some(slot) = parts.extensions.get::<BodySlot>() {
            slot.put(&body);
        }
        let headers = RequestHeaders::parse(head::raw(&parts.headers))?;
        let arrived = state.platform.wall_now();
        let key = find_key(&state, headers.api_key).await?;
        // The caller's clock is judged, not how long a busy database let the call wait.
        window::check(headers.timestamp_ms, arrived, state.settings.timestamp_window_ms)?;
        let wall_now = state.platform.wall_now();
        if wall_now.ms_since(arrived) > state.settings.timestamp_window_ms {
            return Err(waited_too_long().into());
        }
        let tag = verify(&key, &headers, &body)?;
        replay::check(&state.replays, (key.key.id, &tag), Timestamp::from_ms(headers.timestamp_ms), wall_now)?;
        let caller = caller(&state, &parts, &key)?;
        if let Some(limit) = &state.rate_limit {
            rate_limit::check(limit, key.key.id, wall_now)?;
        }
        take_fault(&state, endpoint)?;
        Ok(Self { state, caller, endpoint, headers: parts.headers, body })
    }
}

/// The key, if it is known and in use.
async fn find_key(state: &Shared, text: &str) -> Result<Arc<VerifyingKey>, Rejection> {
    let refuse = |rule| Refusal::new(ResultCode::InvalidApiKeyOrIp, rule, "decisions.md row 7");
    let key = state.find_key(text).await.map_err(refusals::key)?;
    let key = key.ok_or_else(|| refuse("no key like the one in BinancePay-Certificate-SN is known here"))?;
    match key.key.status {
        ApiKeyStatus::Active => Ok(key),
        ApiKeyStatus::Revoked { .. } => Err(refuse("the key in BinancePay-Certificate-SN was revoked").into()),
    }
}

/// A call that waited longer than the window: the set of signatures may have forgotten an earlier one like it.
fn waited_too_long() -> Refusal {
    let rule = "the server took longer over this call than the time window allows; try again";
    Refusal::new(ResultCode::ActionTooFrequent, rule, "decisions.md row 1")
}

/// What is said of a wrong signature where the doctor is not asked.
const WRONG_SIGNATURE: &str = "the signature does not match: take HMAC-SHA512 with the API secret over timestamp LF nonce LF \
    body LF, the body byte for byte as sent, and write it as 128 upper-case hex digits";

/// The tag, once it held over the raw bytes.
fn verify(key: &VerifyingKey, headers: &RequestHeaders<'_>, body: &[u8]) -> Result<RequestTag, Refusal> {
    let refuse = |rule| Refusal::new(ResultCode::InvalidSignature, rule, "partner.md 1.3");
    let tag = RequestTag::from_upper_hex(headers.signature).map_err(|error| refuse(error.to_string()))?;
    let held = key.verifier.verify(headers.timestamp, headers.nonce, body, &tag);
    held.map(|()| tag).map_err(|_| refuse(WRONG_SIGNATURE.to_owned()))
}

/// The machine that called, once its key's own address list holds it (`decisions.md` row 14).
fn caller(state: &Shared, parts: &Parts, key: &VerifyingKey) -> Result<Caller, Rejection> {
    let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>();
    let peer = peer.ok_or_else(|| Rejection::internal("the listener does not tell the peer's address"))?.0;
    let address = client_address(peer, &parts.headers, &state.settings.trusted_proxies);
    if !key.key.addresses.allows(address) {
        let rule = format!("the key's own address list does not hold {address}");
        return Err(Refusal::new(ResultCode::InvalidApiKeyOrIp, rule, "decisions.md row 14").into());
    }
    Ok(Caller { key_id: key.key.id, merchant_id: key.key.merchant_id, scopes: key.key.scopes, address })
}

/// Answers with a planned fault if there is one. Codes of success are no faults.
fn take_fault(state: &Shared, endpoint: &Endpoint) -> Result<(), Refusal> {
    let Some(code) = state.faults.as_ref().and_then(|faults| faults.take(endpoint.path)) else { return Ok(()) };
    let rule = "the sandbox was told to answer this call with this code";
    match code {
        ResultCode::Success | ResultCode::RepeatRequestSuccess => Ok(()),
        code if code.names_parameter() => Err(Refusal::of_field(code, "fault", rule, "contract.md 3")),
        code => Err(Refusal::new(code, rule, "contract.md 3")),
    }
}

impl Signed {
    /// Reads the body: JSON, then the token, then what the endpoint asks for.
    pub(crate) fn read<'s, T>(
        &'s self,
        from_body: impl FnOnce(&Body<'s>) -> Result<T, Refusal>,
    ) -> Result<(T, Call), Refusal> {
        let body = match self.endpoint.body {
            BodyRule::Ignored => Body::parse_any(&self.body),
            BodyRule::MayBeEmpty if self.body.is_empty() => Body::empty(),
            BodyRule::MayBeEmpty | BodyRule::Required => Body::parse(&self.body)?,
        };
        refuse_token_header(self.headers.keys().map(http::HeaderName::as_str))?;
        let act_for = act_for(&self.state.platform, self.endpoint, body.on_behalf_token()?)?;
        let request = from_body(&body)?;
        Ok((request, Call { caller: self.caller.clone(), act_for, now: self.now() }))
    }

    /// As [`Self::read`], where there are no parameters.
    pub(crate) fn read_nothing(&self) -> Result<Call, Refusal> {
        self.read(|_| Ok(())).map(|((), call)| call)
    }

    /// Business time.
    pub(crate) fn now(&self) -> Timestamp {
        self.state.platform.business_now()
    }
}

/// For whom the call acts (`decisions.md` rows 15 and 54).
fn act_for(platform: &Platform, endpoint: &Endpoint, token: OnBehalf<'_>) -> Result<ActFor, Refusal> {
    match (token, endpoint.token) {
        (OnBehalf::Own, _) => Ok(ActFor::Own),
        (_, TokenRule::Refused) => {
            let rule = "this call takes no BinancePay-technicalServiceProviderAuthId: it is made for oneself only";
            Err(Refusal::invalid_request(rule, "decisions.md row 15"))
        }
        (OnBehalf::Token(text), TokenRule::Accepted) => {
            Ok(ActFor::Token(AuthorizationToken::lookup_hashes(platform, &text)))
        }
        (OnBehalf::NotAToken, TokenRule::Accepted) => Ok(ActFor::NotAToken),
    }
}
