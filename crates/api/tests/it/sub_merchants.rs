//! Sub-merchants of channel partners: every field and conditional rule of founding document 004 and `partner.md` §5, names
//! that race, and what orders may name.

use std::collections::BTreeMap;
use std::num::NonZeroU32;
use std::sync::Arc;

use countersign_api::FaultPlan;
use countersign_domain::id::SubMerchantId;
use countersign_domain::merchant::MerchantStatus;
use countersign_domain::sub_merchant::SubMerchantStatus;
use countersign_domain::{AddressList, Scope, ScopeSet};
use countersign_service::audit::Actor;
use countersign_service::sub_merchants::{self, Filter, SetStatusError};
use countersign_store::queries::Key;
use countersign_testkit::{Answer, Engine, Merchant, Partner, TestApp, on_both_engines, run};
use countersign_wire::ResultCode;
use http::Method;
use serde_json::{Value, json};

use crate::samples;

const ADD: &str = "/submerchant/add";
const MODIFY: &str = "/submerchant/modify";
const QUERY: &str = "/submerchant/query";

/// Founding document 004, "when merchant type is individual", verbatim.
const INDIVIDUAL: &str = r#"{  "merchantName":"Individual",  "merchantType":1,  "merchantMcc":"5511",  "brandLogo":null,  "country":"CN,US",  "address":null,  "companyName":null,  "registrationNumber":null,  "registrationCountry":null,  "registrationAddress":null,  "incorporationDate":null,  "storeType":null,  "siteType":null,  "siteUrl":null,  "siteName":null,  "certificateType":1,  "certificateCountry":"US",  "certificateNumber":"123456X",  "certificateValidDate":1752422400000,  "contractTimeIsv":1594656000000}"#;

/// Founding document 004, "when merchant type is not individual", verbatim.
const COMPANY: &str = r#"{  "merchantName":"Sole Proprietor",  "merchantType":2,  "merchantMcc":"5511",  "brandLogo":"logoUrlDemo",  "country":"CN,US",  "address":"store address demo",  "companyName":"Sole Proprietor",  "registrationNumber":"registration number demo",  "registrationCountry":"US",  "registrationAddress":"registration address demo",  "incorporationDate":1588262400000,  "storeType":1,  "siteType":2,  "siteUrl":"site url demo",  "siteName":"site name demo",  "certificateType":null,  "certificateCountry":null,  "certificateNumber":null,  "certificateValidDate":null,  "contractTimeIsv":1594656000000}"#;

/// partner.md 5.2, verbatim: the newest page's form.
const TEA_HOUSE: &str = r#"{"merchantName":"Tea House","storeType":1,"merchantMcc":"1001","country":"SG","address":"1 Example Rd","registrationNumber":"R-1","registrationCountry":"SG"}"#;

fn parsed(text: &str) -> Value {
    serde_json::from_str(text).expect("samples are JSON")
}

/// `base` under a name that nobody has, with `changes` put in; null takes a member away.
fn changed(app: &TestApp, base: &str, changes: &Value) -> Value {
    let mut body = parsed(base);
    body["merchantName"] = json!(samples::fresh(app));
    for (key, value) in changes.as_object().expect("an object") {
        body[key] = value.clone();
    }
    body
}

fn id_of(answer: &Answer) -> i64 {
    answer.data()["subMerchantId"].as_i64().expect("a number")
}

async fn add(partner: &Merchant, body: Value) -> i64 {
    id_of(&partner.call(ADD, body).await)
}

async fn set_status(
    app: &TestApp,
    partner: &Partner,
    id: i64,
    status: SubMerchantStatus,
) -> Result<(), SetStatusError> {
    let (partner, actor, now) = (partner.id, Actor::User(partner.owner), app.now());
    let subject = (partner, SubMerchantId::new(id));
    app.platform().write("status", move |tx, _| sub_merchants::set_status(tx, subject, status, (actor, now))).await
}

/// What is changed in a complete body, and the code and field of the refusal; no field: accepted.
type Row = (&'static str, Value, &'static str, &'static str);

/// Every conditional rule, limit and table, for each kind of business.
#[expect(clippy::too_many_lines, reason = "a table: one row per rule")]
fn rules() -> Vec<Row> {
    let long = |count: usize| "\u{e9}".repeat(count);
    let mut rows: Vec<Row> = vec![
        // Always.
        (INDIVIDUAL, json!({"merchantName": null}), "400100", "merchantName"),
        (INDIVIDUAL, json!({"merchantName": ""}), "400100", "merchantName"),
        (INDIVIDUAL, json!({"merchantName": " \u{a0} "}), "400101", "merchantName"),
        (INDIVIDUAL, json!({"merchantName": long(129)}), "400101", "merchantName"),
        (INDIVIDUAL, json!({"merchantName": "\u{fdfa}".repeat(128)}), "400101", "merchantName"),
        (INDIVIDUAL, json!({"merchantName": "a\u{7}"}), "400103", "merchantName"),
        (INDIVIDUAL, json!({"merchantType": null}), "400100", "merchantType"),
        (INDIVIDUAL, json!({"merchantType": 0}), "400102", "merchantType"),
        (INDIVIDUAL, json!({"merchantType": 6}), "400102", "merchantType"),
        (INDIVIDUAL, json!({"merchantType": "1"}), "400101", "merchantType"),
        (INDIVIDUAL, json!({"merchantMcc": null}), "400100", "merchantMcc"),
        (INDIVIDUAL, json!({"merchantMcc": "551"}), "400101", "merchantMcc"),
        (INDIVIDUAL, json!({"merchantMcc": "55111"}), "400101", "merchantMcc"),
        (INDIVIDUAL, json!({"merchantMcc": "car!"}), "400101", "merchantMcc"),
        (INDIVIDUAL, json!({"merchantMcc": "0000"}), "400102", "merchantMcc"),
        (INDIVIDUAL, json!({"merchantMcc": "1003"}), "400102", "merchantMcc"),
        (INDIVIDUAL, json!({"merchantMcc": "1001"}), "000000", ""),
        (INDIVIDUAL, json!({"merchantMcc": "3000"}), "000000", ""),
        (INDIVIDUAL, json!({"country": null}), "400100", "country"),
        (INDIVIDUAL, json!({"country": "USA"}), "400101", "country"),
        (INDIVIDUAL, json!({"country": "us"}), "400101", "country"),
        (INDIVIDUAL, json!({"country": "SG,"}), "400101", "country"),
        (INDIVIDUAL, json!({"country": "SG,XX"}), "400102", "country"),
        (INDIVIDUAL, json!({"country": "UK"}), "400102", "country"),
        (INDIVIDUAL, json!({"country": "GO"}), "000000", ""),
        (INDIVIDUAL, json!({"brandLogo": "no URL at all"}), "000000", ""),
        (INDIVIDUAL, json!({"brandLogo": long(257)}), "400101", "brandLogo"),
        (INDIVIDUAL, json!({"contractTimeIsv": null}), "000000", ""),
        (INDIVIDUAL, json!({"contractTimeIsv": "1594656000000"}), "000000", ""),
        (INDIVIDUAL, json!({"contractTimeIsv": "2020-07-13"}), "400101", "contractTimeIsv"),
        (INDIVIDUAL, json!({"contractTimeIsv": -1}), "400102", "contractTimeIsv"),
        // Version A's field.
        (INDIVIDUAL, json!({"mainMerchantId": "1"}), "400208", ""),
        (INDIVIDUAL, json!({"mainMerchantId": "someone"}), "400208", ""),
        // An individual.
        (INDIVIDUAL, json!({"certificateType": null}), "400100", "certificateType"),
        (INDIVIDUAL, json!({"certificateType": 3}), "400102", "certificateType"),
        (INDIVIDUAL, json!({"certificateType": 2}), "000000", ""),
        (INDIVIDUAL, json!({"certificateCountry": ""}), "400100", "certificateCountry"),
        (INDIVIDUAL, json!({"certificateCountry": "USA"}), "400101", "certificateCountry"),
        (INDIVIDUAL, json!({"certificateCountry": "GO"}), "400102", "certificateCountry"),
        (INDIVIDUAL, json!({"certificateNumber": null}), "400100", "certificateNumber"),
        (INDIVIDUAL, json!({"certificateNumber": long(65)}), "400101", "certificateNumber"),
        (INDIVIDUAL, json!({"certificateValidDate": null}), "400100", "certificateValidDate"),
        (INDIVIDUAL, json!({"siteType": 1}), "400100", "siteUrl"),
        (INDIVIDUAL, json!({"siteType": 1, "siteUrl": "x"}), "400100", "siteName"),
        (INDIVIDUAL, json!({"siteType": 2}), "400100", "siteName"),
        (INDIVIDUAL, json!({"siteType": 4}), "000000", ""),
        (INDIVIDUAL, json!({"storeType": 0}), "000000", ""),
        (INDIVIDUAL, json!({"storeType": 1}), "000000", ""),
        (INDIVIDUAL, json!({"storeType": -1}), "400102", "storeType"),
        (INDIVIDUAL, json!({"merchantMcc": "9999"}), "000000", ""),
        // Any other business.
        (COMPANY, json!({"merchantType": null}), "400100", "merchantType"),
        (COMPANY, json!({"merchantType": 5}), "000000", ""),
        (COMPANY, json!({"merchantType": 1}), "400100", "certificateType"),
        (COMPANY, json!({"companyName": null}), "400100", "companyName"),
        (COMPANY, json!({"companyName": long(65)}), "400101", "companyName"),
        (COMPANY, json!({"registrationNumber": null}), "400100", "registrationNumber"),
        (COMPANY, json!({"registrationNumber": long(65)}), "400101", "registrationNumber"),
        (COMPANY, json!({"registrationCountry": null}), "400100", "registrationCountry"),
        (COMPANY, json!({"registrationCountry": "XX"}), "400102", "registrationCountry"),
        (COMPANY, json!({"registrationAddress": null}), "400100", "registrationAddress"),
        (COMPANY, json!({"registrationAddress": long(1025)}), "400101", "registrationAddress"),
        (COMPANY, json!({"incorporationDate": null}), "400100", "incorporationDate"),
        (COMPANY, json!({"address": null}), "000000", ""),
        (COMPANY, json!({"address": long(1025)}), "400101", "address"),
        (COMPANY, json!({"storeType": null}), "000000", ""),
        (COMPANY, json!({"storeType": 2}), "400102", "storeType"),
        (COMPANY, json!({"storeType": -1}), "400102", "storeType"),
        // Without its store it is not the newest page's either.
        (COMPANY, json!({"storeType": null, "siteType": null}), "400100", "siteType"),
        (COMPANY, json!({"siteType": 0}), "400102", "siteType"),
        (COMPANY, json!({"siteType": 5}), "400102", "siteType"),
        (COMPANY, json!({"siteType": null}), "400100", "siteType"),
        (COMPANY, json!({"siteType": 1}), "000000", ""),
        (COMPANY, json!({"siteType": 1, "siteUrl": null}), "400100", "siteUrl"),
        (COMPANY, json!({"siteType": 2, "siteUrl": null}), "000000", ""),
        (COMPANY, json!({"siteUrl": long(257)}), "400101", "siteUrl"),
        (COMPANY, json!({"siteType": 1, "siteName": null}), "400100", "siteName"),
        (COMPANY, json!({"siteType": 3, "siteName": null}), "400100", "siteName"),
        (COMPANY, json!({"siteType": 4, "siteName": null}), "000000", ""),
        (COMPANY, json!({"siteName": long(33)}), "400101", "siteName"),
        // The newest page.
        (TEA_HOUSE, json!({"registrationNumber": null}), "400100", "registrationNumber"),
        (TEA_HOUSE, json!({"registrationCountry": null}), "400100", "registrationCountry"),
        (TEA_HOUSE, json!({"address": null}), "400100", "address"),
        (TEA_HOUSE, json!({"storeType": -1}), "400100", "siteUrl"),
        (TEA_HOUSE, json!({"storeType": -1, "siteUrl": "x"}), "000000", ""),
        (TEA_HOUSE, json!({"storeType": -1, "siteUrl": "x", "address": null}), "400100", "address"),
        (TEA_HOUSE, json!({"storeType": 0}), "400100", "siteUrl"),
        (TEA_HOUSE, json!({"storeType": 0, "siteUrl": "x", "address": null}), "000000", ""),
        (TEA_HOUSE, json!({"storeType": null}), "400100", "merchantType"),
        (TEA_HOUSE, json!({"country": null}), "000000", ""),
        (TEA_HOUSE, json!({"merchantType": 3}), "000000", ""),
        (TEA_HOUSE, json!({"merchantType": 1}), "400100", "certificateType"),
        (TEA_HOUSE, json!({"siteType": 4}), "400100", "merchantType"),
        (TEA_HOUSE, json!({"merchantMcc": "9999"}), "400100", "payIndustryDescription"),
        (TEA_HOUSE, json!({"merchantMcc": "9999", "payIndustryDescription": "tea"}), "000000", ""),
        (TEA_HOUSE, json!({"payIndustryDescription": long(501)}), "400101", "payIndustryDescription"),
        (TEA_HOUSE, json!({"subPayMccCode": "9999"}), "400100", "subPayIndustryDescription"),
        (TEA_HOUSE, json!({"subPayMccCode": "9999", "subPayIndustryDescription": "tea"}), "000000", ""),
        (TEA_HOUSE, json!({"subPayMccCode": "1024"}), "000000", ""),
        (TEA_HOUSE, json!({"subPayMccCode": "1003"}), "400102", "subPayMccCode"),
        (TEA_HOUSE, json!({"subPayIndustryDescription": long(501)}), "400101", "subPayIndustryDescription"),
        (TEA_HOUSE, json!({"blockPayerKycCountries": ["US", "", "DE"]}), "000000", ""),
        (TEA_HOUSE, json!({"blockPayerKycCountries": []}), "000000", ""),
        (TEA_HOUSE, json!({"blockPayerKycCountries": ["US", "XX"]}), "400102", "blockPayerKycCountries[1]"),
        (TEA_HOUSE, json!({"blockPayerKycCountries": ["US", "GO"]}), "400102", "blockPayerKycCountries[1]"),
        (TEA_HOUSE, json!({"blockPayerKycCountries": "US"}), "400101", "blockPayerKycCountries"),
    ];
    for base in [INDIVIDUAL, COMPANY, TEA_HOUSE] {
        rows.push((base, json!({}), "000000", ""));
        rows.push((base, json!({"merchantName": long(128)}), "000000", ""));
        rows.push((base, json!({"bettingLicence": "https://x.example", "unknown": [1]}), "000000", ""));
    }
    rows
}

#[track_caller]
fn assert_answer(answer: &Answer, (body, code, field): (&Value, &str, &str)) {
    assert_eq!(answer.code, code, "{body}: {} ({})", answer.text, answer.explanation());
    if !field.is_empty() {
        assert!(answer.message().contains(&format!("'{field}'")), "{body}: {}", answer.text);
        assert!(
            answer.explanation().contains(field.trim_end_matches(['[', ']', '0', '1'])),
            "{}",
            answer.explanation()
        );
    }
}

on_both_engines! {
    async fn every_rule_of_the_page_holds_for_add_and_modify(app: TestApp) {
        let partner = app.partner("Channel").await;
        // Another partner each, so that a name of a table's row is new to both calls.
        let other = app.partner("Other channel").await;
        let existing = add(&other, parsed(COMPANY)).await;
        let mut names = 0;
        for (base, changes, code, field) in rules() {
            let mut body = changed(&app, base, &changes);
            if code == "000000" && changes.get("merchantName").is_some() {
                names += 1;
                // A name at its bound, different each time.
                body["merchantName"] = json!(format!("{names}{}", "\u{e9}".repeat(127)));
            }
            let before = app.footprint().await;
            assert_answer(&partner.call(ADD, body.clone()).await, (&body, code, field));
            let after = app.footprint().await;
            if code == "000000" {
                assert_eq!(after.rows("sub_merchants"), before.rows("sub_merchants") + 1);
            } else {
                before.assert_same(&after, &body);
            }
            let mut change = body.clone();
            change["subMerchantId"] = json!(existing.to_string());
            assert_answer(&other.call(MODIFY, change.clone()).await, (&change, code, field));
        }
    }

    // Row 51, and clients.md A9: the samples of both documents, and an id of 16 digits as a JSON number.
    async fn the_founding_samples_are_accepted_verbatim(app: TestApp) {
        let partner = app.partner("Channel").await;
        let mut before = 0;
        for sample in [INDIVIDUAL, COMPANY, TEA_HOUSE] {
            let answer = partner.call(ADD, json!({})).raw_body(sample).await;
            let id = id_of(&answer);
            assert!(answer.text.ends_with(&format!(r#""data":{{"subMerchantId":{id}}}}}"#)), "{}", answer.text);
            assert_eq!(id.to_string().len(), 16);
            assert!(id > before, "ids follow time");
            before = id;
            // The page's refusal of the same name.
            let again = partner.call(ADD, json!({})).raw_body(sample).await.refused("400205");
            assert_eq!(again.message(), "Sub-merchant already exists.");
            // All that was said comes back.
            let found = partner.call(QUERY, json!({"subMerchantId": id.to_string()})).await;
            for (key, value) in parsed(sample).as_object().expect("an object").iter().filter(|(_, value)| !value.is_null()) {
                assert_eq!(&found.data()[key], value, "{key}");
            }
            assert_eq!((found.data()["status"].as_str(), found.data()["subMerchantId"].as_i64()), (Some("ACTIVE"), Some(id)));
        }
        // The page's own refusal names the field.
        let refused = partner.call(ADD, changed(&app, INDIVIDUAL, &json!({"merchantMcc": "55"}))).await.refused("400101");
        let recorded = "Parameter 'merchantMcc' not valid, was empty/null, or too long/short, or wrong format.";
        assert_eq!(refused.message(), recorded);
    }

    // Row 24.
    async fn a_name_is_one_partners_once(app: TestApp) {
        let (partner, other) = (app.partner("Channel").await, app.partner("Other").await);
        let named = |name: &str| { let mut body = parsed(INDIVIDUAL); body["merchantName"] = json!(name); body };
        add(&partner, named("Tea House")).await;
        for same in ["Tea House", "TEA HOUSE", " tea house\u{a0}", "\u{ff34}ea House", "Tea\u{2003}House"] {
            partner.call(ADD, named(same)).await.refused("400205");
            let found = partner.call(QUERY, json!({"subMerchantName": same})).await;
            assert_eq!(found.data()["merchantName"], "Tea House", "{same}");
        }
        for different in ["TeaHouse", "Tea  House", "Tea House 2"] {
            add(&partner, named(different)).await;
        }
        // Another partner's names are its own.
        add(&other, named("Tea House")).await;
    }

    async fn of_fifty_with_one_name_in_one_moment_exactly_one_is_enrolled(app: TestApp) {
        let partner = app.partner("Channel").await;
        let mut calls = tokio::task::JoinSet::new();
        for number in 0..50 {
            let mut body = parsed(if number % 2 == 0 { INDIVIDUAL } else { COMPANY });
            body["merchantName"] = json!(if number % 3 == 0 { "Tea House" } else { " TEA HOUSE" });
            calls.spawn(partner.call(ADD, body).send());
        }
        let mut codes: BTreeMap<String, usize> = BTreeMap::new();
        for answer in calls.join_all().await {
            *codes.entry(answer.code.clone()).or_default() += 1;
        }
        assert_eq!(codes, BTreeMap::from([("000000".to_owned(), 1), ("400205".to_owned(), 49)]));
        assert_eq!(app.footprint().await.rows("sub_merchants"), 1);
        assert_eq!(partner.call(QUERY, json!({"subMerchantName": "tea house"})).await.data()["status"], "ACTIVE");
    }

    // Two that are renamed to one name in one moment: the loser learns that it is taken.
    async fn of_many_renamed_to_one_name_exactly_one_gets_it(app: TestApp) {
        let partner = app.partner("Channel").await;
        let mut renames = Vec::new();
        for _ in 0..20 {
            let id = add(&partner, changed(&app, INDIVIDUAL, &json!({}))).await;
            renames.push(changed(&app, INDIVIDUAL, &json!({"merchantName": "Tea House", "subMerchantId": id.to_string()})));
        }
        let mut calls = tokio::task::JoinSet::new();
        for body in renames {
            calls.spawn(partner.call(MODIFY, body).send());
        }
        let mut codes: BTreeMap<String, usize> = BTreeMap::new();
        for answer in calls.join_all().await {
            *codes.entry(answer.code.clone()).or_default() += 1;
        }
        assert_eq!(codes, BTreeMap::from([("000000".to_owned(), 1), ("400205".to_owned(), 19)]));
    }

    // Row 25.
    async fn modify_is_a_full_rewrite(app: TestApp) {
        let (partner, other) = (app.partner("Channel").await, app.partner("Other").await);
        let id = add(&partner, parsed(COMPANY)).await;
        set_status(&app, &partner, id, SubMerchantStatus::Suspended).await.expect("it is the partner's");
        let mut change = parsed(TEA_HOUSE);
        change["subMerchantId"] = json!(id);
        app.advance_ms(1);
        let answer = partner.call(MODIFY, change.clone()).await;
        assert_eq!(id_of(&answer), id);
        let found = partner.call(QUERY, json!({"subMerchantId": id})).await;
        let expected = json!({
            "merchantName": "Tea House", "storeType": 1, "merchantMcc": "1001", "country": "SG", "address": "1 Example Rd",
            "registrationNumber": "R-1", "registrationCountry": "SG", "subMerchantId": id, "status": "SUSPENDED",
        });
        assert_eq!(found.data(), &expected, "what was left out is gone, and its status stays");
        // Its own name is not taken, its former one is free, another's is taken.
        partner.call(MODIFY, change.clone()).await.data();
        let second = add(&partner, parsed(COMPANY)).await;
        change["subMerchantId"] = json!(second.to_string());
        partner.call(MODIFY, change.clone()).await.refused("400205");
        // What is nobody's or another partner's.
        change["merchantName"] = json!("Somebody");
        for unknown in [json!("1"), json!("99999999999999999999999"), json!(id.to_string())] {
            let whose = if unknown == json!(id.to_string()) { &other } else { &partner };
            change["subMerchantId"] = unknown;
            let refused = whose.call(MODIFY, change.clone()).await.refused("400102");
            assert!(refused.message().contains("'subMerchantId'"), "{}", refused.text);
        }
        change["subMerchantId"] = Value::Null;
        partner.call(MODIFY, change).await.refused("400100");
    }

    // partner.md 5.4.
    async fn a_query_names_exactly_one(app: TestApp) {
        let (partner, other) = (app.partner("Channel").await, app.partner("Other").await);
        let id = add(&partner, parsed(INDIVIDUAL)).await;
        let rows = [
            (json!({}), "400102"),
            (json!({"subMerchantId": null, "subMerchantName": ""}), "400102"),
            (json!({"subMerchantId": id.to_string(), "subMerchantName": "Individual"}), "400102"),
            (json!({"subMerchantId": "1"}), "400102"),
            (json!({"subMerchantId": "7".repeat(128)}), "400102"),
            (json!({"subMerchantId": "7".repeat(129)}), "400101"),
            (json!({"subMerchantId": "x"}), "400101"),
            (json!({"subMerchantName": "\u{e9}".repeat(129)}), "400101"),
        ];
        for (body, code) in rows {
            let answer = partner.call(QUERY, body.clone()).await;
            assert_eq!(answer.code, code, "{body}: {}", answer.text);
        }
        for body in [json!({"subMerchantId": id}), json!({"subMerchantId": id.to_string(), "subMerchantName": null}), json!({"subMerchantName": "individual"})] {
            assert_eq!(partner.call(QUERY, body).await.data()["subMerchantId"], id);
        }
        // A free name is a success without data, to whom it is free.
        let free = partner.call(QUERY, json!({"subMerchantName": "Free"})).await;
        assert_eq!(free.text, r#"{"status":"SUCCESS","code":"000000","data":null}"#);
        assert_eq!(other.call(QUERY, json!({"subMerchantName": "Individual"})).await.data(), &Value::Null);
        other.call(QUERY, json!({"subMerchantId": id})).await.refused("400102");
    }

    // Rows 26 and 60.
    async fn orders_name_the_partners_own_active_sub_merchants(app: TestApp) {
        let (partner, other, merchant) = (app.partner("Channel").await, app.partner("Other").await, app.merchant("Shop").await);
        let (own, foreign) = (add(&partner, parsed(INDIVIDUAL)).await, add(&other, parsed(INDIVIDUAL)).await);
        let order = |id: Value| { let mut body = samples::order_v3(&samples::fresh(&app)); body["merchant"] = json!({"subMerchantId": id}); body };
        partner.call("/v3/order", order(json!(own.to_string()))).await.data();
        partner.call("/v3/order", order(json!(own))).await.data();
        partner.call("/v3/order", order(Value::Null)).await.refused("400100");
        partner.call("/v3/order", samples::order_v3("t1")).await.refused("400100");
        partner.call("/v2/order", samples::order_v2("t1")).await.data();
        let before = app.footprint().await;
        for unusable in [json!(foreign.to_string()), json!("1"), json!("0"), json!("9999999999999999999")] {
            partner.call("/v3/order", order(unusable)).await.refused("400206");
        }
        merchant.call("/v3/order", order(json!(own.to_string()))).await.refused("400206");
        before.assert_same(&app.footprint().await, "a refused order");
        // Suspended by its partner, and back.
        set_status(&app, &partner, own, SubMerchantStatus::Suspended).await.expect("it is the partner's");
        partner.call("/v3/order", order(json!(own.to_string()))).await.refused("400206");
        assert_eq!(partner.call(QUERY, json!({"subMerchantId": own})).await.data()["status"], "SUSPENDED");
        set_status(&app, &partner, own, SubMerchantStatus::Active).await.expect("it is the partner's");
        partner.call("/v3/order", order(json!(own.to_string()))).await.data();
        set_status(&app, &other, own, SubMerchantStatus::Suspended).await.expect_err("it is not theirs");
        let listed = app.platform().read("page", move |tx, _| sub_merchants::page_of_partner(tx, partner.id, &Filter::default(), (Key::Newest, 10))).await;
        let listed: Result<_, countersign_store::StoreError> = listed;
        assert_eq!(listed.expect("a page").iter().map(|row| row.id.get()).collect::<Vec<_>>(), [own]);
    }

    // What pages list: a partner's own, by the beginning of the name, by the number, by the status.
    async fn lists_are_searched_as_names_are_compared(app: TestApp) {
        let (partner, other) = (app.partner("Channel").await, app.partner("Other").await);
        let mut ids = Vec::new();
        for name in ["Tea House", "tea \u{ff28}ut", "Teal", "Te", "\u{10ffff}", "Coffee tea"] {
            app.advance_ms(1);
            ids.push(add(&partner, changed(&app, INDIVIDUAL, &json!({"merchantName": name}))).await);
        }
        add(&other, changed(&app, INDIVIDUAL, &json!({"merchantName": "Tea House"}))).await;
        set_status(&app, &partner, ids[1], SubMerchantStatus::Suspended).await.expect("it is the partner's");
        let (active, suspended) = (Some(SubMerchantStatus::Active), Some(SubMerchantStatus::Suspended));
        let number = ids[2].to_string();
        let rows: [(&str, Option<SubMerchantStatus>, Key, &[usize]); 13] = [
            ("", None, Key::Newest, &[5, 4, 3, 2, 1, 0]),
            ("  TEA ", None, Key::Newest, &[2, 1, 0]),
            ("tea h", None, Key::Newest, &[1, 0]),
            ("tea", active, Key::Newest, &[2, 0]),
            ("tea", suspended, Key::Newest, &[1]),
            ("", suspended, Key::Newest, &[1]),
            ("", active, Key::Before(ids[3]), &[2, 0]),
            ("te", None, Key::After(ids[0]), &[3, 2, 1]),
            ("\u{10ffff}", None, Key::Newest, &[4]),
            ("t%", None, Key::Newest, &[]),
            (&number, None, Key::Newest, &[2]),
            (&number, suspended, Key::Newest, &[]),
            ("1", None, Key::Newest, &[]),
        ];
        for (text, status, key, expected) in rows {
            let (filter, owner) = (Filter { text: text.to_owned(), status }, partner.id);
            let page = app.platform().read("page", move |tx, _| sub_merchants::page_of_partner(tx, owner, &filter, (key, 10))).await;
            let page: Result<_, countersign_store::StoreError> = page;
            let found: Vec<i64> = page.expect("a page").iter().map(|row| row.id.get()).collect();
            let expected: Vec<i64> = expected.iter().map(|index| ids[*index]).collect();
            assert_eq!(found, expected, "{text:?} {status:?} {key:?}");
        }
    }

    // Row 52, through a token too: the partner behind it must be one, and its sub-merchants are its own.
    async fn a_provider_enrols_for_the_partner_behind_its_token(app: TestApp) {
        let (provider, partner, shop) = (app.provider("Acme").await, app.partner("Channel").await, app.merchant("Shop").await);
        let authority = app.grant(&provider, &partner, &[Scope::SubMerchant, Scope::Checkout]).await;
        let added = provider.call(ADD, parsed(COMPANY)).on_behalf(authority.token.as_str()).await;
        let id = id_of(&added);
        assert_eq!(partner.call(QUERY, json!({"subMerchantId": id})).await.data()["merchantName"], "Sole Proprietor");
        partner.call(ADD, parsed(COMPANY)).await.refused("400205");
        let mut named = parsed(INDIVIDUAL);
        named["mainMerchantId"] = json!(partner.id.to_string());
        provider.call(ADD, named.clone()).on_behalf(authority.token.as_str()).await.data();
        named["mainMerchantId"] = json!(provider.id.to_string());
        provider.call(ADD, named).on_behalf(authority.token.as_str()).await.refused("400208");
        let mut order = samples::order_v3("t1");
        order["merchant"] = json!({"subMerchantId": id.to_string()});
        provider.call("/v3/order", order.clone()).on_behalf(authority.token.as_str()).await.data();
        provider.call("/v3/order", order).await.refused("400206");
        // For itself the provider is no partner, nor is the merchant behind another token.
        provider.call(ADD, parsed(COMPANY)).await.refused("400203");
        let other = app.grant(&provider, &shop, &[Scope::SubMerchant]).await;
        provider.call(ADD, parsed(COMPANY)).on_behalf(other.token).await.refused("400203");
        let unwilling = app.partner("Unwilling").await;
        let narrow = app.grant(&provider, &unwilling, &[Scope::Checkout]).await;
        provider.call(ADD, parsed(COMPANY)).on_behalf(narrow.token).await.refused("400606");
    }
}

struct Broken;

impl FaultPlan for Broken {
    fn take(&self, path: &str) -> Option<ResultCode> {
        (path == ADD).then_some(ResultCode::UnknownError)
    }
}

/// The 17 codes of founding document 004, each from a real call.
#[test]
fn every_code_of_the_founding_document_is_reachable() {
    run(Engine::Sqlite, |app| async move {
        let (partner, merchant, operator) =
            (app.partner("Channel").await, app.merchant("Shop").await, app.operator().await);
        let frozen = app.partner("Frozen").await;
        operator.set_status(frozen.id, MerchantStatus::Frozen).await;
        let call = |changes: Value| partner.call(ADD, changed(&app, INDIVIDUAL, &changes));
        let unknown_key = "0123456789abcdefghijklmnopqrstuvwxyz0123456789abcdefghijklmnopqr";
        add(&partner, parsed(INDIVIDUAL)).await;
        let mut reached = vec![
            (call(json!({})).nonce("short").await, "400001"),
            (call(json!({})).signed_with("wrong").await, "400002"),
            (call(json!({})).timestamp_offset_ms(-5_000).await, "400003"),
            (call(json!({})).api_key(unknown_key).await, "400004"),
            (call(json!({})).api_key("key").await, "400005"),
            (call(json!({})).method(Method::GET).await, "400006"),
            (call(json!({})).header("content-type", "text/plain").await, "400007"),
            (call(json!({})).raw_body("[]").await, "400008"),
            (call(json!({"merchantMcc": null})).await, "400100"),
            (call(json!({"merchantMcc": "55"})).await, "400101"),
            (call(json!({"address": "a\nb"})).await, "400103"),
            (call(json!({"unknown": "x".repeat(2 << 20)})).await, "400104"),
            (merchant.call(ADD, parsed(INDIVIDUAL)).await, "400203"),
            (frozen.call(ADD, parsed(INDIVIDUAL)).await, "400203"),
            (partner.call(ADD, parsed(INDIVIDUAL)).await, "400205"),
            (call(json!({"mainMerchantId": "123456789"})).await, "400208"),
        ];
        let limited = TestApp::start_with(Engine::Sqlite, |setup| {
            setup.settings.requests_per_second = NonZeroU32::new(1);
        });
        let hasty = limited.partner("Hasty").await;
        hasty.call(ADD, parsed(INDIVIDUAL)).await.data();
        reached.push((hasty.call(ADD, parsed(COMPANY)).await, "400501"));
        let broken = TestApp::start_with(Engine::Sqlite, |setup| setup.faults = Some(Arc::new(Broken)));
        reached.push((broken.partner("Unlucky").await.call(ADD, parsed(INDIVIDUAL)).await, "400000"));
        let mut codes: Vec<&str> = Vec::new();
        for (answer, code) in &reached {
            assert_eq!(answer.code, *code, "{}", answer.text);
            codes.push(code);
        }
        codes.sort_unstable();
        codes.dedup();
        let documented = [
            "400000", "400001", "400002", "400003", "400004", "400005", "400006", "400007", "400008", "400100",
            "400101", "400103", "400104", "400203", "400205", "400208", "400501",
        ];
        assert_eq!(codes, documented);
        // A key without the tick: row 15.
        let keyed = partner.with_key([Scope::Checkout].into_iter().collect::<ScopeSet>(), AddressList::any()).await;
        keyed.call(ADD, parsed(COMPANY)).await.refused("400606");
    });
}
