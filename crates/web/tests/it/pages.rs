//! Rules every page keeps, whatever it shows.

use std::collections::HashSet;

use scraper::{ElementRef, Html, Selector};

use super::samples;

fn all<'a>(page: &'a Html, selector: &str) -> Vec<ElementRef<'a>> {
    page.select(&Selector::parse(selector).expect("a selector of this file")).collect()
}

/// Every way in which `html` breaks a rule.
fn faults(html: &str) -> Vec<String> {
    let page = Html::parse_document(html);
    let mut faults = Vec::new();
    let mut expect = |holds: bool, fault: String| {
        if !holds {
            faults.push(fault);
        }
    };

    expect(html.starts_with("<!doctype html>"), "no doctype first".to_owned());
    expect(all(&page, "html[lang=en]").len() == 1, "no language".to_owned());
    expect(all(&page, "h1").len() == 1, format!("{} h1", all(&page, "h1").len()));
    expect(all(&page, "main#main").len() == 1, "no main".to_owned());
    expect(html.contains("Countersign is not affiliated with Binance."), "no disclaimer".to_owned());

    let mut ids = HashSet::new();
    for element in all(&page, "[id]") {
        let id = element.value().id().unwrap_or_default().to_owned();
        expect(ids.insert(id.clone()), format!("id {id} twice"));
    }
    let labels: HashSet<_> =
        all(&page, "label[for]").iter().filter_map(|label| label.attr("for").map(str::to_owned)).collect();
    for label in &labels {
        expect(ids.contains(label), format!("label for nothing: {label}"));
    }
    for input in all(&page, "input:not([type=hidden]), select, textarea") {
        let id = input.value().id().unwrap_or_default();
        let spoken = labels.contains(id) || input.attr("aria-hidden") == Some("true");
        expect(spoken, format!("no label: {}", input.html()));
    }
    for attribute in ["aria-describedby", "aria-labelledby", "form", "data-copy"] {
        for element in all(&page, &format!("[{attribute}]")) {
            for id in element.attr(attribute).unwrap_or_default().split_whitespace() {
                expect(ids.contains(id), format!("{attribute} names nothing: {id}"));
            }
        }
    }
    for link in all(&page, "a[href^=\"#\"]") {
        let target = link.attr("href").unwrap_or_default().trim_start_matches('#');
        expect(ids.contains(target), format!("link into nothing: {target}"));
    }
    for nameless in all(&page, "button, a[href], summary") {
        expect(!nameless.text().collect::<String>().trim().is_empty(), format!("no name: {}", nameless.html()));
    }

    // The content security policy would block these; a browser shows nothing but a broken page.
    // A mail's HTML part alone is framed, in a sandbox, from an address with a policy of its own.
    let mail_part = "iframe[sandbox][title][src^=\"/sandbox/mail/\"][src$=\"/html\"]";
    expect(
        all(&page, &format!("style, [style], iframe:not({mail_part}), object, base, meta[http-equiv]")).is_empty(),
        "inline style or frame".to_owned(),
    );
    for script in all(&page, "script") {
        expect(script.attr("src").is_some() && script.inner_html().is_empty(), "inline script".to_owned());
    }
    for element in all(&page, "*") {
        for (name, value) in element.value().attrs() {
            expect(!name.starts_with("on"), format!("handler {name}"));
            let leads_out =
                matches!(name, "href" | "src" | "action") && !value.starts_with('/') && !value.starts_with('#');
            let said = element.attr("rel").is_some_and(|rel| rel.contains("external") && rel.contains("noopener"));
            expect(!leads_out || said, format!("leads out: {name}={value}"));
            expect(!(name == "href" && value.starts_with("//")), format!("leads out: {value}"));
        }
    }
    for form in all(&page, "form[method=post]") {
        let has_token = form.select(&Selector::parse("input[name=csrf]").expect("a selector")).count() == 1;
        expect(has_token, format!("form without csrf: {}", form.attr("action").unwrap_or_default()));
    }
    faults
}

#[test]
fn every_page_keeps_the_rules() {
    let samples = samples::all();
    assert!(samples.len() > 40, "{} samples", samples.len());
    let broken: Vec<_> = samples
        .iter()
        .flat_map(|sample| faults(&sample.html).into_iter().map(move |fault| format!("{}: {fault}", sample.name)))
        .collect();
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn a_broken_page_is_noticed() {
    let page = "<html><body><h1>a</h1><h1>b</h1><main></main><a href=\"//evil\">x</a><form method=post></form>\
                <input name=x><p style=\"a\" onclick=\"b\"></p><script>1</script></body></html>";
    assert!(faults(page).len() >= 10, "{:?}", faults(page));
}

#[test]
fn every_page_of_the_sandbox_says_so() {
    for sample in samples::all() {
        assert!(sample.html.contains("nothing here is real money"), "{}", sample.name);
    }
}

#[test]
fn what_others_wrote_stays_text() {
    let hostile = samples::hostile();
    assert!(!hostile.contains("<script>alert"), "markup of a stranger");
    assert!(hostile.contains("&#60;script&#62;alert") || hostile.contains("&lt;script&gt;alert"));
    assert!(faults(&hostile).is_empty(), "{:?}", faults(&hostile));
}
