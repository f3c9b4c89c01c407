//! The API description.

use countersign_wire::ENDPOINTS;
use countersign_wire::endpoint::PATH_PREFIX;
use serde_json::Value;

#[test]
fn the_document_is_as_reviewed() {
    let mut document = countersign_api::openapi();
    assert_eq!(document["info"]["version"], env!("CARGO_PKG_VERSION"));
    document["info"]["version"] = "<version>".into();
    insta::assert_json_snapshot!(document);
}

#[test]
fn every_endpoint_is_described_and_every_reference_leads_somewhere() {
    let document = countersign_api::openapi();
    let paths = document["paths"].as_object().expect("paths");
    assert_eq!(paths.len(), ENDPOINTS.len());
    for endpoint in ENDPOINTS {
        let operation = &paths[&format!("{PATH_PREFIX}{}", endpoint.path)]["post"];
        assert_eq!(operation["parameters"].as_array().expect("headers").len(), 4, "{}", endpoint.path);
        let (done, refused) = (operation["responses"]["200"].to_string(), operation["responses"]["400"].to_string());
        for code in endpoint.codes {
            let refused = if code.http_status() == 200 { &done } else { &refused };
            assert!(refused.contains(code.digits()), "{} {code}", endpoint.path);
        }
        let data = &operation["responses"]["200"]["content"]["application/json"]["schema"]["properties"]["data"];
        assert!(data["type"].is_string(), "{}", endpoint.path);
    }
    let mut found = 0;
    each_reference(&document, &mut |reference| {
        let pointer = reference.strip_prefix('#').expect("a local reference");
        assert!(document.pointer(pointer).is_some(), "{reference} leads nowhere");
        found += 1;
    });
    assert!(found > ENDPOINTS.len());
}

fn each_reference(value: &Value, visit: &mut impl FnMut(&str)) {
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                match member {
                    Value::String(reference) if name == "$ref" => visit(reference),
                    member => each_reference(member, visit),
                }
            }
        }
        Value::Array(elements) => elements.iter().for_each(|element| each_reference(element, visit)),
        _ => {}
    }
}
