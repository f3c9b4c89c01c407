//! Everything that can be wrong with a call, for each endpoint: generated from the wire's table of endpoints and from each
//! request's schema, so that a new field or endpoint is covered the day it is declared.
//!
//! Every answer has the documented envelope and code (`decisions.md` rows 1, 3, 5, 54, 55), which `testkit` checks for each;
//! nothing panics (that would be 400000); and after each table the database is as it was before.

use std::collections::BTreeSet;
use std::sync::Mutex;
use std::time::Duration;

use countersign_testkit::{Answer, Call, Engine, Merchant, Partner, Provider, TestApp, endless, run, stalled};
use countersign_wire::body::TOKEN_KEY;
use countersign_wire::endpoint::BodyRule;
use countersign_wire::schema::Charset;
use countersign_wire::{ENDPOINTS, Endpoint, EndpointId, Field, Kind, Need};
use http::Method;
use serde_json::{Map, Value, json};

use crate::samples::{self, Audience, Facts, Leaves, Refundable};

/// What stands where a test's raw JSON goes.
const HOLE: &str = "@@HOLE@@";

/// How many paid orders there are to refund from; each takes nine refunds more.
const REFUNDABLES: usize = 7;

/// Milliseconds in an hour, for an order's expiry.
const HOUR_MS: i64 = 3_600_000;

/// How many orders stand ready to be closed: as many as one table has calls that succeed.
const OPEN_ORDERS: usize = 12;

/// Who calls an endpoint for itself, and with what.
struct Caller {
    app: TestApp,
    provider: Provider,
    merchant: Merchant,
    partner: Partner,
    sub_merchant: String,
    existing: String,
    /// Taken in turns, for one order takes few refunds.
    refundables: Vec<Refundable>,
    payer: String,
    /// Orders of the merchant that can be closed, each once.
    open: Mutex<Vec<String>>,
}

impl Caller {
    async fn new(app: TestApp) -> Self {
        let (provider, merchant) = (app.provider("Acme").await, app.merchant("Shop").await);
        let facts = samples::facts(&app, &provider, &merchant).await;
        samples::fund(&app, &merchant, &facts.existing).await;
        provider.request(&merchant, &countersign_testkit::Terms::all()).await;
        let partner = app.partner("Channel").await;
        let sub_merchant = samples::sub_merchant_of(&partner, "Tea House").await;
        let Facts { existing, payer, .. } = facts;
        let payers = app.payer_with("1000").await;
        let mut refundables = Vec::new();
        for _ in 0..REFUNDABLES {
            refundables.push(samples::refundable_of(&app, &merchant, &payers).await);
        }
        let open = Mutex::default();
        Self { app, provider, merchant, partner, sub_merchant, existing, refundables, payer, open }
    }

    /// Makes ready what calls of the endpoint use up.
    async fn stock(&self, endpoint: &Endpoint) {
        if endpoint.id != EndpointId::OrderClose {
            return;
        }
        for _ in 0..OPEN_ORDERS {
            let number = samples::fresh(&self.app);
            samples::order_of(&self.merchant, &number).await;
            self.open.lock().expect("no test panics with it").push(number);
        }
    }

    /// A call with this body that is to succeed. What is made of the sample is told by its text; where a call uses up what it
    /// names, this one names another.
    fn accepted(&self, endpoint: &Endpoint, text: &str) -> Call {
        if endpoint.id != EndpointId::OrderClose {
            return self.raw(endpoint, text);
        }
        let open = self.open.lock().expect("no test panics with it").pop().expect("OPEN_ORDERS are too few");
        self.raw(endpoint, &text.replace(&self.existing, &open))
    }

    /// The sample, to succeed.
    fn right(&self, endpoint: &Endpoint) -> Call {
        self.accepted(endpoint, &self.sample(endpoint).to_string())
    }

    fn facts(&self) -> Facts {
        let sub_merchant = Some(self.sub_merchant.clone());
        let turn = self.app.world().next_number() % u64::try_from(REFUNDABLES).expect("a few");
        let refundable = self.refundables[usize::try_from(turn).expect("a few")].clone();
        Facts {
            asked: self.merchant.id,
            existing: self.existing.clone(),
            open: self.existing.clone(),
            payer: self.payer.clone(),
            fresh: samples::fresh(&self.app),
            sub_merchant,
            refundable: Some(refundable),
        }
    }

    fn sample(&self, endpoint: &Endpoint) -> Value {
        samples::body(endpoint.id, &self.facts())
    }

    fn call(&self, endpoint: &Endpoint) -> Call {
        let body = self.sample(endpoint);
        match samples::audience(endpoint.id) {
            Audience::Anyone => self.merchant.call(endpoint.path, body),
            Audience::Providers => self.provider.call(endpoint.path, body),
            Audience::Partners => self.partner.call(endpoint.path, body),
        }
    }

    fn raw(&self, endpoint: &Endpoint, text: &str) -> Call {
        self.call(endpoint).raw_body(text.as_bytes())
    }
}

// ---------------------------------------------------------------------------------------------------------------------
// Fields.

/// A field anywhere in a request.
struct Place {
    /// As refusals name it: `goodsDetails[0].goodsType`.
    path: String,
    /// Where it stands in the body.
    pointer: String,
    need: Need,
    kind: &'static Kind,
    /// The field of the body under which it stands.
    top: &'static Field,
    /// An element of a list, which has no key of its own.
    element: bool,
    /// Of a list whose empty elements are left out.
    skipped_when_empty: bool,
}

fn places(fields: &'static [Field]) -> Vec<Place> {
    let mut places = Vec::new();
    for field in fields {
        collect(field, field, ("", ""), &mut places);
    }
    places
}

fn collect(field: &'static Field, top: &'static Field, (path, pointer): (&str, &str), places: &mut Vec<Place>) {
    let dot = if path.is_empty() { "" } else { "." };
    let (path, pointer) = (format!("{path}{dot}{}", field.name), format!("{pointer}/{}", field.name));
    match &field.kind {
        Kind::Object(fields) => fields.iter().for_each(|inner| collect(inner, top, (&path, &pointer), places)),
        Kind::List { of, skip_empty, .. } => {
            let (path, pointer) = (format!("{path}[0]"), format!("{pointer}/0"));
            if let Kind::Object(fields) = of {
                fields.iter().for_each(|inner| collect(inner, top, (&path, &pointer), places));
            }
            let need = if *skip_empty { Need::Optional } else { Need::Required };
            let skipped_when_empty = *skip_empty;
            places.push(Place { path, pointer, need, kind: of, top, element: true, skipped_when_empty });
        }
        _ => {}
    }
    let kind = &field.kind;
    places.push(Place { path, pointer, need: field.need, kind, top, element: false, skipped_when_empty: false });
}

/// A right value of a field, every field of an object filled. Where a kind alone does not make a value that a use case
/// accepts, the name helps.
fn value(field: &Field, app: &TestApp) -> Value {
    match field.name {
        "orderExpireTime" => json!(app.now().ms() + HOUR_MS),
        "currency" => json!("USDT"),
        "fiatCurrency" => json!("EUR"),
        "terminalType" => json!("WEB"),
        "ipWhitelist" => json!(["203.0.113.7"]),
        "merchantMcc" | "subPayMccCode" => json!("5511"),
        "registrationCountry" | "certificateCountry" => json!("SG"),
        "blockPayerKycCountries" => json!(["SG"]),
        _ => of_kind(&field.kind, app),
    }
}

fn of_kind(kind: &Kind, app: &TestApp) -> Value {
    match kind {
        Kind::Text { min, charset, .. } => json!(letter(*charset).repeat((*min).max(1))),
        Kind::MerchantTradeNo => json!(samples::fresh(app)),
        Kind::Identifier { .. } => json!("1"),
        Kind::Enum(values) => json!(values[0]),
        Kind::Integer { min, .. } => json!(min),
        Kind::TimestampMs => json!(1_700_000_000_000_i64),
        Kind::Amount => json!("25.17"),
        Kind::CurrencyCodes { .. } => json!("USDT,BNB"),
        Kind::Boolean => json!(false),
        Kind::Url { .. } => json!("https://shop.example/x?y=1"),
        Kind::Object(fields) => {
            Value::Object(fields.iter().map(|field| (field.name.to_owned(), value(field, app))).collect::<Map<_, _>>())
        }
        Kind::List { of, .. } => json!([of_kind(of, app)]),
    }
}

/// One character of the set.
const fn letter(charset: Charset) -> &'static str {
    match charset {
        Charset::Any => "\u{1F34E}",
        Charset::Bmp => "\u{e9}",
        Charset::Alphanumeric | Charset::Upper => "A",
        Charset::Digits => "7",
    }
}

/// A row of the table: what is wrong, the raw JSON that stands there instead, and the code. `None` takes the key away.
type Wrong = (&'static str, Option<String>, &'static str);

#[expect(clippy::unnecessary_wraps, reason = "rows hold `None` where the key is taken away")]
fn json_text(text: &str) -> Option<String> {
    Some(json!(text).to_string())
}

/// What stands for nothing (`decisions.md` rows 9 and 49).
fn absences(place: &Place) -> Vec<(&'static str, Option<String>)> {
    let mut rows = vec![("null", Some("null".to_owned())), ("empty text", Some("\"\"".to_owned()))];
    if !place.element {
        rows.push(("missing", None));
    }
    rows
}

/// Every wrong value of a kind, with the code that `decisions.md` row 55 gives it.
fn wrong_values(kind: &Kind) -> Vec<Wrong> {
    let raw = |text: &str| Some(text.to_owned());
    let mut rows: Vec<Wrong> = Vec::new();
    let mut types = |values: &[&str], code: &'static str| {
        rows.extend(values.iter().map(|value| ("wrong type", raw(value), code)));
    };
    match kind {
        Kind::Text { min, max, charset } => {
            types(&["5", "true", "[]", "{}", "1.5"], "400101");
            let one = letter(*charset);
            rows.push(("too long by one", json_text(&one.repeat(max + 1)), "400101"));
            if *min > 1 {
                rows.push(("too short by one", json_text(&one.repeat(min - 1)), "400101"));
            }
            let with = |char: &str| json_text(&format!("{}{char}", one.repeat((*min).max(2) - 1)));
            rows.push(("control character", with("\u{7}"), "400103"));
            rows.push(("line feed", with("\n"), "400103"));
            match charset {
                Charset::Any => {}
                Charset::Bmp => rows.push(("beyond the BMP", with("\u{1F34E}"), "400103")),
                Charset::Alphanumeric | Charset::Digits | Charset::Upper => {
                    rows.push(("illegal character", with("-"), "400101"));
                    rows.push(("letter of another script", with("\u{e9}"), "400101"));
                }
            }
        }
        Kind::MerchantTradeNo => {
            types(&["5", "true", "[]", "{}"], "400201");
            rows.push(("too long by one", json_text(&"a".repeat(33)), "400201"));
            for text in ["a-b", "a_b", "a b", "\u{e9}", "a\n", "\u{1F34E}"] {
                rows.push(("illegal character", json_text(text), "400201"));
            }
        }
        Kind::Identifier { max, .. } => {
            types(&["true", "[]", "{}", "1.5", "-1", "1e3"], "400101");
            rows.push(("too long by one", json_text(&"7".repeat(max + 1)), "400101"));
            rows.push(("too long by one, a number", raw(&"7".repeat(max + 1)), "400101"));
            rows.push(("illegal character", json_text("1-1"), "400101"));
            rows.push(("control character", json_text("1\u{7}"), "400103"));
        }
        Kind::Enum(values) => {
            types(&["5", "true", "[]", "{}"], "400101");
            for text in ["NONSENSE", " ", "\u{e9}"] {
                rows.push(("not of the list", json_text(text), "400102"));
            }
            let other_case = swap_case(values[0]);
            if !values.contains(&other_case.as_str()) {
                rows.push(("wrong case", json_text(&other_case), "400102"));
            }
            rows.push(("padded", json_text(&format!("{} ", values[0])), "400102"));
        }
        Kind::Integer { min, max } => {
            types(&["\"1\"", "true", "[]", "{}", "1.5", "1e0"], "400101");
            rows.push(("one too large", Some((max + 1).to_string()), "400102"));
            rows.push(("one too small", Some((min - 1).to_string()), "400102"));
            rows.push(("beyond 64 bits", raw("99999999999999999999"), "400102"));
        }
        Kind::TimestampMs => {
            types(&["true", "[]", "{}", "1.5", "\"soon\"", "\"1.5\""], "400101");
            rows.push(("before 1970", raw("-1"), "400102"));
            rows.push(("beyond 64 bits", raw("99999999999999999999"), "400102"));
        }
        Kind::Amount => {
            types(&["true", "[]", "{}", "\"abc\"", "\"1,5\"", "\"0x10\"", "\"NaN\"", "\" 1\""], "400101");
            for text in ["0.123456789", "\"0.123456789\"", "1e-9"] {
                rows.push(("nine decimals", raw(text), "400101"));
            }
            for text in ["0", "-1", "\"0\"", "\"0.00000000\"", "-1e-8", "1e300"] {
                rows.push(("out of range", raw(text), "400102"));
            }
        }
        Kind::CurrencyCodes { max } => return wrong_currency_codes(*max),
        Kind::Boolean => types(&["\"true\"", "1", "0", "[]", "{}"], "400101"),
        Kind::Url { max } => {
            types(&["5", "true", "[]", "{}"], "400101");
            for text in ["ftp://shop.example/", "javascript:alert(1)", "shop.example", "https://", "//shop.example"] {
                rows.push(("no http URL", json_text(text), "400101"));
            }
            let base = "https://shop.example/";
            rows.push(("too long by one", json_text(&format!("{base}{}", "x".repeat(max + 1 - base.len()))), "400101"));
            rows.push(("control character", json_text("https://shop.example/\u{7}"), "400103"));
        }
        Kind::Object(_) => types(&["5", "true", "[]", "\"x\"", "[{}]"], "400101"),
        Kind::List { min, max, of, .. } => {
            types(&["5", "true", "{}", "\"x\""], "400101");
            let element = match of {
                Kind::Enum(values) => json!(values[0]).to_string(),
                Kind::Object(_) => "{}".to_owned(),
                _ => "\"203.0.113.7\"".to_owned(),
            };
            rows.push(("one element too many", Some(format!("[{}]", vec![element; max + 1].join(","))), "400101"));
            if *min > 0 {
                rows.push(("no element", raw("[]"), "400100"));
            }
        }
    }
    rows
}

fn wrong_currency_codes(max: usize) -> Vec<Wrong> {
    let raw = |text: &str| Some(text.to_owned());
    let wrong_types = ["5", "true", "[\"USDT\"]", "{}"].map(|text| ("wrong type", raw(text), "400101"));
    let no_codes =
        ["usdt", "USDT;BNB", "USDT BNB", ",", "U"].map(|text| ("no currency codes", json_text(text), "400101"));
    let others = [
        ("too long by one", json_text(&format!("USDT{}", ",".repeat(max - 3))), "400101"),
        ("control character", json_text("USDT\u{7}"), "400103"),
        ("nothing that is known", json_text("ABC,XYZ"), "400102"),
    ];
    wrong_types.into_iter().chain(no_codes).chain(others).collect()
}

fn swap_case(text: &str) -> String {
    let swap =
        |char: char| if char.is_ascii_uppercase() { char.to_ascii_lowercase() } else { char.to_ascii_uppercase() };
    text.chars().map(swap).collect()
}

/// The sample with everything filled that lies above and beside the place.
fn base(caller: &Caller, endpoint: &Endpoint, place: &Place) -> Value {
    let mut body = caller.sample(endpoint);
    let top = value(place.top, &caller.app);
    // What the sample has already says more than a made-up value; an object's optional fields are still filled in.
    match (&mut body[place.top.name], top) {
        (Value::Object(there), Value::Object(filled)) => {
            for (key, value) in filled {
                there.entry(key).or_insert(value);
            }
        }
        (Value::Array(there), Value::Array(filled)) if there.first().is_some_and(Value::is_object) => {
            let (there, filled) = (there[0].as_object_mut().expect("an object"), filled[0].as_object().expect("alike"));
            for (key, value) in filled {
                there.entry(key.clone()).or_insert(value.clone());
            }
        }
        (there, filled) if there.is_null() => *there = filled,
        _ => {}
    }
    body
}

/// The body's text with `raw` at the place, or without the place.
fn with(mut body: Value, place: &Place, raw: Option<&str>) -> String {
    let (parent, name) = place.pointer.rsplit_once('/').expect("pointers begin with a slash");
    let parent = body.pointer_mut(parent).unwrap_or_else(|| panic!("{}: its parent is in the body", place.path));
    match (parent, raw) {
        (Value::Object(members), Some(_)) => drop(members.insert(name.to_owned(), json!(HOLE))),
        (Value::Object(members), None) => drop(members.remove(name)),
        (Value::Array(elements), Some(_)) => elements[0] = json!(HOLE),
        (other, _) => panic!("{}: its parent is {other}", place.path),
    }
    body.to_string().replace(&format!("\"{HOLE}\""), raw.unwrap_or_default())
}

/// Whether a field is required by a rule that joins several, not by its row.
fn required_by_rule(id: EndpointId, path: &str) -> bool {
    match id {
        EndpointId::OrderCreateV2 | EndpointId::OrderCreateV3 => matches!(path, "orderAmount" | "currency"),
        EndpointId::OrderQueryV1 | EndpointId::OrderQueryV2 | EndpointId::OrderClose => path == "merchantTradeNo",
        EndpointId::Certificates
        | EndpointId::ProviderConfigQuery
        | EndpointId::ProviderCreate
        | EndpointId::ProviderRecordGet
        | EndpointId::ProviderRecord
        | EndpointId::OrderRefund
        | EndpointId::OrderRefundQuery
        | EndpointId::OrderCreateV1
        | EndpointId::PayerVerification
        | EndpointId::BalanceV1
        | EndpointId::BalanceV2
        | EndpointId::WalletTransfer
        | EndpointId::WalletTransferQuery
        | EndpointId::SubMerchantQuery => false,
        // The rules for the sample's kind of business; tests/it/sub_merchants.rs has them all.
        EndpointId::SubMerchantAdd | EndpointId::SubMerchantModify => matches!(
            path,
            "merchantType"
                | "country"
                | "companyName"
                | "registrationNumber"
                | "registrationCountry"
                | "registrationAddress"
                | "incorporationDate"
                | "siteType"
                | "siteName"
        ),
    }
}

/// Whether a field's value is judged by its place in a table or beside another field as well, or must be something that
/// exists; `tests/it/sub_merchants.rs` and `tests/it/wallet_transfers.rs` have those rules.
fn judged_otherwise(id: EndpointId, path: &str) -> bool {
    match id {
        // What is asked for must exist.
        EndpointId::SubMerchantQuery | EndpointId::OrderRefundQuery | EndpointId::WalletTransferQuery => true,
        EndpointId::SubMerchantAdd | EndpointId::SubMerchantModify => matches!(
            path,
            "merchantMcc"
                | "subPayMccCode"
                | "country"
                | "registrationCountry"
                | "certificateCountry"
                | "blockPayerKycCountries[0]"
        ),
        _ => false,
    }
}

/// Asserts code and, where the message names the parameter, the path.
#[track_caller]
fn assert_refused(answer: &Answer, (what, code, path): (&str, &str, &str)) {
    assert_eq!(answer.code, code, "{what}: {} ({})", answer.text, answer.explanation());
    assert!(!answer.explanation().is_empty(), "{what}: a refusal explains itself");
    if matches!(code, "400100" | "400101" | "400102" | "400103") {
        let expected = format!("Parameter '{path}' not valid, was empty/null, or too long/short, or wrong format.");
        assert_eq!(answer.message(), expected, "{what}");
    }
}

/// Runs `refusals` and asserts that they left nothing, then `successes` and that they left what they should.
async fn judge(caller: &Caller, endpoint: &Endpoint, refusals: Vec<Row>, successes: Vec<(String, Call)>) {
    assert!(!refusals.is_empty());
    let before = caller.app.footprint().await;
    for Row { what, code, path, call } in refusals {
        let what = format!("{} {what}", endpoint.path);
        assert_refused(&call.await, (&what, code, &path));
    }
    let between = caller.app.footprint().await;
    before.assert_same(&between, format!("a refused call of {}", endpoint.path));
    let mut accepted = 0;
    for (what, call) in successes {
        let answer = call.await;
        assert_eq!(answer.code, "000000", "{} {what}: {} ({})", endpoint.path, answer.text, answer.explanation());
        accepted += 1;
    }
    let after = caller.app.footprint().await;
    match samples::leaves(endpoint.id) {
        Leaves::Nothing => between.assert_same(&after, endpoint.path),
        Leaves::Row(table) => assert_eq!(after.rows(table), between.rows(table) + accepted, "{}", endpoint.path),
        Leaves::Change(table) => between.assert_changed(&after, table, endpoint.path),
    }
    assert_eq!(caller.app.check().await.findings, []);
}

struct Row {
    what: String,
    code: &'static str,
    path: String,
    call: Call,
}

fn fields_of(caller: &Caller, endpoint: &'static Endpoint) -> (Vec<Row>, Vec<(String, Call)>) {
    let (mut refusals, mut successes) = (Vec::new(), Vec::new());
    for place in places(endpoint.request.fields) {
        let path = &place.path;
        let required = place.need == Need::Required || required_by_rule(endpoint.id, path);
        let mut refuse = |what: &str, text: String, code| {
            let call = caller.raw(endpoint, &text);
            refusals.push(Row { what: format!("{path}: {what}"), code, path: path.clone(), call });
        };
        for (what, raw) in absences(&place) {
            let text = with(base(caller, endpoint, &place), &place, raw.as_deref());
            if required && !place.skipped_when_empty {
                refuse(what, text, "400100");
            } else if endpoint.id == EndpointId::SubMerchantQuery && path == "subMerchantId" {
                // Neither of the two is as bad as both (partner.md 5.4).
                refuse(what, text, "400102");
            } else {
                successes.push((format!("{path}: {what}"), caller.accepted(endpoint, &text)));
            }
        }
        for (what, raw, code) in wrong_values(place.kind) {
            let text = with(base(caller, endpoint, &place), &place, raw.as_deref());
            let shown: String = raw.unwrap_or_default().chars().take(40).collect();
            refuse(&format!("{what}: {shown}"), text, code);
        }
        if !place.element {
            let text = with_key_twice(&base(caller, endpoint, &place), &place.pointer);
            refuse("key twice", text, "400001");
        }
    }
    (refusals, successes)
}

/// The body's text with the member at `pointer` written twice.
fn with_key_twice(body: &Value, pointer: &str) -> String {
    fn write(value: &Value, at: &str, twice: &str) -> String {
        match value {
            Value::Object(members) => {
                let mut texts = Vec::new();
                for (key, value) in members {
                    let at = format!("{at}/{key}");
                    let text = format!("{}:{}", json!(key), write(value, &at, twice));
                    texts.extend(std::iter::repeat_n(text, if at == twice { 2 } else { 1 }));
                }
                format!("{{{}}}", texts.join(","))
            }
            Value::Array(elements) => {
                let texts: Vec<_> = elements
                    .iter()
                    .enumerate()
                    .map(|(index, value)| write(value, &format!("{at}/{index}"), twice))
                    .collect();
                format!("[{}]", texts.join(","))
            }
            scalar => scalar.to_string(),
        }
    }
    let text = write(body, "", pointer);
    assert!(text.len() > body.to_string().len(), "{pointer} stands in the body");
    text
}

#[test]
fn every_field_of_every_request_is_judged() {
    run(Engine::Sqlite, |app| async move {
        let caller = Caller::new(app).await;
        let (mut judged, mut rows) = (BTreeSet::new(), 0);
        for endpoint in ENDPOINTS.iter().filter(|endpoint| !endpoint.request.fields.is_empty()) {
            caller.stock(endpoint).await;
            let (refusals, successes) = fields_of(&caller, endpoint);
            rows += refusals.len() + successes.len();
            judge(&caller, endpoint, refusals, successes).await;
            judged.insert(endpoint.path);
        }
        // A table that lost its rows would pass in silence.
        assert!(judged.len() >= 7 && rows >= 1_000, "{rows} rows for {judged:?}");
    });
}

/// Where values end: exactly as long, as many and as large as the page allows is accepted.
#[test]
fn every_field_takes_what_its_bounds_allow() {
    run(Engine::Sqlite, |app| async move {
        let caller = Caller::new(app).await;
        for endpoint in ENDPOINTS {
            for place in places(endpoint.request.fields) {
                if judged_otherwise(endpoint.id, &place.path) {
                    continue;
                }
                let Some(raw) = at_the_bound(&place, &caller.app) else { continue };
                let text = with(base(&caller, endpoint, &place), &place, Some(&raw));
                let answer = caller.raw(endpoint, &text).await;
                assert_eq!(
                    answer.code,
                    "000000",
                    "{} {}: {} ({})",
                    endpoint.path,
                    place.path,
                    answer.text,
                    answer.explanation()
                );
            }
        }
    });
}

/// The longest value that the schema takes, where no rule beyond the schema judges the field.
fn at_the_bound(place: &Place, app: &TestApp) -> Option<String> {
    match (place.kind, place.path.as_str()) {
        // A currency is one of a table, an address has a syntax, and terms of a contract are dates.
        (Kind::Text { .. }, "currency" | "fiatCurrency" | "ipWhitelist[0]" | "goods.goodsUnitAmount.currency") => None,
        // A name is one partner's once.
        (Kind::Text { max, .. }, "merchantName") => json_text(&format!("{:\u{1F34E}>max$}", samples::fresh(app))),
        (Kind::Text { max, charset, .. }, _) => json_text(&letter(*charset).repeat(*max)),
        // What a query asks for must exist.
        (Kind::MerchantTradeNo, _) if place.need == Need::Required => {
            json_text(&format!("{:z>32}", samples::fresh(app)))
        }
        (Kind::Url { max }, _) => {
            let base = "https://shop.example/";
            json_text(&format!("{base}{}", "x".repeat(max - base.len())))
        }
        (Kind::Integer { max, .. }, _) => Some(max.to_string()),
        (Kind::CurrencyCodes { max }, _) => json_text(&format!("USDT{}", ",".repeat(max - 4))),
        (Kind::Amount, "orderAmount" | "totalFee") => Some("\"92233720368.54775807\"".to_owned()),
        (Kind::Boolean, _) => Some("true".to_owned()),
        _ => None,
    }
}

// ---------------------------------------------------------------------------------------------------------------------
// Bodies.

/// Whether a body that is no JSON object at all is accepted.
fn any_body(endpoint: &Endpoint) -> bool {
    endpoint.body == BodyRule::Ignored
}

fn bodies_of(caller: &Caller, endpoint: &'static Endpoint) -> (Vec<Row>, Vec<(String, Call)>) {
    let sample = caller.sample(endpoint).to_string();
    let deep = format!("{{\"deep\":{}{}}}", "[".repeat(100_000), "]".repeat(100_000));
    let objects = format!("{}1{}", "{\"a\":".repeat(33), "}".repeat(33));
    let no_object: Vec<(&str, Vec<u8>)> = vec![
        ("a BOM", [b"\xEF\xBB\xBF", sample.as_bytes()].concat()),
        ("UTF-16", sample.encode_utf16().flat_map(u16::to_le_bytes).collect()),
        (
            "invalid UTF-8",
            sample.replacen('{', "{\"x\":\"?\",", 1).bytes().map(|b| if b == b'?' { 0xFF } else { b }).collect(),
        ),
        ("deep lists", deep.into_bytes()),
        ("deep objects", objects.into_bytes()),
        ("a list", format!("[{sample}]").into_bytes()),
        ("a text", b"\"x\"".to_vec()),
        ("a number", b"1".to_vec()),
        ("null", b"null".to_vec()),
        ("cut off", sample.as_bytes()[..sample.len() - 1].to_vec()),
        ("two objects", format!("{sample}{sample}").into_bytes()),
        ("trailing comma", format!("{},}}", &sample[..sample.len() - 1]).into_bytes()),
        ("single quotes", b"{'a':1}".to_vec()),
        ("a NUL", format!("{sample}\0").into_bytes()),
        ("a form", b"merchantTradeNo=1&wallet=SPOT_WALLET".to_vec()),
        ("a lone surrogate as key", br#"{"\ud800":1}"#.to_vec()),
        ("white space alone", b" \n ".to_vec()),
    ];
    let (mut refusals, mut successes) = (Vec::new(), Vec::new());
    for (what, bytes) in no_object {
        let call = caller.call(endpoint).raw_body(bytes);
        if any_body(endpoint) {
            successes.push((what.to_owned(), call));
        } else {
            refusals.push(Row { what: what.to_owned(), code: "400008", path: String::new(), call });
        }
    }
    let mut refuse = |what: &str, code, call| {
        refusals.push(Row { what: what.to_owned(), code, path: String::new(), call });
    };
    if endpoint.body == BodyRule::Required {
        refuse("no body", "400008", caller.call(endpoint).raw_body(""));
    } else {
        successes.push(("no body".to_owned(), caller.call(endpoint).raw_body("")));
        let bare = caller.call(endpoint).raw_body("").without_header("content-type");
        successes.push(("no body and no content type".to_owned(), bare));
    }
    let padded = |bytes: usize| format!("{}{sample}", " ".repeat(bytes - sample.len()));
    refuse("2 MiB", "400104", caller.raw(endpoint, &padded(2 << 20)));
    refuse("2 MiB, announced", "400104", caller.raw(endpoint, &padded(2 << 20)).header("content-length", "2097152"));
    refuse("10 GiB, announced", "400104", caller.raw(endpoint, &sample).header("content-length", "10737418240"));
    refuse("without end", "400104", caller.call(endpoint).streamed(endless()));
    // Unknown keys are ignored, whatever they hold (row 9).
    let mut more = caller.sample(endpoint);
    more["unknown"] = json!({"a": [1, null, {"b": "\u{1F34E}"}]});
    more["another"] = Value::Null;
    successes.push(("unknown keys".to_owned(), caller.accepted(endpoint, &more.to_string())));
    let spaced = serde_json::to_string_pretty(&caller.sample(endpoint)).expect("JSON prints");
    successes.push(("white space".to_owned(), caller.accepted(endpoint, &format!("\r\n\t {spaced} \n"))));
    (refusals, successes)
}

#[test]
fn every_kind_of_body_is_judged_for_every_endpoint() {
    run(Engine::Sqlite, |app| async move {
        let caller = Caller::new(app).await;
        for endpoint in ENDPOINTS {
            caller.stock(endpoint).await;
            let (refusals, successes) = bodies_of(&caller, endpoint);
            judge(&caller, endpoint, refusals, successes).await;
        }
    });
}

/// Unknown keys deep inside are ignored like those at the top.
#[test]
fn unknown_keys_in_nested_objects_are_accepted() {
    run(Engine::Sqlite, |app| async move {
        let caller = Caller::new(app).await;
        for endpoint in ENDPOINTS {
            for place in places(endpoint.request.fields) {
                let Kind::Object(fields) = place.kind else { continue };
                // No sub-merchant exists yet that an order could name.
                if place.path == "merchant" {
                    continue;
                }
                let mut body = base(&caller, endpoint, &place);
                let object = body.pointer_mut(&place.pointer).expect("it is filled");
                assert!(object.is_object() && !fields.is_empty(), "{}", place.path);
                object["unknown"] = json!([{}]);
                caller.raw(endpoint, &body.to_string()).await.data();
            }
        }
    });
}

#[test]
fn a_slow_body_is_given_up() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let short = |setup: &mut countersign_testkit::Setup| setup.settings.body_timeout = Duration::from_millis(20);
        let caller = Caller::new(TestApp::start_with(Engine::Sqlite, short)).await;
        let before = caller.app.footprint().await;
        for endpoint in ENDPOINTS {
            for begin in [b"".as_slice(), b"{\"env\":".as_slice()] {
                let call = caller.call(endpoint).streamed(stalled(begin));
                call.await.refused("400008");
                let announced = caller.call(endpoint).streamed(stalled(begin)).header("content-length", "3000000");
                announced.await.refused("400104");
            }
        }
        before.assert_same(&caller.app.footprint().await, "a body that never came");
    });
}

// ---------------------------------------------------------------------------------------------------------------------
// Heads.

fn heads_of(caller: &Caller, endpoint: &'static Endpoint) -> (Vec<Row>, Vec<(String, Call)>) {
    let call = || caller.call(endpoint);
    let lower = |text: String| text.to_lowercase();
    let right = || caller.right(endpoint);
    let other_body = || caller.accepted(endpoint, &format!(" {}", caller.sample(endpoint)));
    let key = "0123456789abcdefghijklmnopqrstuvwxyz0123456789abcdefghijklmnopqr";
    let now = caller.app.now().ms();
    let rows: Vec<(&str, &'static str, Call)> = vec![
        ("signed with another secret", "400002", call().signed_with("wrong")),
        ("signed with an empty secret", "400002", call().signed_with("")),
        ("signature in lower case", "400002", call().signature(lower)),
        ("signature cut", "400002", call().signature(|text| text[1..].to_owned())),
        ("signature with something behind", "400002", call().signature(|text| format!("{text}0"))),
        ("signature of zeros", "400002", call().signature(|_| "0".repeat(128))),
        ("signature no hex", "400002", call().signature(|_| "G".repeat(128))),
        ("signature empty", "400002", call().signature(|_| String::new())),
        ("signature missing", "400002", call().without_header("binancepay-signature")),
        ("clock 2 s behind", "400003", call().timestamp_offset_ms(-2_000)),
        ("clock 2 s ahead", "400003", call().timestamp_offset_ms(2_000)),
        ("clock 1 ms too far behind", "400003", call().timestamp_offset_ms(-1_001)),
        ("clock 1 ms too far ahead", "400003", call().timestamp_offset_ms(1_001)),
        ("timestamp in seconds", "400003", call().timestamp(&(now / 1_000).to_string())),
        ("timestamp in microseconds", "400003", call().timestamp(&format!("{now}000"))),
        ("timestamp missing", "400003", call().without_header("binancepay-timestamp")),
        ("timestamp empty", "400003", call().timestamp("")),
        ("timestamp negative", "400003", call().timestamp("-1")),
        ("timestamp no digits", "400003", call().timestamp("2026-01-15T12:00:00Z")),
        ("timestamp a fraction", "400003", call().timestamp(&format!("{now}.0"))),
        ("timestamp beyond 64 bits", "400003", call().timestamp(&"9".repeat(40))),
        ("key unknown", "400004", call().api_key(key)),
        ("key missing", "400005", call().without_header("binancepay-certificate-sn")),
        ("key empty", "400005", call().api_key("")),
        ("key cut", "400005", call().api_key(&key[1..])),
        ("key in upper case", "400005", call().api_key(&key.to_uppercase())),
        ("key too long", "400005", call().api_key(&format!("{key}0"))),
        ("nonce missing", "400001", call().without_header("binancepay-nonce")),
        ("nonce empty", "400001", call().nonce("")),
        ("nonce of 15", "400001", call().nonce(&"n".repeat(15))),
        ("nonce of 65", "400001", call().nonce(&"n".repeat(65))),
        ("nonce with a space", "400001", call().nonce("nonce nonce nonce nonce")),
        ("GET", "400006", call().method(Method::GET)),
        ("PUT", "400006", call().method(Method::PUT)),
        ("DELETE", "400006", call().method(Method::DELETE)),
        ("PATCH", "400006", call().method(Method::PATCH)),
        ("no content type", "400007", call().without_header("content-type")),
        ("a form's content type", "400007", call().header("content-type", "application/x-www-form-urlencoded")),
        ("plain text", "400007", call().header("content-type", "text/plain")),
        ("nearly JSON", "400007", call().header("content-type", "application/jsonp")),
        ("JSON in a parameter", "400007", call().header("content-type", "text/plain; a=application/json")),
    ];
    let refusals =
        rows.into_iter().map(|(what, code, call)| Row { what: what.to_owned(), code, path: String::new(), call });
    let successes = vec![
        ("clock 1 s behind", right().timestamp_offset_ms(-1_000)),
        ("clock 1 s ahead", right().timestamp_offset_ms(1_000)),
        ("nonce of 16", right().nonce("0123456789abcdef")),
        ("nonce of 24 with signs", right().nonce("MDEyMzQ1Njc4OUFCQ0RFRg==")),
        ("nonce of 64", right().nonce(&"~".repeat(64))),
        ("a nonce again, with the same timestamp", other_body().nonce("0123456789abcdef")),
        ("JSON with a charset", right().header("content-type", "application/json; charset=utf-8")),
        ("JSON in capitals", right().header("content-type", "Application/JSON;charset=UTF-8")),
    ];
    let successes = successes.into_iter().map(|(what, call)| (what.to_owned(), call));
    (refusals.collect(), successes.collect())
}

#[test]
fn every_head_is_judged_for_every_endpoint() {
    run(Engine::Sqlite, |app| async move {
        let caller = Caller::new(app).await;
        for endpoint in ENDPOINTS {
            caller.stock(endpoint).await;
            let (refusals, successes) = heads_of(&caller, endpoint);
            judge(&caller, endpoint, refusals, successes).await;
        }
    });
}

/// A repeat of the whole signed request is refused, over all paths, whether or not the first one succeeded (row 5).
#[test]
fn a_replay_is_refused_for_every_endpoint() {
    run(Engine::Sqlite, |app| async move {
        let caller = Caller::new(app).await;
        for endpoint in ENDPOINTS {
            let body = caller.sample(endpoint).to_string();
            let again = |nonce: &str| caller.raw(endpoint, &body).nonce(nonce);
            let nonce = caller.app.world().next_nonce();
            again(&nonce).await.data();
            let before = caller.app.footprint().await;
            again(&nonce).await.refused("400001");
            // A signature that did not hold is not remembered, and does not use up the right one.
            let other = caller.app.world().next_nonce();
            again(&other).signature(|_| "0".repeat(128)).await.refused("400002");
            again(&other).signature(|_| "0".repeat(128)).await.refused("400002");
            // A refused body is a call all the same.
            let broken = || caller.raw(endpoint, &format!("{{\"{TOKEN_KEY}\":1,\"{TOKEN_KEY}\":1}}")).nonce(&other);
            broken().await.refused("400001");
            let repeated = broken().await.refused("400001");
            assert!(repeated.explanation().contains("accepted before"), "{}", repeated.explanation());
            before.assert_same(&caller.app.footprint().await, endpoint.path);
            // Once its timestamp has left the window, the repeat is too old instead.
            caller.app.world().wall().advance_ms(1_001);
            let old = caller.app.world().wall_now().ms() - 1_001;
            again(&nonce).timestamp(&old.to_string()).await.refused("400003");
        }
    });
}

/// The order of judgement is fixed, so that of several mistakes always the same one is told.
#[test]
fn of_several_mistakes_the_first_is_told() {
    run(Engine::Sqlite, |app| async move {
        let caller = Caller::new(app).await;
        for endpoint in ENDPOINTS.iter().filter(|endpoint| endpoint.body == BodyRule::Required) {
            let worst =
                || caller.raw(endpoint, "[").api_key("x").timestamp("x").nonce("x").signature(|_| "x".to_owned());
            worst().method(Method::GET).header("content-type", "x").await.refused("400006");
            worst().header("content-type", "x").await.refused("400007");
            worst().await.refused("400005");
            let key = caller.merchant.credentials.api_key.clone();
            worst().api_key(&key).await.refused("400003");
            let now = caller.app.now().ms().to_string();
            worst().api_key(&key).timestamp(&now).await.refused("400001");
            let nonce = caller.app.world().next_nonce();
            worst().api_key(&key).timestamp(&now).nonce(&nonce).await.refused("400002");
            caller.raw(endpoint, "[").await.refused("400008");
        }
    });
}

/// `fail_status = 200` answers every refusal with 200; the envelope is the same (row 1).
#[test]
fn always_200_changes_the_status_alone() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let always = |setup: &mut countersign_testkit::Setup| {
            setup.settings.fail_status = countersign_api::FailStatus::Always200;
            setup.settings.explain = false;
        };
        let caller = Caller::new(TestApp::start_with(Engine::Sqlite, always)).await;
        for endpoint in ENDPOINTS {
            for (call, code) in [
                (caller.call(endpoint).signed_with("wrong"), "400002"),
                (caller.call(endpoint).method(Method::GET), "400006"),
                (caller.call(endpoint).timestamp("x"), "400003"),
            ] {
                let answer = call.await.refused(code);
                assert_eq!(answer.status, 200);
                assert_eq!(answer.explanation(), "", "explanations are the sandbox's alone");
            }
        }
        let unknown = caller.merchant.call("/v9/order", json!({})).await.refused("400001");
        assert_eq!(unknown.status, 200);
    });
}

/// Unknown paths answer 404 with the envelope and name the nearest known one (row 2), signed or not.
#[test]
fn unknown_paths_name_the_nearest() {
    run(Engine::Sqlite, |app| async move {
        let merchant = app.merchant("Shop").await;
        for endpoint in ENDPOINTS {
            let wrong = format!("{}x", endpoint.path);
            let answers =
                [merchant.call(&wrong, json!({})).await, app.anon().call(&wrong, json!({})).method(Method::GET).await];
            for answer in answers {
                let answer = answer.refused("400001");
                assert_eq!(answer.status, 404);
                assert!(answer.message().contains(&format!("/binancepay/openapi{}", endpoint.path)), "{}", answer.text);
            }
        }
        for odd in ["", "/", "/%00", "/v2/order/", "/../v2/order", "/v2//order", "/V2/ORDER"] {
            let answer = app.anon().call(odd, json!({})).await.refused("400001");
            assert_eq!(answer.status, 404, "{odd:?}");
        }
    });
}
