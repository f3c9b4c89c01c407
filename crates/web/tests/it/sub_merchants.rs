//! A channel partner's sub-merchants by hand: enrolled, listed, rewritten, suspended; each rule's words beside its field.

use countersign_domain::merchant::MerchantStatus;
use countersign_service::audit::Actor;
use countersign_store::queries::audit;
use countersign_testkit::{Merchant, Partner};
use http::StatusCode;
use serde_json::{Value, json};

use super::browser::{Browser, Seen, Site, fields_of};

const LIST: &str = "/portal/sub-merchants";
const ADD: &str = "/portal/sub-merchants/add";

type Typed<'a> = Vec<(&'a str, &'a str)>;

/// Founding document 004, "when merchant type is individual".
const INDIVIDUAL: &[(&str, &str)] = &[
    ("business", "individual"),
    ("store", ""),
    ("name", "Individual"),
    ("category", "5511"),
    ("country_add", "CN, US"),
    ("certificate_kind", "identity-card"),
    ("certificate_country", "US"),
    ("certificate_number", "123456X"),
    ("certificate_valid_until", "2025-07-13"),
    ("contract_on", "2020-07-13"),
];

/// Founding document 004, "when merchant type is not individual".
const COMPANY: &[(&str, &str)] = &[
    ("business", "sole-proprietor"),
    ("store", "shop"),
    ("name", "Sole Proprietor"),
    ("category", "5511"),
    ("brand_logo", "logoUrlDemo"),
    ("country_add", "China (CN),united states"),
    ("address", "store address demo"),
    ("company_name", "Sole Proprietor"),
    ("registration_number", "registration number demo"),
    ("registration_country", "US"),
    ("registration_address", "registration address demo"),
    ("incorporated_on", "2020-04-30"),
    ("site_kind", "app"),
    ("site_url", "site url demo"),
    ("site_name", "site name demo"),
    ("contract_on", "2020-07-13"),
];

/// `partner.md` §5.2: the newest page's form.
const TEA_HOUSE: &[(&str, &str)] = &[
    ("business", "private-company"),
    ("store", "shop"),
    ("name", "Tea House"),
    ("category", "1001"),
    ("country_add", "SG"),
    ("address", "1 Example Rd"),
    ("registration_number", "R-1"),
    ("registration_country", "sg"),
];

fn with<'a>(base: &[(&'a str, &'a str)], changes: &[(&'a str, &'a str)]) -> Typed<'a> {
    let mut typed: Typed<'a> = base.to_vec();
    for (name, value) in changes {
        typed.retain(|(typed, _)| typed != name);
        typed.push((name, value));
    }
    typed
}

struct Stage<'s> {
    site: &'s Site,
    partner: Partner,
    browser: Browser<'s>,
}

impl<'s> Stage<'s> {
    async fn set(site: &'s Site) -> Self {
        let partner = site.app.partner("Channel").await;
        let browser = site.visitor(partner.owner).await;
        Self { site, partner, browser }
    }

    /// Sends the form of a fresh sub-merchant as a browser without scripts would.
    async fn send(&mut self, typed: &[(&str, &str)]) -> Seen {
        let form = self.browser.get(&format!("{ADD}?business=individual&store=")).await.expect(StatusCode::OK);
        let mut fields = fields_of(&form.html, ADD);
        fields.retain(|(name, _)| name == "csrf");
        fields.extend(typed.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        self.browser.post(ADD, &fields).await
    }

    /// Enrols one and answers its id.
    async fn enrol(&mut self, typed: &[(&str, &str)]) -> String {
        let answer = self.send(typed).await.expect(StatusCode::SEE_OTHER);
        let page = answer.location().expect("it leads to its page");
        page.rsplit('/').next().expect("a path has segments").to_owned()
    }

    async fn told(&self, id: &str) -> Value {
        self.partner.call("/submerchant/query", json!({"subMerchantId": id})).await.data().clone()
    }
}

fn page_of(id: &str) -> String {
    format!("{LIST}/{id}")
}

fn order(id: &str, number: &str) -> Value {
    json!({
        "env": {"terminalType": "WEB"}, "merchantTradeNo": number, "orderAmount": 0.01, "currency": "USDT",
        "description": "Tea", "merchant": {"subMerchantId": id},
        "goodsDetails": [{"goodsType": "01", "goodsCategory": "D000", "referenceGoodsId": "a", "goodsName": "Tea"}],
    })
}

async fn acts(site: &Site, owner: &Merchant) -> Vec<(String, String)> {
    let owner = owner.id.get();
    let rows = site.app.platform().read("audit", move |tx, _| audit::rows_after(tx, owner, 0, 100)).await;
    let rows: Result<_, countersign_store::StoreError> = rows;
    let rows = rows.expect("the chain can be read").into_iter();
    rows.filter(|row| row.owner == owner && row.action.starts_with("sub_merchant"))
        .map(|row| (row.action, row.actor))
        .collect()
}

#[tokio::test]
async fn one_is_enrolled_listed_rewritten_suspended_and_resumed() {
    let site = Site::start();
    let mut stage = Stage::set(&site).await;
    let home = stage.browser.get("/portal").await.expect(StatusCode::OK);
    assert!(home.texts(".side a").contains(&"Sub-merchant accounts".to_owned()), "the menu leads there");
    let empty = stage.browser.get(LIST).await.expect(StatusCode::OK);
    assert!(empty.says().contains("No sub-merchants yet."), "{}", empty.says());

    let id = stage.enrol(TEA_HOUSE).await;
    let page = stage.browser.get(&page_of(&id)).await.expect(StatusCode::OK);
    assert_eq!(page.title(), "Tea House Active");
    for shown in ["Added.", "Accommodation, food service (1001)", "Singapore (SG)", "1 Example Rd", "R-1"] {
        assert!(page.says().contains(shown), "{shown}: {}", page.says());
    }
    assert_eq!(page.attribute("#sub_merchant_id", "value"), Some(id.clone()));
    let row = stage.browser.get(LIST).await.texts("tbody tr").join(" ");
    for shown in ["Tea House", id.as_str(), "Active", "Private company, in a shop"] {
        assert!(row.contains(shown), "{shown}: {row}");
    }

    let edit = format!("{}/edit", page_of(&id));
    let form = stage.browser.get(&edit).await.expect(StatusCode::OK);
    let saved = stage
        .browser
        .submit_and_follow(&form, &edit, &[("name", &["Coffee House"]), ("registration_number", &["R-2"])])
        .await;
    assert_eq!(saved.title(), "Coffee House Active");
    let told = stage.told(&id).await;
    let expected = json!({
        "merchantName": "Coffee House", "storeType": 1, "merchantType": 4, "merchantMcc": "1001", "country": "SG",
        "address": "1 Example Rd", "registrationNumber": "R-2", "registrationCountry": "SG",
        "subMerchantId": id.parse::<i64>().expect("a number"), "status": "ACTIVE",
    });
    assert_eq!(told, expected);

    suspend_and_resume(&mut stage, &id).await;
    let user = Actor::User(stage.partner.owner).to_string();
    let expected = ["sub_merchant_add", "sub_merchant_modify", "sub_merchant_suspend", "sub_merchant_resume"];
    let expected: Vec<_> = expected.iter().map(|action| ((*action).to_owned(), user.clone())).collect();
    assert_eq!(acts(&site, &stage.partner).await, expected);
}

async fn suspend_and_resume(stage: &mut Stage<'_>, id: &str) {
    let older = stage.partner.call("/v3/order", order(id, "t1")).await.data().clone();
    let page = stage.browser.get(&page_of(id)).await;
    let suspend = page.attribute("a[href$=suspend]", "href").expect("it can be suspended");
    let asked = stage.browser.get(&suspend).await.expect(StatusCode::OK);
    assert_eq!(asked.title(), "Suspend Coffee House?");
    assert!(asked.says().contains("400206"), "it says what that means: {}", asked.says());
    assert_eq!(stage.told(id).await["status"], "ACTIVE", "asking changes nothing");
    let page = stage.browser.submit_and_follow(&asked, &suspend, &[]).await.expect(StatusCode::OK);
    assert_eq!(page.title(), "Coffee House Suspended");
    stage.partner.call("/v3/order", order(id, "t2")).await.refused("400206");
    // Asked again, or sent again, it is as it is.
    assert_eq!(stage.browser.get(&suspend).await.location(), Some(page_of(id)));
    stage.browser.submit(&asked, &suspend, &[]).await.expect(StatusCode::SEE_OTHER);
    // What the page says of orders made before.
    let payer = stage.site.app.payer_with("1").await;
    payer.pay(older["prepayId"].as_str().expect("text")).await;

    let sold = stage.browser.get(&format!("/portal/orders/{}", older["prepayId"].as_str().expect("text"))).await;
    assert!(sold.texts("dd").contains(&format!("Coffee House ({id})")), "{}", sold.says());

    let resumed = stage.browser.submit_and_follow(&page, &format!("{}/resume", page_of(id)), &[]).await;
    assert_eq!(resumed.title(), "Coffee House Active");
    stage.partner.call("/v3/order", order(id, "t3")).await.data();
}

#[tokio::test]
async fn the_founding_samples_are_enrolled_as_a_call_would() {
    let site = Site::start();
    let mut stage = Stage::set(&site).await;
    let id = stage.enrol(INDIVIDUAL).await;
    let number = |id: &str| id.parse::<i64>().expect("a number");
    let midnight = |day: i64| day * 86_400_000;
    let expected = json!({
        "merchantName": "Individual", "storeType": 0, "merchantType": 1, "merchantMcc": "5511", "country": "CN,US",
        "registrationNumber": "", "registrationCountry": "", "certificateType": 1, "certificateCountry": "US",
        "certificateNumber": "123456X", "certificateValidDate": midnight(20_282), "contractTimeIsv": midnight(18_456),
        "subMerchantId": number(&id), "status": "ACTIVE",
    });
    assert_eq!(stage.told(&id).await, expected);
    let id = stage.enrol(COMPANY).await;
    let expected = json!({
        "merchantName": "Sole Proprietor", "storeType": 1, "merchantType": 2, "merchantMcc": "5511", "country": "CN,US",
        "siteType": 2, "siteUrl": "site url demo", "siteName": "site name demo", "address": "store address demo",
        "brandLogo": "logoUrlDemo", "companyName": "Sole Proprietor", "registrationNumber": "registration number demo",
        "registrationCountry": "US", "registrationAddress": "registration address demo",
        "incorporationDate": midnight(18_382), "contractTimeIsv": midnight(18_456), "subMerchantId": number(&id),
        "status": "ACTIVE",
    });
    assert_eq!(stage.told(&id).await, expected);
}

/// What is changed in a complete form, and the field that is found wrong.
type Row = (&'static [(&'static str, &'static str)], &'static str, &'static str, &'static str);

/// Every rule with its words; `decisions.md` rows 22 to 24.
const RULES: &[Row] = &[
    (INDIVIDUAL, "name", "", "“Name” is needed."),
    (INDIVIDUAL, "name", "a\u{7}b", "“Name” holds a character that cannot be seen."),
    (INDIVIDUAL, "category", "", "“Class of business (MCC)” is needed."),
    (INDIVIDUAL, "category", "tea", "Choose a class of the list, or type its four digits."),
    (INDIVIDUAL, "category", "1003", "Choose a class of the list, or type its four digits."),
    (INDIVIDUAL, "business", "", "“Kind of business” is needed."),
    (INDIVIDUAL, "country_add", "", "“Where it operates” is needed."),
    (INDIVIDUAL, "country_add", "SG,Atlantis", "“Atlantis” is no country of the list."),
    (
        INDIVIDUAL,
        "store",
        "both",
        "Choose one of the two: both are for businesses whose kind and name of site are left empty.",
    ),
    (INDIVIDUAL, "certificate_kind", "", "“Document” is needed for an individual."),
    (INDIVIDUAL, "certificate_country", "", "“Issued in” is needed for an individual."),
    (INDIVIDUAL, "certificate_country", "GO", "Choose a country of the list, or type its two letters."),
    (INDIVIDUAL, "certificate_number", "", "“Number of the document” is needed for an individual."),
    (INDIVIDUAL, "certificate_valid_until", "", "“Valid until” is needed for an individual."),
    (INDIVIDUAL, "certificate_valid_until", "13.7.2025", "Write the day as year-month-day, such as 2027-03-31."),
    (INDIVIDUAL, "contract_on", "1969-12-31", "“Date of your contract with it” takes days from 1970 on."),
    (COMPANY, "company_name", "", "“Legal name” is needed for a business."),
    (COMPANY, "registration_number", "", "“Registration or tax number” is needed for a business."),
    (COMPANY, "registration_country", "", "“Country of registration” is needed for a business."),
    (COMPANY, "registration_country", "XX", "Choose a country of the list, or type its two letters."),
    (COMPANY, "registration_address", "", "“Registered address” is needed for a business."),
    (COMPANY, "incorporated_on", "", "“Registered since” is needed for a business."),
    (COMPANY, "site_kind", "", "“Kind of site” is needed for a business."),
    (COMPANY, "site_name", "", "“Name of the site” is needed for a web site, an app or an applet."),
    (
        COMPANY,
        "store",
        "both",
        "Choose one of the two: both are for businesses whose kind and name of site are left empty.",
    ),
    (TEA_HOUSE, "registration_number", "", "“Registration or tax number” is needed."),
    (TEA_HOUSE, "registration_country", "", "“Country of registration” is needed."),
    (TEA_HOUSE, "address", "", "“Address of the shop” is needed for a shop."),
    (TEA_HOUSE, "second_category", "x", "Choose a class of the list, or type its four digits."),
    (TEA_HOUSE, "blocked_add", "GO", "“GO” is no country of the list."),
];

#[tokio::test]
async fn every_rule_speaks_beside_its_field_and_nothing_typed_is_lost() {
    let site = Site::start();
    let mut stage = Stage::set(&site).await;
    let before = site.app.footprint().await;
    for (base, input, value, words) in RULES {
        let typed = with(base, &[(input, value)]);
        let seen = stage.send(&typed).await.expect(StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(seen.texts(&format!("#{input}-error")), [*words], "{input}={value}");
        assert_eq!(seen.texts("#problems li"), [*words], "{input}={value}: told on top as well, and nothing else is");
        let back = fields_of(&seen.html, ADD);
        for (name, value) in &typed {
            let is_kept = match *name {
                "country_add" if *input != "country_add" => {
                    back.iter().filter(|(name, _)| name == "country").count() > 0
                }
                _ => back.contains(&((*name).to_owned(), (*value).to_owned())),
            };
            assert!(is_kept, "{name}={value} is lost where {input}={value}");
        }
    }
    before.assert_same(&site.app.footprint().await, "a refused form");
}

/// Rules whose fault is with another field than the one that is changed, and texts too long.
#[tokio::test]
async fn rules_that_join_fields_speak_beside_the_field_that_is_wanting() {
    let site = Site::start();
    let mut stage = Stage::set(&site).await;
    let long = "\u{e9}".repeat(1_025);
    let rows: Vec<(Typed<'_>, &str, &str)> = vec![
        (with(INDIVIDUAL, &[("site_kind", "web")]), "site_url", "“URL of the site” is needed for a web site."),
        (
            with(TEA_HOUSE, &[("store", "online")]),
            "site_url",
            "“URL of the site” is needed for a store that sells online.",
        ),
        (with(TEA_HOUSE, &[("category", "9999")]), "industry", "“The business in words” is needed for class 9999."),
        (
            with(TEA_HOUSE, &[("second_category", "9999")]),
            "second_industry",
            "“The second business in words” is needed for class 9999.",
        ),
        (with(TEA_HOUSE, &[("site_name", "x")]), "company_name", "“Legal name” is needed for a business."),
        (with(TEA_HOUSE, &[("store", "")]), "site_kind", "“Kind of site” is needed for a business."),
        (with(TEA_HOUSE, &[("name", &long)]), "name", "“Name” has at most 128 characters."),
        (with(TEA_HOUSE, &[("address", &long)]), "address", "“Address of the shop” has at most 1024 characters."),
        (
            with(TEA_HOUSE, &[("registration_address", &long)]),
            "registration_address",
            "“Registered address” has at most 1024 characters.",
        ),
        (
            with(TEA_HOUSE, &[("registration_number", &long)]),
            "registration_number",
            "“Registration or tax number” has at most 64 characters.",
        ),
        (with(TEA_HOUSE, &[("company_name", &long)]), "company_name", "“Legal name” has at most 64 characters."),
        (with(TEA_HOUSE, &[("site_url", &long)]), "site_url", "“URL of the site” has at most 256 characters."),
        (
            with(TEA_HOUSE, &[("site_kind", "web"), ("site_name", &long)]),
            "site_name",
            "“Name of the site” has at most 32 characters.",
        ),
        (with(TEA_HOUSE, &[("brand_logo", &long)]), "brand_logo", "“URL of the logo” has at most 256 characters."),
        (with(TEA_HOUSE, &[("industry", &long)]), "industry", "“The business in words” has at most 500 characters."),
        (
            with(TEA_HOUSE, &[("second_industry", &long)]),
            "second_industry",
            "“The second business in words” has at most 500 characters.",
        ),
        (
            with(INDIVIDUAL, &[("certificate_number", &long)]),
            "certificate_number",
            "“Number of the document” has at most 64 characters.",
        ),
    ];
    for (typed, input, words) in rows {
        let seen = stage.send(&typed).await.expect(StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(seen.texts(&format!("#{input}-error")), [words], "{}", seen.says());
        assert!(seen.texts("#problems li").contains(&words.to_owned()), "{}", seen.says());
    }
    let all = stage.send(&[("business", "individual")]).await.expect(StatusCode::UNPROCESSABLE_ENTITY);
    let wanting = [
        "name",
        "category",
        "country_add",
        "certificate_kind",
        "certificate_number",
        "certificate_country",
        "certificate_valid_until",
    ];
    let links: Vec<String> = wanting.iter().map(|id| format!("#{id}")).collect();
    assert_eq!(links.iter().filter(|link| all.html.contains(&format!("href=\"{link}\""))).count(), wanting.len());
    assert_eq!(all.texts("#problems li").len(), wanting.len(), "all at once: {}", all.says());
}

#[tokio::test]
async fn a_name_is_one_partners_once() {
    let site = Site::start();
    let mut stage = Stage::set(&site).await;
    let id = stage.enrol(TEA_HOUSE).await;
    let again = stage.send(&with(COMPANY, &[("name", "TEA house")])).await.expect(StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(again.texts("#name-error"), ["You have a sub-merchant of this name."]);
    stage.enrol(COMPANY).await;
    let edit = format!("{}/edit", page_of(&id));
    let form = stage.browser.get(&edit).await;
    let taken = stage.browser.submit(&form, &edit, &[("name", &["sole proprietor"])]).await;
    assert_eq!(taken.texts("#name-error"), ["You have a sub-merchant of this name."]);
    assert_eq!(taken.title(), "Edit Tea House", "the heading is what is in force");
    stage.browser.submit(&taken, &edit, &[("name", &["Tea house"])]).await.expect(StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn the_form_is_drawn_for_what_is_chosen_and_keeps_what_was_typed() {
    let site = Site::start();
    let mut stage = Stage::set(&site).await;
    let ask = stage.browser.get(ADD).await.expect(StatusCode::OK);
    assert_eq!(ask.texts("input[type=radio]").len(), 9);
    let unanswered =
        stage.browser.get(&format!("{ADD}?go=on&store=shop")).await.expect(StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(unanswered.texts("#business-error"), ["Choose what kind of business it is."]);
    assert!(unanswered.attribute("#store input[checked]", "value").is_some_and(|value| value == "shop"));

    let shown = |seen: &Seen, id: &str| seen.attribute(&format!("#{id}"), "name").is_some();
    let wanted = |seen: &Seen, id: &str| seen.attribute(&format!("#{id}"), "aria-required").is_some();
    let person = stage.browser.get(&format!("{ADD}?business=individual&store=shop&go=on")).await.expect(StatusCode::OK);
    assert!(shown(&person, "certificate_number") && !shown(&person, "company_name") && !shown(&person, "industry"));
    assert!(wanted(&person, "certificate_number") && wanted(&person, "country_add") && !wanted(&person, "address"));
    assert!(person.texts("#problems").is_empty(), "nothing is wrong before anything was sent");

    let typed: &[(&str, &[&str])] = &[
        ("step", &["redraw"]),
        ("business", &["partnership"]),
        ("store", &["online"]),
        ("category", &["9999"]),
        ("certificate_number", &["123456X"]),
        ("country_add", &["singapore, GO"]),
    ];
    let company = stage.browser.submit(&person, ADD, typed).await.expect(StatusCode::OK);
    assert!(wanted(&company, "site_url") && wanted(&company, "registration_number") && wanted(&company, "industry"));
    assert!(shown(&company, "company_name") && !wanted(&company, "company_name"));
    assert!(!shown(&company, "address") && !shown(&company, "certificate_kind"));
    assert_eq!(
        company.attribute("#certificate_number", "value").as_deref(),
        Some("123456X"),
        "what holds something stays"
    );
    assert!(company.says().contains("Not asked for from this kind of sub-merchant."), "{}", company.says());
    let back = fields_of(&company.html, ADD);
    for code in ["SG", "GO"] {
        assert!(back.contains(&("country".to_owned(), code.to_owned())), "{code} is among the ticks");
    }
    assert_eq!(company.attribute("#country_add", "value").as_deref(), Some(""));
    assert_eq!(site.app.footprint().await.rows("sub_merchants"), 0, "drawing is not enrolling");
    // What the rules never allow is told before the form is sent.
    let both =
        stage.browser.submit(&person, ADD, &[("step", &["redraw"]), ("store", &["both"])]).await.expect(StatusCode::OK);
    assert_eq!(both.texts("#store-error").len(), 1);
}

#[tokio::test]
async fn what_calls_told_is_kept_to_the_millisecond() {
    let site = Site::start();
    let mut stage = Stage::set(&site).await;
    let body = json!({
        "merchantName": "Old record", "merchantType": 3, "merchantMcc": "3000", "country": "GO,SG", "siteType": 4,
        "companyName": "Old & Sons", "registrationNumber": "1", "registrationCountry": "GB", "registrationAddress": "x",
        "incorporationDate": 1_588_262_400_123_i64, "contractTimeIsv": 9_223_372_036_854_775_807_i64,
        "certificateNumber": "kept", "blockPayerKycCountries": ["US", "DE"], "subPayMccCode": "1024",
    });
    let id = stage.partner.call("/submerchant/add", body).await.data()["subMerchantId"].to_string();
    let before = stage.told(&id).await;
    let edit = format!("{}/edit", page_of(&id));
    let form = stage.browser.get(&edit).await.expect(StatusCode::OK);
    stage.browser.submit(&form, &edit, &[]).await.expect(StatusCode::SEE_OTHER);
    assert_eq!(stage.told(&id).await, before, "a form sent as it opened changes nothing");
    // Sent again it would overwrite a revision that it did not show.
    let stale =
        stage.browser.submit(&form, &edit, &[("name", &["Mine"])]).await.expect(StatusCode::UNPROCESSABLE_ENTITY);
    assert!(stale.texts("#problems").join("").contains("It was changed meanwhile"), "{}", stale.says());
    assert_eq!(stale.attribute("#name", "value").as_deref(), Some("Mine"));
    assert_eq!(stage.told(&id).await["merchantName"], "Old record");
    stage.browser.submit(&stale, &edit, &[]).await.expect(StatusCode::SEE_OTHER);
    assert_eq!(stage.told(&id).await["merchantName"], "Mine");
    // A fault of its own does not hide that it was changed meanwhile.
    let form = stage.browser.get(&edit).await;
    stage.browser.submit(&form, &edit, &[("name", &["Theirs"])]).await.expect(StatusCode::SEE_OTHER);
    let wrong = stage.browser.submit(&form, &edit, &[("name", &[""])]).await.expect(StatusCode::UNPROCESSABLE_ENTITY);
    let stale = stage.browser.submit(&wrong, &edit, &[("name", &["Ours"])]).await;
    let stale = stale.expect(StatusCode::UNPROCESSABLE_ENTITY);
    assert!(stale.texts("#problems").join("").contains("It was changed meanwhile"), "{}", stale.says());
    assert_eq!(stage.told(&id).await["merchantName"], "Theirs");
    // Another day is the beginning of it; an emptied field is gone.
    let form = stage.browser.get(&edit).await;
    let typed: &[(&str, &[&str])] =
        &[("incorporated_on", &["2020-05-02"]), ("certificate_number", &[""]), ("blocked", &["DE"])];
    stage.browser.submit(&form, &edit, typed).await.expect(StatusCode::SEE_OTHER);
    let told = stage.told(&id).await;
    assert_eq!(told["incorporationDate"], 1_588_377_600_000_i64);
    assert_eq!(told["blockPayerKycCountries"], json!(["DE"]));
    assert!(told.get("certificateNumber").is_none_or(Value::is_null), "{told}");
}

#[tokio::test]
async fn the_list_is_paged_searched_and_filtered() {
    let site = Site::start();
    let mut stage = Stage::set(&site).await;
    let mut ids = Vec::new();
    for number in 1..=27 {
        let name = format!("Ware house {number:02}");
        ids.push(stage.enrol(&with(TEA_HOUSE, &[("name", &name)])).await);
        site.app.advance_ms(1);
    }
    let names = |seen: &Seen| seen.texts("tbody th a");
    let first = stage.browser.get(LIST).await.expect(StatusCode::OK);
    assert_eq!((names(&first).len(), names(&first)[0].as_str()), (25, "Ware house 27"));
    let older = first.attribute("a[rel=next]", "href").expect("there are older ones");
    let last = stage.browser.get(&older).await.expect(StatusCode::OK);
    assert_eq!(names(&last), ["Ware house 02", "Ware house 01"]);
    let newer = last.attribute("a[rel=prev]", "href").expect("there are newer ones");
    assert_eq!(names(&stage.browser.get(&newer).await), names(&first));

    for (query, expected) in [
        ("?q=WARE+house+0".to_owned(), 9),
        ("?q=house".to_owned(), 0),
        (format!("?q=%20{}%20", ids[3]), 1),
        ("?q=1".to_owned(), 0),
        ("?q=ware&state=SUSPENDED".to_owned(), 0),
        ("?state=ACTIVE".to_owned(), 25),
        ("?state=nonsense".to_owned(), 25),
    ] {
        let seen = stage.browser.get(&format!("{LIST}{query}")).await.expect(StatusCode::OK);
        assert_eq!(names(&seen).len(), expected, "{query}");
    }
    let paged = stage.browser.get(&format!("{LIST}?q=ware%20house&state=ACTIVE")).await;
    let older = paged.attribute("a[rel=next]", "href").expect("there are older ones");
    assert!(older.contains("q=ware%20house&") && older.contains("state=ACTIVE&"), "the filter goes along: {older}");
    assert_eq!(names(&stage.browser.get(&older).await).len(), 2);

    let suspend = format!("{}/suspend", page_of(&ids[3]));
    let asked = stage.browser.get(&suspend).await;
    stage.browser.submit(&asked, &suspend, &[]).await.expect(StatusCode::SEE_OTHER);
    let suspended = stage.browser.get(&format!("{LIST}?state=SUSPENDED")).await;
    assert_eq!(names(&suspended), ["Ware house 04"]);
    assert_eq!(suspended.attribute("option[selected]", "value").as_deref(), Some("SUSPENDED"));
    let none = stage.browser.get(&format!("{LIST}?state=ACTIVE&q={}", ids[3])).await;
    assert!(none.says().contains("None of your sub-merchants is like this."), "{}", none.says());
}

#[tokio::test]
async fn another_partners_sub_merchant_is_not_there() {
    let site = Site::start();
    let mut stage = Stage::set(&site).await;
    let mut other = Stage::set(&site).await;
    let id = stage.enrol(TEA_HOUSE).await;
    let own = other.enrol(TEA_HOUSE).await;
    let before = stage.told(&id).await;
    for path in ["", "/edit", "/suspend"] {
        let seen = other.browser.get(&format!("{}{path}", page_of(&id))).await.expect(StatusCode::NOT_FOUND);
        assert_eq!(seen.title(), "There is nothing here", "{path}");
    }
    let form = other.browser.get(&format!("{}/edit", page_of(&own))).await;
    let fields = fields_of(&form.html, &format!("{}/edit", page_of(&own)));
    for path in ["/edit", "/suspend", "/resume"] {
        other.browser.post(&format!("{}{path}", page_of(&id)), &fields).await.expect(StatusCode::NOT_FOUND);
    }
    assert_eq!(stage.told(&id).await, before);
    let found = other.browser.get(&format!("{LIST}?q={id}")).await;
    assert!(found.texts("tbody tr").is_empty(), "{}", found.says());
    for unknown in ["0", "x", "-1", "99999999999999999999"] {
        other.browser.get(&page_of(unknown)).await.expect(StatusCode::NOT_FOUND);
    }
}

#[tokio::test]
async fn others_do_not_see_the_menu_entry() {
    let site = Site::start();
    let (merchant, provider) = (site.app.merchant("Shop").await, site.app.provider("Acme").await);
    for owner in [merchant.owner, provider.owner] {
        let mut browser = site.visitor(owner).await;
        let home = browser.get("/portal").await.expect(StatusCode::OK);
        assert!(!home.html.contains(LIST), "{}", home.says());
        browser.get(LIST).await.expect(StatusCode::FORBIDDEN);
    }
}

#[tokio::test]
async fn a_frozen_partner_changes_nothing() {
    let site = Site::start();
    let mut stage = Stage::set(&site).await;
    let id = stage.enrol(TEA_HOUSE).await;
    site.app.operator().await.set_status(stage.partner.id, MerchantStatus::Frozen).await;
    let before = site.app.footprint().await;
    let refused = stage.send(COMPANY).await.expect(StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.texts("#problems").join("").contains("Your account is frozen."), "{}", refused.says());
    let edit = format!("{}/edit", page_of(&id));
    let form = stage.browser.get(&edit).await;
    let refused = stage.browser.submit(&form, &edit, &[("name", &["Mine"])]).await;
    assert!(refused.texts("#problems").join("").contains("Your account is frozen."), "{}", refused.says());
    before.assert_same(&site.app.footprint().await, "a frozen partner");
}

#[tokio::test]
async fn what_a_form_cannot_hold_is_refused() {
    let site = Site::start();
    let mut stage = Stage::set(&site).await;
    let id = stage.enrol(TEA_HOUSE).await;
    let edit = format!("{}/edit", page_of(&id));
    let form = stage.browser.get(&edit).await;
    stage.browser.submit(&form, &edit, &[("revision", &["x"])]).await.expect(StatusCode::BAD_REQUEST);
    let twice = format!("{ADD}?business=individual&business=partnership&store=");
    stage.browser.get(&twice).await.expect(StatusCode::BAD_REQUEST);
    let everywhere: Vec<&str> =
        countersign_domain::reference::Country::all().map(countersign_domain::reference::Country::code).collect();
    let typed: &[(&str, &[&str])] = &[("country", &everywhere), ("blocked", &everywhere)];
    stage.browser.submit(&form, &edit, typed).await.expect(StatusCode::SEE_OTHER);
    let told = stage.told(&id).await;
    assert_eq!(told["blockPayerKycCountries"].as_array().map(Vec::len), Some(249), "no country is dropped");
}
