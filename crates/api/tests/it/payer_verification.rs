//! `order/payer/verification`: who is asked about, what is compared, and what is not told (money.md 1.9).

use countersign_domain::payer_identity::{Fact, Facts, KycState, PayerKind};
use countersign_testkit::{Merchant, on_both_engines};
use serde_json::{Value, json};

use crate::order_life::with;
use crate::samples::{payer_verification, person};

fn company() -> Facts {
    let facts = [
        (Fact::CompanyName, "Tea House Pte Ltd"),
        (Fact::RegistrationNumber, "R-1"),
        (Fact::RegistrationCountry, "SG"),
    ];
    let facts = facts.into_iter().map(|(fact, value)| (fact, value.to_owned()));
    Facts::new(PayerKind::Corporate, facts).expect("what is known of a company")
}

fn information(facts: &[(&str, &str)]) -> Value {
    facts.iter().map(|(category, value)| json!({"category": category, "value": value})).collect()
}

async fn ask(merchant: &Merchant, body: Value) -> Result<bool, String> {
    let answer = merchant.call("/order/payer/verification", body).await;
    if answer.code == "000000" { Ok(answer.data().as_bool().expect("a boolean")) } else { Err(answer.code) }
}

on_both_engines! {
    async fn all_that_is_told_must_be_known(app: TestApp) {
        let (merchant, ann, tea) = (app.merchant("Shop").await, app.payer("Ann").await, app.payer("Tea").await);
        ann.identify(KycState::Complete, person()).await;
        tea.identify(KycState::Complete, company()).await;
        let base = [("FIRST_NAME", "Ann"), ("LAST_NAME", "O'Neill"), ("DATE_OF_BIRTH", "1980-01-01")];
        let individual = |facts: &[(&str, &str)]| {
            json!({"binanceId": ann.id.to_string(), "payerType": "INDIVIDUAL", "information": information(facts)})
        };
        let and = |more: (&'static str, &'static str)| [base.as_slice(), &[more]].concat();
        let rows = [
            (base.to_vec(), true),
            (vec![base[2], base[0], base[1]], true),
            (vec![("FIRST_NAME", " ANN "), ("LAST_NAME", "o'neill"), base[2]], true),
            (vec![("FIRST_NAME", "Anne"), base[1], base[2]], false),
            (vec![base[0], base[1], ("DATE_OF_BIRTH", "1980-01-02")], false),
            (and(("DOCUMENT_TYPE", "PASSPORT")), true),
            (and(("DOCUMENT_TYPE", "ID_CARD")), false),
            (and(("DOCUMENT_NUMBER", "x1234567")), true),
            (and(("NATIONALITY", "IE")), false),
        ];
        for (facts, expected) in rows {
            assert_eq!(ask(&merchant, individual(&facts)).await, Ok(expected), "{facts:?}");
        }
        let register = [("COMPANY_NAME", "TEA HOUSE PTE LTD"), ("REGISTRATION_NUMBER", "R-1"), ("REGISTRATION_COUNTRY", "SG")];
        let corporate = |id: &str| json!({"binanceId": id, "payerType": "CORPORATE", "information": information(&register)});
        assert_eq!(ask(&merchant, corporate(&tea.id.to_string())).await, Ok(true));
        assert_eq!(ask(&merchant, corporate(&ann.id.to_string())).await, Ok(false), "a person is no company");
        // Without information the type alone is compared; an empty list is none.
        for (change, expected) in [
            (json!({"information": null}), true), (json!({"information": []}), true),
            (json!({"information": "", "payerType": "CORPORATE"}), false), (json!({"information": []}), true),
        ] {
            assert_eq!(ask(&merchant, with(individual(&base), &change)).await, Ok(expected), "{change}");
        }
    }

    async fn who_is_not_there_or_not_identified_is_told_apart(app: TestApp) {
        let (merchant, payer) = (app.merchant("Shop").await, app.payer("Ann").await);
        let asked = |id: &str| payer_verification(id);
        let id = payer.id.to_string();
        assert_eq!(ask(&merchant, asked(&id)).await, Err("400602".to_owned()), "nothing is known");
        payer.identify(KycState::Incomplete, person()).await;
        assert_eq!(ask(&merchant, asked(&id)).await, Err("400602".to_owned()), "not complete");
        payer.identify(KycState::Complete, person()).await;
        assert_eq!(ask(&merchant, asked(&id)).await, Ok(true));
        assert_eq!(ask(&merchant, with(asked(&id), &json!({"binanceId": payer.id.get()}))).await, Ok(true), "a number");
        let unknown = merchant.call("/order/payer/verification", asked("999999999")).await.refused("400601");
        assert_eq!(unknown.message(), "account not found", "money.md 2.3");
        for nobody in [merchant.id.to_string().as_str(), "0", "nobody", "9999999999999999999"] {
            assert_eq!(ask(&merchant, asked(nobody)).await, Err("400601".to_owned()), "{nobody}");
        }
    }

    async fn what_cannot_be_right_is_refused_by_its_place(app: TestApp) {
        let (merchant, payer) = (app.merchant("Shop").await, app.payer("Ann").await);
        payer.identify(KycState::Complete, person()).await;
        let base = [("FIRST_NAME", "Ann"), ("LAST_NAME", "O'Neill"), ("DATE_OF_BIRTH", "1980-01-01")];
        let and = |more: (&'static str, &'static str)| [base.as_slice(), &[more]].concat();
        let rows = [
            ("INDIVIDUAL", and(("COMPANY_NAME", "Tea")), "400102", "information[3].category"),
            ("INDIVIDUAL", and(("FIRST_NAME", "Ann")), "400102", "information[3].category"),
            ("INDIVIDUAL", and(("NATIONALITY", "XX")), "400102", "information[3].value"),
            ("INDIVIDUAL", and(("NATIONALITY", "ie")), "400102", "information[3].value"),
            ("INDIVIDUAL", and(("DOCUMENT_TYPE", "LIBRARY_CARD")), "400102", "information[3].value"),
            ("INDIVIDUAL", and(("DOCUMENT_NUMBER", "  ")), "400101", "information[3].value"),
            ("INDIVIDUAL", vec![base[0], base[1], ("DATE_OF_BIRTH", "1.1.1980")], "400101", "information[2].value"),
            ("INDIVIDUAL", vec![base[0], base[1], ("DATE_OF_BIRTH", "1980-02-30")], "400101", "information[2].value"),
            ("INDIVIDUAL", base[..2].to_vec(), "400100", "information"),
            ("CORPORATE", vec![("COMPANY_NAME", "Tea")], "400100", "information"),
            ("CORPORATE", base.to_vec(), "400102", "information[0].category"),
        ];
        let before = app.footprint().await;
        for (kind, facts, code, field) in rows {
            let body = json!({"binanceId": payer.id.to_string(), "payerType": kind, "information": information(&facts)});
            let answer = merchant.call("/order/payer/verification", body).await.refused(code);
            assert!(answer.message().contains(&format!("'{field}'")), "{facts:?}: {}", answer.text);
        }
        before.assert_same(&app.footprint().await, "a question");
    }

    // Personal data lies sealed.
    async fn what_is_known_of_a_payer_is_in_no_file(app: TestApp) {
        let payer = app.payer("Ann").await;
        payer.identify(KycState::Complete, person()).await;
        let Some(database) = app.database().url().sqlite_path() else { return };
        let folder = database.parent().expect("a file lies in a folder");
        let holds = |text: &str| {
            let files = std::fs::read_dir(folder).expect("the folder can be read");
            files.map(|entry| std::fs::read(entry.expect("an entry").path()).unwrap_or_default())
                .any(|bytes| bytes.windows(text.len()).any(|window| window == text.as_bytes()))
        };
        assert!(holds(&payer.email), "the search finds what is there");
        for fact in ["O'Neill", "1980-01-01", "X1234567"] {
            assert!(!holds(fact), "{fact}");
        }
    }
}
