//! Signing in, errors, the provider's side, vendors, keys.

use countersign_web::pages::{
    ApiKeyAddPage, ApiKeyCreatedPage, ApiKeyLine, ApiKeyListPage, AuthorizationAddPage, AuthorizationCancelPage,
    AuthorizationCreatedPage, AuthorizationDetailPage, AuthorizationLine, AuthorizationListPage, BlockedLine,
    BlockedProvidersPage, ErrorKind, ErrorPage, ForgotPasswordPage, LimitsForm, LinkSentPage, LinkState, OrderFacts,
    Purpose, RefusedCallLine, RefusedCallListPage, RefusedCallPage, SetPasswordPage, SignInPage, SignedOutPage,
    TokenView, VendorDetailPage, VendorDisablePage, VendorLine, VendorListPage, VendorState,
};
use countersign_web::view::{Pager, Place, Problem, SCOPES, ScopeText, StatusPill, TextField, Tick, Tone, scope_text};

use super::{DAY, HOUR, MINUTE, Sample, anonymous, at, choice, event, flashed, merchant, money, provider, sample};

const LINK: &str = "http://127.0.0.1:8420/portal/review-authorization?authId=210462863998500864";

fn scopes(codes: &[&str]) -> Vec<&'static ScopeText> {
    codes.iter().filter_map(|code| scope_text(code)).collect()
}

fn ticks(ticked: &[&str], short: bool) -> Vec<Tick> {
    SCOPES
        .iter()
        .map(|scope| Tick {
            value: scope.code.to_owned(),
            label: scope.title.to_owned(),
            hint: if short { scope.short } else { scope.allows }.to_owned(),
            ticked: ticked.contains(&scope.code),
        })
        .collect()
}

pub(crate) fn limits() -> LimitsForm {
    LimitsForm {
        order_amount: TextField::default(),
        currencies: vec![choice("USDT", "USDT", true), choice("USDC", "USDC", false), choice("BNB", "BNB", false)],
        ends_on: TextField::default(),
        ends_on_min: "2026-11-22".to_owned(),
    }
}

pub(super) fn all() -> Vec<Sample> {
    let mut samples = entrance();
    samples.extend(provider_side());
    samples.extend(vendors());
    samples.extend(developers());
    samples.extend(refused_calls());
    samples
}

fn entrance() -> Vec<Sample> {
    let plain = SignInPage {
        chrome: anonymous(),
        email: TextField::default(),
        problems: vec![],
        locked_until: None,
        next: "/portal/review-authorization?authId=210462863998500864".to_owned(),
        reason: "Sign in to review the request of a provider.".to_owned(),
    };
    let refused = SignInPage {
        chrome: anonymous(),
        email: TextField::holding("owner@harbour.example"),
        problems: vec![Problem::of("email", "No account has this e-mail address and password.")],
        locked_until: Some("in 10 minutes".to_owned()),
        next: String::new(),
        reason: String::new(),
    };
    let open = LinkState::Open {
        account: "Harbour Books".to_owned(),
        email: "owner@harbour.example".to_owned(),
        token: "wlc_4f92".to_owned(),
    };
    let link = |purpose, state, wrong: bool| SetPasswordPage {
        chrome: anonymous(),
        purpose,
        state,
        password_error: wrong.then(|| "Use at least 12 characters.".to_owned()),
        repeat_error: wrong.then(|| "The two are not the same.".to_owned()),
        problems: if wrong { vec![Problem::of("password", "Use at least 12 characters.")] } else { vec![] },
        password_min: 12,
    };
    let forgot = |mails_leave, email: TextField| ForgotPasswordPage {
        chrome: anonymous(),
        problems: email.error.clone().map(|text| Problem::of("email", text)).into_iter().collect(),
        email,
        mails_leave,
    };
    let error = |kind, chrome| ErrorPage { chrome, kind, reference: "req_01J9ZK".to_owned() };
    vec![
        sample("sign-in", &plain),
        sample("sign-in-refused", &refused),
        sample("signed-out", &SignedOutPage { chrome: anonymous() }),
        sample("welcome", &link(Purpose::First, open.clone(), false)),
        sample("welcome-wrong", &link(Purpose::First, open.clone(), true)),
        sample("welcome-unusable", &link(Purpose::First, LinkState::Unusable, false)),
        sample("reset-password", &link(Purpose::Reset, open.clone(), false)),
        sample("reset-password-wrong", &link(Purpose::Reset, open, true)),
        sample("reset-password-unusable", &link(Purpose::Reset, LinkState::Unusable, false)),
        sample("forgot-password", &forgot(true, TextField::default())),
        sample(
            "forgot-password-wrong",
            &forgot(true, TextField::holding("owner").wrong("This is not an e-mail address.")),
        ),
        sample("forgot-password-no-mail", &forgot(false, TextField::default())),
        sample("link-sent", &LinkSentPage { chrome: anonymous() }),
        sample("error-not-found", &error(ErrorKind::NotFound, anonymous())),
        sample("error-form-expired", &error(ErrorKind::FormExpired, merchant(None))),
        sample("error-not-allowed", &error(ErrorKind::NotAllowed, merchant(None))),
        sample("error-wrong-account", &error(ErrorKind::WrongAccount, merchant(None))),
        sample("error-bad-request", &error(ErrorKind::BadRequest, anonymous())),
        sample("error-too-many", &error(ErrorKind::TooMany, anonymous())),
        sample("error-busy", &error(ErrorKind::Busy, anonymous())),
        sample("error-internal", &error(ErrorKind::Internal, anonymous())),
    ]
}

fn authorization(name: &str, id: &str, state: &str, codes: &[&str], age: i64) -> AuthorizationLine {
    let pending = state == "PENDING";
    AuthorizationLine {
        authorization_id: format!("21046286399850{}", age / HOUR),
        href: "/portal/technical-vendor/210462863998500864".to_owned(),
        merchant_name: name.to_owned(),
        merchant_id: id.to_owned(),
        status: StatusPill::authorization(state),
        is_change: name.starts_with("Harbour"),
        scopes: codes.iter().map(|code| (*code).to_owned()).collect(),
        created: at(-age),
        decided: (!pending).then(|| at(-age + HOUR)),
        expires: pending.then(|| at(DAY - age)),
    }
}

fn provider_side() -> Vec<Sample> {
    let here = || provider(Some(Place::TechnicalVendor));
    let lines = vec![
        authorization("Harbour Books", "1000100000002", "PENDING", &["CHECKOUT", "REFUND", "BALANCE"], 2 * HOUR),
        authorization("North Quay Coffee Roasters", "1000100000017", "AUTHORIZED", &["CHECKOUT", "REFUND"], 9 * DAY),
        authorization("Atelier Weiß", "1000100000019", "FROZEN", &["CHECKOUT"], 12 * DAY),
        authorization("Lumen Bikes", "1000100000023", "REJECTED", &["CHECKOUT", "PAYOUT"], 20 * DAY),
        authorization("Old Mill Bakery", "1000100000024", "EXPIRED", &["CHECKOUT"], 31 * DAY),
    ];
    let pager = Pager { newer: None, older: Some("/portal/technical-vendor?before=210".to_owned()) };
    let list = |lines, pager, limit| AuthorizationListPage { chrome: here(), lines, pager, open_limit_reached: limit };
    let add = |wrong: bool| AuthorizationAddPage {
        chrome: here(),
        merchant_id: if wrong {
            TextField::holding("100010000000x").wrong("A merchant ID has digits only.")
        } else {
            TextField::default()
        },
        scopes: ticks(&["CHECKOUT"], true),
        scopes_error: wrong.then(|| "Choose at least one permission.".to_owned()),
        addresses: if wrong {
            TextField::holding("203.0.113.7\n203.0.113.300").wrong("Line 2: “203.0.113.300” is no address.")
        } else {
            TextField::default()
        },
        problems: if wrong {
            vec![
                Problem::of("merchant_id", "A merchant ID has digits only."),
                Problem::of("scopes", "Choose at least one permission."),
                Problem::of("addresses", "Line 2: “203.0.113.300” is no address."),
            ]
        } else {
            vec![]
        },
    };
    let created = AuthorizationCreatedPage {
        chrome: here(),
        merchant_name: "Harbour Books".to_owned(),
        merchant_id: "1000100000002".to_owned(),
        review_url: LINK.to_owned(),
        expires: at(DAY),
        scopes: scopes(&["CHECKOUT", "REFUND", "BALANCE"]),
        detail_href: "/portal/technical-vendor/210462863998500864".to_owned(),
        replaced_older: true,
        is_change: false,
    };
    let detail = |state: &str, token, pending: bool| AuthorizationDetailPage {
        chrome: here(),
        authorization_id: "210462863998500864".to_owned(),
        merchant_name: "Harbour Books".to_owned(),
        merchant_id: "1000100000002".to_owned(),
        status: StatusPill::authorization(state),
        status_text: if pending {
            "The merchant has not decided yet. Calls with this token are refused."
        } else {
            "Calls with this token act for the merchant."
        }
        .to_owned(),
        token,
        scopes: scopes(&["CHECKOUT", "REFUND", "BALANCE"]),
        addresses: if pending { vec![] } else { vec!["203.0.113.7".to_owned(), "2001:db8:4::/48".to_owned()] },
        limits: if pending { vec![] } else { vec!["At most 500 USDT per order".to_owned()] },
        expires: pending.then(|| at(22 * HOUR)),
        review_url: pending.then(|| LINK.to_owned()),
        cancel_href: pending.then(|| "/portal/technical-vendor/210462863998500864/cancel".to_owned()),
        timeline: vec![
            event(-HOUR, "Approved", "Harbour Books", Some(StatusPill::authorization("AUTHORIZED"))),
            event(-2 * HOUR, "Asked for authority", "ops@acme.example", Some(StatusPill::authorization("PENDING"))),
        ],
    };
    let cancel = AuthorizationCancelPage {
        chrome: here(),
        authorization_id: "210462863998500864".to_owned(),
        merchant_name: "Harbour Books".to_owned(),
        merchant_id: "1000100000002".to_owned(),
    };
    let whole = "4f92a76767a948d8b5ab60abd8ca2e15".to_owned();
    vec![
        sample("provider-list", &list(lines, pager, None)),
        sample("provider-list-empty", &list(vec![], Pager::default(), Some(50))),
        sample("provider-add", &add(false)),
        sample("provider-add-wrong", &add(true)),
        sample("provider-created", &created),
        sample("provider-detail-pending", &detail("PENDING", TokenView::None, true)),
        sample("provider-detail", &detail("AUTHORIZED", TokenView::Masked("4f92…2e15".to_owned()), false)),
        sample("provider-detail-revealed", &detail("AUTHORIZED", TokenView::Shown(whole), false)),
        sample("provider-cancel", &cancel),
    ]
}

fn vendors() -> Vec<Sample> {
    let line = |name: &str, state: &str, used: Option<i64>| VendorLine {
        href: "/portal/vendors/210462863998500864".to_owned(),
        provider_name: name.to_owned(),
        provider_id: "1000100000001".to_owned(),
        status: StatusPill::authorization(state),
        scopes: vec!["Take payments", "Give refunds", "See balances"],
        since: at(-9 * DAY),
        last_used: used.map(at),
        ends: None,
    };
    let detail = |state, status: &str, wrong: bool| VendorDetailPage {
        chrome: flashed(merchant(Some(Place::Vendors)), Tone::Good, "Saved. It holds from now on."),
        authorization_id: "210462863998500864".to_owned(),
        provider_name: "Acme Checkout".to_owned(),
        provider_id: "1000100000001".to_owned(),
        state,
        status: StatusPill::authorization(status),
        since: at(-9 * DAY),
        last_used: Some(at(-3 * MINUTE)),
        granted: scopes(&["CHECKOUT", "REFUND", "BALANCE"]),
        scopes: ticks(&["CHECKOUT", "REFUND", "BALANCE"], false)
            .into_iter()
            .filter(|tick| tick.ticked)
            .map(|tick| Tick { ticked: !wrong, ..tick })
            .collect(),
        scopes_error: wrong.then(|| "Leave at least one, or disable the vendor.".to_owned()),
        addresses_now: vec!["203.0.113.7".to_owned(), "2001:db8:4::/48".to_owned()],
        addresses: TextField::holding("203.0.113.7\n2001:db8:4::/48"),
        limits_now: vec!["At most 500 USDT per order".to_owned(), "Ends after 31 Dec 2026".to_owned()],
        limits: LimitsForm {
            order_amount: TextField::holding("500"),
            ends_on: TextField::holding("2026-12-31"),
            ..limits()
        },
        problems: if wrong { vec![Problem::of("scopes", "Leave at least one permission.")] } else { vec![] },
        timeline: vec![
            event(-DAY, "Limit set: at most 500 USDT per order", "owner@harbour.example", None),
            event(-9 * DAY, "Approved", "owner@harbour.example", Some(StatusPill::authorization("AUTHORIZED"))),
        ],
        narrowing_open: wrong,
    };
    let blocked = |lines| BlockedProvidersPage { chrome: merchant(Some(Place::Blocked)), lines };
    let disable = VendorDisablePage {
        chrome: merchant(Some(Place::Vendors)),
        authorization_id: "210462863998500864".to_owned(),
        provider_name: "Acme Checkout".to_owned(),
        provider_id: "1000100000001".to_owned(),
    };
    let list = |pending, lines| VendorListPage { chrome: merchant(Some(Place::Vendors)), pending, lines };
    vec![
        sample(
            "vendors",
            &list(
                vec![money::request()],
                vec![
                    line("Acme Checkout", "AUTHORIZED", Some(-3 * MINUTE)),
                    line("Till & Tally", "FROZEN", Some(-4 * DAY)),
                    line("PayHelper", "DISABLED", None),
                ],
            ),
        ),
        sample("vendors-empty", &list(vec![], vec![])),
        sample("vendor", &detail(VendorState::Authorized, "AUTHORIZED", false)),
        sample("vendor-wrong", &detail(VendorState::Authorized, "AUTHORIZED", true)),
        sample("vendor-frozen", &detail(VendorState::Frozen, "FROZEN", false)),
        sample("vendor-ended", &detail(VendorState::Ended, "DISABLED", false)),
        sample("vendor-disable", &disable),
        sample(
            "blocked",
            &blocked(vec![BlockedLine {
                provider_name: "Shady Pay".to_owned(),
                provider_id: "1000100000666".to_owned(),
                since: at(-3 * DAY),
            }]),
        ),
        sample("blocked-empty", &blocked(vec![])),
    ]
}

fn developers() -> Vec<Sample> {
    let key = |name: &str, used| ApiKeyLine {
        key_id: "17".to_owned(),
        name: name.to_owned(),
        identity: "csbx4a7dd1b2c0f14f7f9b3fae5f3e3c0d96".to_owned(),
        access: vec!["Take payments".to_owned(), "Give refunds".to_owned()],
        addresses: vec!["203.0.113.7".to_owned()],
        created: at(-40 * DAY),
        last_used: used,
    };
    let keys = ApiKeyListPage {
        chrome: merchant(Some(Place::ApiKeys)),
        keys: vec![
            key("Web shop", Some(at(-2 * MINUTE))),
            ApiKeyLine { access: vec![], addresses: vec![], ..key("Till", None) },
        ],
        limit_reached: None,
    };
    let add = ApiKeyAddPage {
        chrome: merchant(Some(Place::ApiKeys)),
        name: TextField::default(),
        access: ticks(&["CHECKOUT", "REFUND"], false),
        access_error: None,
        addresses: TextField::default(),
        problems: vec![],
    };
    let created = ApiKeyCreatedPage {
        chrome: merchant(Some(Place::ApiKeys)),
        name: "Web shop".to_owned(),
        identity: "csbx4a7dd1b2c0f14f7f9b3fae5f3e3c0d96".to_owned(),
        secret: "csbx93b1d6c85f0a47c6a9e2b1f1c7d55e08".to_owned(),
        api_base_url: "http://127.0.0.1:8420".to_owned(),
    };
    vec![
        sample("api-keys", &keys),
        sample("api-keys-full", &ApiKeyListPage { keys: vec![], limit_reached: Some(20), chrome: merchant(None) }),
        sample("api-key-add", &add),
        sample("api-key-created", &created),
    ]
}

fn refused_calls() -> Vec<Sample> {
    let refused = |lines| RefusedCallListPage {
        chrome: merchant(Some(Place::ApiKeys)),
        key_name: "Web shop".to_owned(),
        kept: 20,
        lines,
    };
    let refused_line = RefusedCallLine {
        href: "/portal/developers/api-keys/17/refused/3".to_owned(),
        path: "/v2/order".to_owned(),
        code: "400002".to_owned(),
        explanation: "the signature does not match".to_owned(),
        at: at(-MINUTE),
    };
    let refused_call = |diagnosis: Option<&str>, body: Option<&str>, note: &str| RefusedCallPage {
        chrome: merchant(Some(Place::ApiKeys)),
        key_id: "17".to_owned(),
        key_name: "Web shop".to_owned(),
        path: "/v2/order".to_owned(),
        code: "400002".to_owned(),
        message: "Invalid signature".to_owned(),
        at: at(-MINUTE),
        explanation: "the signature does not match".to_owned(),
        source: "partner.md 1.3".to_owned(),
        diagnosis: diagnosis.map(str::to_owned),
        facts: vec![OrderFacts { name: "From".to_owned(), value: "203.0.113.7".to_owned(), is_code: true }],
        body: body.map(str::to_owned),
        body_note: note.to_owned(),
    };
    vec![
        sample("refused-calls", &refused(vec![refused_line])),
        sample("refused-calls-empty", &refused(vec![])),
        sample(
            "refused-call",
            &refused_call(
                Some("the signature is in lower-case hex; write it in upper case"),
                Some("{\n  \"a\": 1\n}"),
                "",
            ),
        ),
        sample("refused-call-early", &refused_call(None, None, "The call was refused before its body was read.")),
    ]
}
