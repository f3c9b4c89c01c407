//! A channel partner's sub-merchants.

use countersign_web::pages::{
    Control, ExistingSubMerchant, FactGroup, FieldGroup, FormField, OrderFacts, RadioChoice, SubMerchantDetailPage,
    SubMerchantFields, SubMerchantFormPage, SubMerchantKindPage, SubMerchantLine, SubMerchantListPage,
    SubMerchantSuspendPage,
};
use countersign_web::view::{Chrome, Pager, Place, Problem, StatusPill, Tone};

use super::{DAY, Sample, at, choice, flashed, partner, sample};

const ID: &str = "2611210400000123";

fn here() -> Chrome {
    partner(Some(Place::SubMerchants))
}

pub(super) fn all() -> Vec<Sample> {
    let suspend =
        SubMerchantSuspendPage { chrome: here(), sub_merchant_id: ID.to_owned(), name: "Tea House".to_owned() };
    let mut samples = lists();
    samples.extend(forms());
    samples.extend([
        sample("sub-merchant", &detail(true)),
        sample("sub-merchant-suspended", &detail(false)),
        sample("sub-merchant-suspend", &suspend),
    ]);
    samples
}

fn line(number: u32, name: &str, kind: &str, category: &str, is_active: bool) -> SubMerchantLine {
    SubMerchantLine {
        href: format!("/portal/sub-merchants/{number}"),
        name: name.to_owned(),
        sub_merchant_id: format!("26112104000{number:05}"),
        kind: kind.to_owned(),
        category: category.to_owned(),
        status: StatusPill::sub_merchant(is_active),
        created: at(-i64::from(124 - number) * DAY),
    }
}

fn lists() -> Vec<Sample> {
    let lines = vec![
        line(123, "Tea House", "Private company, in a shop", "Accommodation, food service (1001)", true),
        line(122, "Kiosk am Weißen Tor", "Individual", "Retail: food and beverage (1040)", false),
        line(
            121,
            "Ocean-Going Instruments and Charts of Every Kind",
            "Partnership, online",
            "Retail: other (1042)",
            true,
        ),
        line(119, "Dockside", "", "Education (1022)", true),
    ];
    let list = |lines: Vec<SubMerchantLine>, search: &str, pager| SubMerchantListPage {
        chrome: here(),
        lines,
        search: search.to_owned(),
        states: vec![
            choice("", "All", true),
            choice("ACTIVE", "Active", false),
            choice("SUSPENDED", "Suspended", false),
        ],
        is_filtered: !search.is_empty(),
        pager,
    };
    let pager = Pager { newer: None, older: Some("/portal/sub-merchants?before=119".to_owned()) };
    vec![
        sample("sub-merchant-list", &list(lines, "", pager)),
        sample("sub-merchant-list-empty", &list(vec![], "", Pager::default())),
        sample("sub-merchant-list-none", &list(vec![], "<b>Tea", Pager::default())),
    ]
}

fn field(id: &'static str, label: &'static str, value: &str) -> FormField {
    FormField {
        id,
        label,
        hint: "",
        value: value.to_owned(),
        error: None,
        is_required: true,
        redraws: false,
        is_wide: false,
        control: Control::Text,
    }
}

/// A form with every control; `wrong` as it comes back.
fn fields(wrong: bool) -> SubMerchantFields {
    let error = |text: &str| wrong.then(|| text.to_owned());
    let select =
        |id, label, choices| FormField { redraws: true, control: Control::Select(choices), ..field(id, label, "") };
    let businesses = vec![choice("individual", "Individual", false), choice("partnership", "Partnership", true)];
    let stores = vec![choice("", "Not stated", false), choice("shop", "In a shop", true)];
    let who = vec![
        FormField {
            is_wide: true,
            error: error("You have a sub-merchant of this name."),
            ..field("name", "Name", "Tea House")
        },
        FormField {
            control: Control::Listed("categories"),
            hint: "Type a word, or the four digits.",
            ..field("category", "Class of business (MCC)", "1001 Accommodation, food service")
        },
        FormField {
            control: Control::Countries {
                name: "country",
                ticks: vec![
                    choice("GO", "Everywhere", false),
                    choice("SG", "Singapore", true),
                    choice("DE", "Germany", true),
                ],
            },
            hint: "Type a country and add it.",
            value: if wrong { "Atlantis" } else { "" }.to_owned(),
            error: error("“Atlantis” is no country of the list."),
            is_required: false,
            ..field("country_add", "Where it operates", "")
        },
    ];
    let registration = vec![
        field("registration_number", "Registration or tax number", "R-1"),
        FormField {
            control: Control::Day,
            is_required: false,
            hint: "A day in UTC.",
            ..field("incorporated_on", "Registered since", "2020-05-01")
        },
    ];
    let more = vec![FormField { is_required: false, ..field("brand_logo", "URL of the logo", "") }];
    let group = |id, title, fields| FieldGroup { id, title, hint: "", fields };
    SubMerchantFields {
        kind: group(
            "kind",
            "What it is",
            vec![select("business", "Kind of business", businesses), select("store", "How it sells", stores)],
        ),
        whom: "Partnership, in a shop".to_owned(),
        groups: vec![group("who", "The sub-merchant", who), group("registration", "Registration", registration)],
        more: group("more", "More about it", more),
        more_open: wrong,
        categories: vec!["1001 Accommodation, food service".to_owned(), "1040 Retail: food and beverage".to_owned()],
        countries: vec!["Germany (DE)".to_owned(), "Singapore (SG)".to_owned()],
    }
}

fn forms() -> Vec<Sample> {
    let answer = |value: &str, label: &str, hint: &str| RadioChoice {
        value: value.to_owned(),
        label: label.to_owned(),
        hint: hint.to_owned(),
        chosen: false,
    };
    let kind = |problems| SubMerchantKindPage {
        chrome: here(),
        businesses: vec![
            answer("individual", "Individual", "A person, identified by an identity card or a passport."),
            answer("private-company", "Private company", "A company that is not listed."),
        ],
        stores: vec![
            answer("shop", "In a shop", "At a place where customers come."),
            answer("", "Not stated", "A business is then asked for its whole registration."),
        ],
        problems,
    };
    let existing = || ExistingSubMerchant {
        sub_merchant_id: ID.to_owned(),
        name: "Tea House".to_owned(),
        revision: "4".to_owned(),
    };
    let form = |existing, wrong: bool| SubMerchantFormPage {
        chrome: here(),
        existing,
        fields: fields(wrong),
        problems: if wrong {
            vec![
                Problem::of("name", "You have a sub-merchant of this name."),
                Problem::of("country_add", "“Atlantis” is no country of the list."),
            ]
        } else {
            vec![]
        },
    };
    vec![
        sample("sub-merchant-kind", &kind(vec![])),
        sample("sub-merchant-kind-wrong", &kind(vec![Problem::of("business", "Choose what kind of business it is.")])),
        sample("sub-merchant-add", &form(None, false)),
        sample("sub-merchant-edit-wrong", &form(Some(existing()), true)),
    ]
}

fn detail(is_active: bool) -> SubMerchantDetailPage {
    let fact = |name: &str, value: &str| OrderFacts { name: name.to_owned(), value: value.to_owned(), is_code: false };
    let chrome =
        if is_active { here() } else { flashed(here(), Tone::Good, "Suspended. New orders for it are refused.") };
    SubMerchantDetailPage {
        chrome,
        sub_merchant_id: ID.to_owned(),
        name: "Tea House".to_owned(),
        kind: "Private company, in a shop".to_owned(),
        is_active,
        status: StatusPill::sub_merchant(is_active),
        groups: vec![
            FactGroup {
                title: "Business",
                facts: vec![
                    fact("Class of business (MCC)", "Accommodation, food service (1001)"),
                    fact("Where it operates", "Singapore, Germany"),
                ],
            },
            FactGroup {
                title: "Registration",
                facts: vec![
                    OrderFacts { is_code: true, ..fact("Registration or tax number", "R-1") },
                    fact("Country of registration", "Singapore (SG)"),
                ],
            },
        ],
        created: at(-12 * DAY),
        changed: (!is_active).then(|| at(0)),
    }
}
