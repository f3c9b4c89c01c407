//! Guards that cannot be forgotten (design §9.4): every endpoint of the wire's table, times every way in which a caller may
//! lack authority. The endpoints come from [`ENDPOINTS`]; nothing here lists them.
//!
//! A row that fails says which endpoint let whom through, and where to look.

use countersign_domain::authorization::OrderLimits;
use countersign_domain::merchant::MerchantStatus;
use countersign_domain::time::{DAY_MS, HOUR_MS};
use countersign_domain::{AddressList, Amount, Currency, Scope, ScopeSet};
use countersign_testkit::{Authority, Call, Merchant, Operator, Provider, Terms, TestApp, on_both_engines, only_from};
use countersign_wire::body::TOKEN_KEY;
use countersign_wire::endpoint::TokenRule;
use countersign_wire::{ENDPOINTS, Endpoint};
use serde_json::{Value, json};

use crate::samples::{self, Audience, Facts, Leaves};

/// Where no actor of these tests is.
const ELSEWHERE: &str = "198.51.100.7";

/// Declares the ways to call: name, code, the decision that asks for it.
macro_rules! cases {
    ($name:ident { $($case:ident $code:literal $row:literal;)+ }) => {
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        enum $name { $($case,)+ }

        impl $name {
            const ALL: &'static [Self] = &[$(Self::$case,)+];

            fn expected(self) -> (&'static str, &'static str) {
                match self { $(Self::$case => ($code, $row),)+ }
            }
        }
    };
}

cases! { WithToken {
    OwnWithoutToken "000000" "row 54";
    OwnWithNull "000000" "row 54";
    Granted "000000" "row 15";
    GrantedFromListedAddress "000000" "row 14";
    GrantedWithinLimit "000000" "row 13";
    GrantedBeforeItsEnd "000000" "row 19";
    ResumedAfterFreeze "000000" "row 12";
    GrantWithOpenChangeRequest "000000" "row 17";
    OwnKeyLacksTick "400606" "row 15";
    OnBehalfKeyLacksTick "400606" "row 15";
    ForeignToken "400606" "row 11";
    UnknownToken "400606" "row 11";
    TokenOfUpperCase "400606" "row 11";
    EmptyToken "400606" "row 54";
    BlankToken "400606" "row 54";
    PaddedToken "400606" "row 54";
    NumberToken "400606" "row 54";
    BooleanToken "400606" "row 54";
    ListToken "400606" "row 54";
    ObjectToken "400606" "row 54";
    TokenAsHeader "400001" "row 54";
    TokenKeyInLowerCase "400001" "row 54";
    TokenKeyWithUnderscore "400001" "row 54";
    TokenKeyTwice "400001" "row 54";
    Pending "400203" "row 12";
    Rejected "400203" "row 12";
    DeadlinePassed "400203" "rows 12 and 18";
    DeadlineRecorded "400203" "rows 12 and 18";
    Superseded "400203" "rows 12 and 16";
    Cancelled "400203" "row 12";
    Frozen "400203" "row 12";
    Disabled "400203" "row 12";
    GrantEnded "400203" "rows 12 and 19";
    GrantEndRecorded "400203" "rows 12 and 19";
    ScopeNotGranted "400606" "row 13";
    ScopeOnlyRequested "400606" "row 17";
    ScopeNarrowedAway "400606" "row 13";
    ScopeWithdrawnByOperator "400606" "row 13";
    WrongAddressOfAuthorization "400004" "row 14";
    WrongAddressOfKey "400004" "row 14";
    OnlyAuthorizationListsAddress "400004" "row 14";
    OverLimit "400606" "row 13";
    OtherCurrencyThanLimited "400606" "row 13";
    MerchantFrozen "400203" "row 12";
    ProviderFrozen "400203" "row 12";
    OwnAccountFrozen "400203" "row 12";
    NotOfTheAudience "400203" "row 52";
    NotOfTheAudienceOnBehalf "400203" "row 52";
    KeyRevoked "400004" "row 7";
    KeyRevokedWhileInUse "400004" "row 7";
} }

cases! { WithoutToken {
    Own "000000" "row 15";
    OwnWithNull "000000" "row 54";
    OwnKeyWithoutTicks "000000" "row 15";
    OwnFromListedAddress "000000" "row 14";
    ValidToken "400001" "row 15";
    UnknownToken "400001" "row 15";
    EmptyToken "400001" "row 15";
    NumberToken "400001" "row 15";
    TokenAsHeader "400001" "row 54";
    TokenKeyInLowerCase "400001" "row 54";
    TokenKeyTwice "400001" "row 54";
    WrongAddressOfKey "400004" "row 14";
    KeyRevoked "400004" "row 7";
    KeyRevokedWhileInUse "400004" "row 7";
    OwnAccountFrozen "400203" "row 12";
    NotOfTheAudience "400203" "row 53";
    Anonymous "400005" "row 7";
} }

/// One provider and one merchant on which a case plays, fresh for each.
struct Stage<'app> {
    app: &'app TestApp,
    operator: &'app Operator,
    endpoint: &'static Endpoint,
    provider: Provider,
    merchant: Merchant,
    facts: Facts,
}

impl<'app> Stage<'app> {
    async fn set(app: &'app TestApp, operator: &'app Operator, endpoint: &'static Endpoint) -> Self {
        let provider = app.provider("Acme Tech").await;
        let merchant = match samples::audience(endpoint.id) {
            Audience::Anyone | Audience::Providers => app.merchant("Corner Shop").await,
            Audience::Partners => Merchant::clone(&*app.partner("Corner Shops").await),
        };
        let mut facts = samples::facts(app, &provider, &merchant).await;
        if samples::audience(endpoint.id) == Audience::Partners {
            facts.sub_merchant = Some(samples::sub_merchant_of(&merchant, "Tea House").await);
        }
        if samples::moves_money(endpoint.id) {
            samples::fund(app, &merchant, &facts.existing).await;
        }
        if samples::is_about_refunds(endpoint.id) {
            let payer = app.payer_with("25.17").await;
            facts.refundable = Some(samples::refundable_of(app, &merchant, &payer).await);
        }
        // A record for `record/get` to find; it has expired by the time of the case.
        let asked = provider.request(&merchant, &Terms::all()).await;
        provider.cancel(asked.id).await;
        Self { app, operator, endpoint, provider, merchant, facts }
    }

    fn body(&self) -> Value {
        samples::body(self.endpoint.id, &self.facts)
    }

    fn needed(&self) -> Scope {
        samples::scope(self.endpoint).expect("an endpoint that takes a token has a scope, which wire's tests prove")
    }

    fn all_but_needed(&self) -> ScopeSet {
        let needed = samples::scopes(self.endpoint);
        Scope::ALL.into_iter().filter(|scope| !needed.contains(*scope)).collect()
    }

    /// Exactly what the endpoint needs.
    fn terms(&self) -> Terms {
        Terms::of(&[self.needed()])
    }

    fn own(&self) -> Call {
        self.merchant.call(self.endpoint.path, self.body())
    }

    fn own_with_key(&self, actor: &Merchant) -> Call {
        actor.call(self.endpoint.path, self.body())
    }

    fn on_behalf(&self, token: impl Into<Value>) -> Call {
        self.provider.call(self.endpoint.path, self.body()).on_behalf(token)
    }

    async fn granted(&self, terms: &Terms) -> Authority {
        self.app.grant_on(&self.provider, &self.merchant, terms).await
    }

    async fn pending(&self) -> Authority {
        self.provider.request(&self.merchant, &self.terms()).await
    }

    fn token_twice(&self, call: Call, token: &str) -> Call {
        let mut text = self.body().to_string();
        assert_eq!(text.pop(), Some('}'), "a body is an object");
        let comma = if text.ends_with('{') { "" } else { "," };
        call.raw_body(format!("{text}{comma}\"{TOKEN_KEY}\":\"{token}\",\"{TOKEN_KEY}\":\"{token}\"}}"))
    }

    fn misspelled(&self, actor: &Merchant, key: &str, token: &str) -> Call {
        let mut body = self.body();
        body[key] = json!(token);
        actor.call(self.endpoint.path, body)
    }
}

fn limits(amount: &str, currency: Currency) -> OrderLimits {
    let limit = Amount::parse(amount, currency).expect("an amount");
    OrderLimits::new(vec![limit]).expect("one positive limit")
}

impl WithToken {
    /// The call of this case, or `None` where it makes no sense for the endpoint.
    #[expect(clippy::too_many_lines, reason = "a table: one arm per case")]
    async fn call(self, stage: &Stage<'_>) -> Option<Call> {
        use WithToken::{
            BlankToken, BooleanToken, Cancelled, DeadlinePassed, DeadlineRecorded, Disabled, EmptyToken, ForeignToken,
            Frozen, GrantEndRecorded, GrantEnded, GrantWithOpenChangeRequest, Granted, GrantedBeforeItsEnd,
            GrantedFromListedAddress, GrantedWithinLimit, KeyRevoked, KeyRevokedWhileInUse, ListToken, MerchantFrozen,
            NotOfTheAudience, NotOfTheAudienceOnBehalf, NumberToken, ObjectToken, OnBehalfKeyLacksTick,
            OnlyAuthorizationListsAddress, OtherCurrencyThanLimited, OverLimit, OwnAccountFrozen, OwnKeyLacksTick,
            OwnWithNull, OwnWithoutToken, PaddedToken, Pending, ProviderFrozen, Rejected, ResumedAfterFreeze,
            ScopeNarrowedAway, ScopeNotGranted, ScopeOnlyRequested, ScopeWithdrawnByOperator, Superseded,
            TokenAsHeader, TokenKeyInLowerCase, TokenKeyTwice, TokenKeyWithUnderscore, TokenOfUpperCase, UnknownToken,
            WrongAddressOfAuthorization, WrongAddressOfKey,
        };
        let Stage { app, operator, provider, merchant, .. } = stage;
        Some(match self {
            OwnWithoutToken => stage.own(),
            OwnWithNull => stage.own().on_behalf(Value::Null),
            Granted => stage.on_behalf(stage.granted(&stage.terms()).await.token),
            GrantedFromListedAddress => {
                let authority = stage.granted(&stage.terms().from_addresses(&["198.51.100.0/24"])).await;
                let keyed = provider.with_key(ScopeSet::ALL, only_from(ELSEWHERE)).await;
                stage.own_with_key(&keyed).on_behalf(authority.token).from_address(ELSEWHERE)
            }
            GrantedWithinLimit => {
                let terms = Terms { limits: limits("25.17", Currency::USDT), ..stage.terms() };
                stage.on_behalf(stage.granted(&terms).await.token)
            }
            GrantedBeforeItsEnd => {
                let terms = Terms { ends_at: Some(app.now().plus_ms(1)), ..stage.terms() };
                stage.on_behalf(stage.granted(&terms).await.token)
            }
            ResumedAfterFreeze => {
                let authority = stage.granted(&stage.terms()).await;
                merchant.freeze(authority.id).await.expect("it is in force");
                merchant.unfreeze(authority.id).await.expect("it is frozen");
                stage.on_behalf(authority.token)
            }
            GrantWithOpenChangeRequest => {
                let authority = stage.granted(&stage.terms()).await;
                provider.request(merchant, &Terms { scopes: stage.all_but_needed(), ..Terms::all() }).await;
                stage.on_behalf(authority.token)
            }
            OwnKeyLacksTick => stage.own_with_key(&merchant.with_key(stage.all_but_needed(), AddressList::any()).await),
            OnBehalfKeyLacksTick => {
                let authority = stage.granted(&stage.terms()).await;
                let keyed = provider.with_key(stage.all_but_needed(), AddressList::any()).await;
                stage.own_with_key(&keyed).on_behalf(authority.token)
            }
            ForeignToken => {
                let stranger = app.provider("Stranger").await;
                let authority = app.grant_on(&stranger, merchant, &Terms::all()).await;
                stage.granted(&stage.terms()).await;
                stage.on_behalf(authority.token)
            }
            UnknownToken => stage.on_behalf("0123456789abcdef0123456789abcdef"),
            TokenOfUpperCase => {
                let token = stage.granted(&stage.terms()).await.token;
                assert_ne!(token, token.to_uppercase(), "32 hexadecimal digits without a letter: take another seed");
                stage.on_behalf(token.to_uppercase())
            }
            EmptyToken => stage.on_behalf(""),
            BlankToken => stage.on_behalf("  "),
            PaddedToken => stage.on_behalf(format!(" {} ", stage.granted(&stage.terms()).await.token)),
            NumberToken => stage.on_behalf(7),
            BooleanToken => stage.on_behalf(false),
            ListToken => stage.on_behalf(json!([stage.granted(&stage.terms()).await.token])),
            ObjectToken => stage.on_behalf(json!({})),
            TokenAsHeader => {
                let token = stage.granted(&stage.terms()).await.token;
                stage.own_with_key(provider).header(TOKEN_KEY, &token)
            }
            TokenKeyInLowerCase => {
                let token = stage.granted(&stage.terms()).await.token;
                stage.misspelled(provider, &TOKEN_KEY.to_lowercase(), &token)
            }
            TokenKeyWithUnderscore => {
                let token = stage.granted(&stage.terms()).await.token;
                stage.misspelled(provider, &TOKEN_KEY.replace('-', "_"), &token)
            }
            TokenKeyTwice => {
                let token = stage.granted(&stage.terms()).await.token;
                stage.token_twice(stage.own_with_key(provider), &token)
            }
            Pending => stage.on_behalf(stage.pending().await.token),
            Rejected => {
                let authority = stage.pending().await;
                merchant.reject(authority.id).await.expect("it is open");
                stage.on_behalf(authority.token)
            }
            DeadlinePassed => {
                let authority = stage.pending().await;
                app.advance_ms(DAY_MS);
                stage.on_behalf(authority.token)
            }
            DeadlineRecorded => {
                let authority = stage.pending().await;
                app.advance_ms(DAY_MS);
                assert!(app.expire_due().await >= 1);
                stage.on_behalf(authority.token)
            }
            Superseded => {
                let older = stage.pending().await;
                stage.granted(&stage.terms()).await;
                stage.on_behalf(older.token)
            }
            Cancelled => {
                let authority = stage.pending().await;
                provider.cancel(authority.id).await;
                stage.on_behalf(authority.token)
            }
            Frozen => {
                let authority = stage.granted(&stage.terms()).await;
                merchant.freeze(authority.id).await.expect("it is in force");
                stage.on_behalf(authority.token)
            }
            Disabled => {
                let authority = stage.granted(&stage.terms()).await;
                merchant.disable(authority.id).await.expect("it is in force");
                stage.on_behalf(authority.token)
            }
            GrantEnded | GrantEndRecorded => {
                let terms = Terms { ends_at: Some(app.now().plus_ms(HOUR_MS)), ..stage.terms() };
                let authority = stage.granted(&terms).await;
                app.advance_ms(HOUR_MS);
                assert!(self == GrantEnded || app.expire_due().await >= 1);
                stage.on_behalf(authority.token)
            }
            ScopeNotGranted => {
                let terms = Terms { scopes: stage.all_but_needed(), ..Terms::all() };
                stage.on_behalf(stage.granted(&terms).await.token)
            }
            ScopeOnlyRequested => {
                let terms = Terms { scopes: stage.all_but_needed(), ..Terms::all() };
                let authority = stage.granted(&terms).await;
                let change = provider.request(merchant, &Terms::all()).await;
                assert_eq!(change.token, authority.token, "a change request shows the grant's token");
                stage.on_behalf(change.token)
            }
            ScopeNarrowedAway => {
                let authority = stage.granted(&Terms::all()).await;
                let narrowed = Terms { scopes: stage.all_but_needed(), ..Terms::all() };
                merchant.regrant(authority.id, &narrowed).await.expect("it may be narrowed");
                stage.on_behalf(authority.token)
            }
            ScopeWithdrawnByOperator => {
                let authority = stage.granted(&Terms::all()).await;
                operator.set_allowed_scopes(provider.id, stage.all_but_needed()).await;
                stage.on_behalf(authority.token)
            }
            WrongAddressOfAuthorization => {
                let terms = stage.terms().from_addresses(&[ELSEWHERE, "2001:db8::/32"]);
                stage.on_behalf(stage.granted(&terms).await.token)
            }
            WrongAddressOfKey => {
                let authority = stage.granted(&stage.terms()).await;
                let keyed = provider.with_key(ScopeSet::ALL, only_from(ELSEWHERE)).await;
                stage.own_with_key(&keyed).on_behalf(authority.token)
            }
            OnlyAuthorizationListsAddress => {
                let authority = stage.granted(&stage.terms().from_addresses(&["203.0.113.0/24"])).await;
                let keyed = provider.with_key(ScopeSet::ALL, only_from(ELSEWHERE)).await;
                stage.own_with_key(&keyed).on_behalf(authority.token)
            }
            OverLimit | OtherCurrencyThanLimited => {
                if !samples::is_limited(stage.endpoint.id) {
                    return None;
                }
                let limits = match self {
                    OverLimit => limits("25.16999999", Currency::USDT),
                    _ => limits("1000000", Currency::BTC),
                };
                stage.on_behalf(stage.granted(&Terms { limits, ..stage.terms() }).await.token)
            }
            MerchantFrozen => {
                let authority = stage.granted(&stage.terms()).await;
                operator.set_status(merchant.id, MerchantStatus::Frozen).await;
                stage.on_behalf(authority.token)
            }
            ProviderFrozen => {
                let authority = stage.granted(&stage.terms()).await;
                operator.set_status(provider.id, MerchantStatus::Frozen).await;
                stage.on_behalf(authority.token)
            }
            OwnAccountFrozen => {
                operator.set_status(merchant.id, MerchantStatus::Frozen).await;
                stage.own()
            }
            NotOfTheAudience | NotOfTheAudienceOnBehalf => {
                if samples::audience(stage.endpoint.id) == Audience::Anyone {
                    return None;
                }
                let outsider = app.merchant("Outsider").await;
                if self == NotOfTheAudience {
                    stage.own_with_key(&outsider)
                } else {
                    stage.on_behalf(app.grant_on(provider, &outsider, &stage.terms()).await.token)
                }
            }
            KeyRevoked => {
                let authority = stage.granted(&stage.terms()).await;
                let keyed = provider.with_key(ScopeSet::ALL, AddressList::any()).await;
                keyed.revoke_key().await;
                stage.own_with_key(&keyed).on_behalf(authority.token)
            }
            KeyRevokedWhileInUse => {
                let authority = stage.granted(&Terms::all()).await;
                let keyed = provider.with_key(ScopeSet::ALL, AddressList::any()).await;
                let balance = keyed.call("/v2/balance", json!({"wallet": "FUNDING_WALLET"}));
                balance.on_behalf(authority.token.as_str()).await.data();
                keyed.revoke_key().await;
                stage.own_with_key(&keyed).on_behalf(authority.token)
            }
        })
    }

    /// For whom a call of this case acts when it succeeds.
    fn acts_for<'stage>(stage: &'stage Stage<'_>) -> &'stage Merchant {
        &stage.merchant
    }
}

impl WithoutToken {
    async fn call(self, stage: &Stage<'_>) -> Option<Call> {
        let Stage { app, operator, provider, merchant, endpoint, .. } = stage;
        let own = || stage.own_with_key(provider);
        Some(match self {
            Self::Own => own(),
            Self::OwnWithNull => own().on_behalf(Value::Null),
            Self::OwnKeyWithoutTicks => {
                stage.own_with_key(&*provider.with_key(ScopeSet::EMPTY, AddressList::any()).await)
            }
            Self::OwnFromListedAddress => {
                let keyed = provider.with_key(ScopeSet::ALL, only_from("198.51.100.0/24")).await;
                stage.own_with_key(&keyed).from_address(ELSEWHERE)
            }
            Self::ValidToken => own().on_behalf(stage.granted(&Terms::all()).await.token),
            Self::UnknownToken => own().on_behalf("0123456789abcdef0123456789abcdef"),
            Self::EmptyToken => own().on_behalf(""),
            Self::NumberToken => own().on_behalf(7),
            Self::TokenAsHeader => own().header(TOKEN_KEY, "0123456789abcdef0123456789abcdef"),
            Self::TokenKeyInLowerCase => stage.misspelled(provider, &TOKEN_KEY.to_lowercase(), "x"),
            Self::TokenKeyTwice => stage.token_twice(own(), "x"),
            Self::WrongAddressOfKey => {
                stage.own_with_key(&*provider.with_key(ScopeSet::ALL, only_from(ELSEWHERE)).await)
            }
            Self::KeyRevoked => {
                let keyed = provider.with_key(ScopeSet::ALL, AddressList::any()).await;
                keyed.revoke_key().await;
                stage.own_with_key(&keyed)
            }
            Self::KeyRevokedWhileInUse => {
                let keyed = provider.with_key(ScopeSet::ALL, AddressList::any()).await;
                keyed.call("/v2/balance", json!({"wallet": "FUNDING_WALLET"})).await.data();
                keyed.revoke_key().await;
                stage.own_with_key(&keyed)
            }
            Self::OwnAccountFrozen => {
                operator.set_status(provider.id, MerchantStatus::Frozen).await;
                own()
            }
            Self::NotOfTheAudience => match samples::audience(endpoint.id) {
                Audience::Anyone => return None,
                Audience::Providers | Audience::Partners => stage.own_with_key(merchant),
            },
            Self::Anonymous => app.anon().call(endpoint.path, stage.body()),
        })
    }
}

/// Makes an order's body from its number.
type OrderOf = fn(&str) -> Value;

/// Sends the call of one case, and asserts its code and what it left behind.
async fn judge(stage: &Stage<'_>, (case, code, row): (&str, &str, &str), call: Call, acts_for: Option<&Merchant>) {
    let Stage { app, endpoint, .. } = stage;
    let what = format!("{} × {case}", endpoint.path);
    let before = app.footprint().await;
    let answer = call.await;
    let advice = if code == "000000" {
        "a call that may be made was refused: look at the order of checks in crates/service/src/authority.rs"
    } else {
        "the use case's first statement must be authority::authorize (or of_provider) with the endpoint's scope, and \
         crates/api must pass the call's token and address on; see crates/service/src/authority.rs and api's Signed"
    };
    assert_eq!(
        answer.code,
        code,
        "{what}: decisions.md {row} asks for {code}; got {} ({}).\n{advice}",
        answer.text,
        answer.explanation()
    );
    let after = app.footprint().await;
    if code != "000000" {
        before.assert_same(&after, &what);
        assert!(!answer.explanation().is_empty(), "{what}: a refusal must explain itself to its owner");
        return;
    }
    match samples::leaves(endpoint.id) {
        Leaves::Nothing => before.assert_same(&after, &what),
        Leaves::Row(table) => assert_eq!(after.rows(table), before.rows(table) + 1, "{what}: one row in {table}"),
        Leaves::Change(table) => before.assert_changed(&after, table, &what),
    }
    if let (Some(merchant), Some(prepay_id)) = (acts_for, answer.data()["prepayId"].as_str()) {
        assert_eq!(app.merchant_of(prepay_id).await, merchant.id, "{what}: whose order it is");
    }
}

on_both_engines! {
    async fn every_endpoint_with_a_token_asks_for_authority(app: TestApp) {
        let operator = app.operator().await;
        for endpoint in ENDPOINTS.iter().filter(|endpoint| endpoint.token == TokenRule::Accepted) {
            for case in WithToken::ALL {
                let stage = Stage::set(&app, &operator, endpoint).await;
                let Some(call) = case.call(&stage).await else { continue };
                let (code, row) = case.expected();
                judge(&stage, (&format!("{case:?}"), code, row), call, Some(WithToken::acts_for(&stage))).await;
            }
        }
    }

    async fn every_endpoint_without_a_token_asks_for_the_caller(app: TestApp) {
        let operator = app.operator().await;
        for endpoint in ENDPOINTS.iter().filter(|endpoint| endpoint.token == TokenRule::Refused) {
            for case in WithoutToken::ALL {
                let stage = Stage::set(&app, &operator, endpoint).await;
                let Some(call) = case.call(&stage).await else { continue };
                let (code, row) = case.expected();
                judge(&stage, (&format!("{case:?}"), code, row), call, None).await;
            }
        }
    }

    // decisions.md row 15: an order with a contract needs CHECKOUT and DIRECT_DEBIT, of grant and key alike.
    async fn an_order_with_a_contract_needs_both_scopes(app: TestApp) {
        let contract = json!({
            "merchantContractCode": "contract1", "serviceName": "Ice cream every month", "scenarioCode": "Others",
            "singleUpperLimit": 20, "periodic": false,
        });
        let rows = [
            (vec![Scope::Checkout], Scope::ALL.to_vec(), "400606"),
            (vec![Scope::DirectDebit], Scope::ALL.to_vec(), "400606"),
            (Scope::ALL.to_vec(), vec![Scope::Checkout], "400606"),
            (Scope::ALL.to_vec(), vec![Scope::DirectDebit], "400606"),
            (vec![Scope::Checkout, Scope::DirectDebit], vec![Scope::Checkout, Scope::DirectDebit], "000000"),
        ];
        let provider = app.provider("Acme").await;
        let orders: [(&str, OrderOf); 2] = [("/v2/order", samples::order_v2), ("/v3/order", samples::order_v3)];
        for (path, order) in orders {
            for (granted, ticked, code) in &rows {
                let merchant = app.merchant("Shop").await;
                let authority = app.grant(&provider, &merchant, granted).await;
                let keyed = provider.with_key(ticked.iter().copied().collect(), AddressList::any()).await;
                let mut body = order(&samples::fresh(&app));
                body["directDebitContract"] = contract.clone();
                let answer = keyed.call(path, body).on_behalf(authority.token).await;
                assert_eq!(answer.code, *code, "{path}: granted {granted:?}, ticked {ticked:?}: {}", answer.text);
            }
        }
    }

    // decisions.md row 15: a refund is shown to whoever may refund, and to whoever may see the order; it is made by the first.
    async fn a_refund_is_seen_with_either_scope_and_made_with_one(app: TestApp) {
        let (provider, merchant) = (app.provider("Acme").await, app.merchant("Shop").await);
        let payer = app.payer_with("25.17").await;
        let refundable = samples::refundable_of(&app, &merchant, &payer).await;
        let query = json!({"refundRequestId": refundable.request_id});
        for (scope, seen, made) in [
            (Scope::Refund, "000000", "000000"),
            (Scope::Checkout, "000000", "400606"),
            (Scope::Payout, "400606", "400606"),
        ] {
            let authority = app.grant(&provider, &merchant, &[scope]).await;
            let keyed = merchant.with_key([scope].into_iter().collect(), AddressList::any()).await;
            let again = || samples::refund(&refundable.prepay_id, &samples::fresh(&app), "0.01");
            for call in [
                keyed.call("/order/refund/query", query.clone()),
                provider.call("/order/refund/query", query.clone()).on_behalf(authority.token.as_str()),
            ] {
                assert_eq!(call.await.code, seen, "{scope:?}");
            }
            for call in [
                keyed.call("/order/refund", again()),
                provider.call("/order/refund", again()).on_behalf(authority.token.as_str()),
            ] {
                assert_eq!(call.await.code, made, "{scope:?}");
            }
            merchant.disable(authority.id).await.expect("it is in force");
        }
        // Key and grant have nothing in common, though each has a scope that would do.
        let authority = app.grant(&provider, &merchant, &[Scope::Refund]).await;
        let keyed = provider.with_key([Scope::Checkout].into_iter().collect(), AddressList::any()).await;
        keyed.call("/order/refund/query", query).on_behalf(authority.token.as_str()).await.refused("400606");
    }

    // A withdrawal that was answered holds for whatever starts after it, and what was accepted before completes (design §6).
    async fn work_accepted_before_a_withdrawal_completes(app: TestApp) {
        let (provider, merchant) = (app.provider("Acme").await, app.merchant("Shop").await);
        let payer = app.payer_with("100").await;
        let authority = app.grant(&provider, &merchant, &[Scope::Checkout]).await;
        let token = authority.token.as_str();
        let created = provider.call("/v2/order", samples::order_v2("before1")).on_behalf(token).await;
        merchant.disable(authority.id).await.expect("it is in force");
        provider.call("/v2/order", samples::order_v2("after1")).on_behalf(token).await.refused("400203");
        let query = json!({"merchantTradeNo": "before1"});
        provider.call("/v2/order/query", query).on_behalf(token).await.refused("400203");
        payer.pay(&created.text_of("prepayId")).await;
        assert_eq!(app.usdt(&merchant).await, "25.17");
    }
}
