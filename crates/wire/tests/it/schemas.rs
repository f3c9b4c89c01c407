//! Generated from the schemas: every field of every endpoint meets every wrong value. A new schema needs no new test.

use countersign_wire::{ENDPOINTS, Kind, Need, Schema};
use serde_json::{Value, json};

use crate::samples::{Place, judge, letter, object, places, refused, value, with};

fn each_place(test: impl Fn(&'static Schema, &Place)) {
    let mut count = 0;
    for endpoint in ENDPOINTS {
        for place in places(endpoint.request) {
            test(endpoint.request, &place);
            count += 1;
        }
    }
    assert!(count > 100, "the walk over the schemas is broken: {count} fields");
}

/// The code of a value that is present but not of the kind.
fn malformed_code(kind: &Kind) -> &'static str {
    if matches!(kind, Kind::MerchantTradeNo) { "400201" } else { "400101" }
}

/// The schema's full sample without the fields that win over this one.
fn without_rivals(schema: &'static Schema, place: &Place, replacement: Option<Value>) -> String {
    let body = with(schema, &place.pointer, replacement);
    let Need::AlternativeTo(rival) = place.need else { return body };
    let mut body: Value = serde_json::from_str(&body).expect("a sample is JSON");
    body.as_object_mut().expect("a sample is an object").remove(rival);
    body.to_string()
}

#[test]
fn full_samples_pass_and_unknown_keys_are_ignored() {
    for endpoint in ENDPOINTS {
        let mut body = object(endpoint.request.fields);
        judge(endpoint.request, &json!(body).to_string()).expect(endpoint.path);
        body.insert("goodsQuantity".to_owned(), json!({"a": [1, null]}));
        judge(endpoint.request, &json!(body).to_string()).expect(endpoint.path);
    }
}

#[test]
fn missing_null_and_empty_are_one() {
    each_place(|schema, place| {
        for replacement in [None, Some(Value::Null), Some(json!(""))] {
            let body = without_rivals(schema, place, replacement);
            if place.need == Need::Optional {
                // An optional field may only be missed by an alternative to it, which the sample has.
                judge(schema, &body).expect(&body);
            } else {
                refused(schema, &body, "400100", &place.path);
            }
        }
    });
}

#[test]
fn wrong_json_types_are_refused() {
    each_place(|schema, place| {
        let all = [json!(true), json!(1.5), json!("x y"), json!([]), json!({})];
        for replacement in all {
            let fits = match place.kind {
                Kind::Text { .. } | Kind::Enum(_) | Kind::Url { .. } => replacement.is_string(),
                Kind::MerchantTradeNo | Kind::Identifier { .. } | Kind::Integer { .. } | Kind::TimestampMs => false,
                Kind::Amount => replacement.is_number(),
                Kind::Boolean => replacement.is_boolean(),
                Kind::Object(_) => replacement.is_object(),
                Kind::CurrencyCodes { .. } => replacement.is_string(),
                Kind::List { .. } => replacement.is_array(),
            };
            if !fits {
                let body = without_rivals(schema, place, Some(replacement));
                refused(schema, &body, malformed_code(place.kind), &place.path);
            }
        }
    });
}

#[test]
fn lengths_are_counted_in_characters_and_one_too_many_is_refused() {
    each_place(|schema, place| {
        let (max, text): (usize, Box<dyn Fn(usize) -> String>) = match place.kind {
            Kind::Text { max, charset, .. } => (*max, Box::new(|count| letter(*charset).repeat(count))),
            Kind::MerchantTradeNo => (32, Box::new(|count| "z".repeat(count))),
            Kind::Identifier { max, charset } => (*max, Box::new(|count| letter(*charset).repeat(count))),
            Kind::CurrencyCodes { max } => (*max, Box::new(|count| format!("USDT{}", ",".repeat(count - 4)))),
            Kind::Url { max } => (*max, Box::new(|count| format!("http://{}", "\u{1F34E}".repeat(count - 7)))),
            _ => return,
        };
        let body = without_rivals(schema, place, Some(json!(text(max))));
        judge(schema, &body).expect(&body);
        let body = without_rivals(schema, place, Some(json!(text(max + 1))));
        refused(schema, &body, malformed_code(place.kind), &place.path);
    });
}

#[test]
fn texts_below_their_minimum_are_refused() {
    each_place(|schema, place| {
        if let Kind::Text { min, charset, .. } = place.kind
            && *min > 1
        {
            let body = with(schema, &place.pointer, Some(json!(letter(*charset).repeat(min - 1))));
            refused(schema, &body, "400101", &place.path);
        }
    });
}

#[test]
fn control_characters_are_refused() {
    each_place(|schema, place| {
        for control in ["\u{0}", "\n", "\u{7f}", "\u{85}"] {
            let code = match place.kind {
                Kind::Text { .. } | Kind::Identifier { .. } | Kind::CurrencyCodes { .. } => "400103",
                Kind::Url { .. } => {
                    let body = with(schema, &place.pointer, Some(json!(format!("https://shop.example/{control}"))));
                    refused(schema, &body, "400103", &place.path);
                    continue;
                }
                Kind::Enum(_) => "400102",
                Kind::MerchantTradeNo => "400201",
                _ => continue,
            };
            // As long as the shortest text, at least two characters, so that none is refused for its length first.
            let min = if let Kind::Text { min, .. } = place.kind { *min } else { 1 };
            let before = "7".repeat(min.max(2) - 1);
            let body = without_rivals(schema, place, Some(json!(format!("{before}{control}"))));
            refused(schema, &body, code, &place.path);
        }
    });
}

#[test]
fn values_outside_a_range_or_list_are_refused() {
    each_place(|schema, place| {
        let outside = match place.kind {
            Kind::Integer { min, max } => vec![json!(min - 1), json!(max + 1), json!(u64::MAX)],
            Kind::Enum(values) => vec![json!(values[0].to_lowercase() + "x"), json!("NO_SUCH_VALUE")],
            Kind::Amount => vec![json!(0), json!("0.00"), json!("-1"), json!(1e40)],
            Kind::TimestampMs => vec![json!(-1), json!(u64::MAX), json!("99999999999999999999")],
            _ => return,
        };
        for replacement in outside {
            refused(schema, &with(schema, &place.pointer, Some(replacement)), "400102", &place.path);
        }
    });
}

#[test]
fn lists_have_bounds_and_name_the_element() {
    each_place(|schema, place| {
        let Kind::List { of, min, max, skip_empty } = place.kind else { return };
        let list = |count: usize| json!(vec![value(of); count]);
        judge(schema, &with(schema, &place.pointer, Some(list(*max)))).expect("as many as allowed");
        refused(schema, &with(schema, &place.pointer, Some(list(max + 1))), "400101", &place.path);
        let empty = with(schema, &place.pointer, Some(json!([])));
        if *min == 0 {
            judge(schema, &empty).expect("an empty list is allowed");
        } else {
            refused(schema, &empty, "400100", &place.path);
        }
        for hole in [Value::Null, json!("")] {
            let body = with(schema, &place.pointer, Some(json!([value(of), hole])));
            if *skip_empty {
                judge(schema, &body).expect("holes are left out");
            } else {
                refused(schema, &body, "400100", &format!("{}[1]", place.path));
            }
        }
        let body = with(schema, &place.pointer, Some(json!([value(of), 1])));
        refused(schema, &body, "400101", &format!("{}[1]", place.path));
    });
}

#[test]
fn a_known_key_twice_is_refused_at_every_depth() {
    each_place(|schema, place| {
        let (parent, name) = place.pointer.rsplit_once('/').expect("pointers begin with a slash");
        let body = Value::Object(object(schema.fields));
        let parent_text = body.pointer(parent).expect("the parent is in the sample").to_string();
        let inner = parent_text.strip_suffix('}').expect("the parent is an object");
        let doubled = format!("{inner},\"{name}\":null}}");
        let text = if parent.is_empty() {
            doubled
        } else {
            let mut body = body;
            *body.pointer_mut(parent).expect("the parent is in the sample") = json!("MARKER");
            body.to_string().replace("\"MARKER\"", &doubled)
        };
        refused(schema, &text, "400001", &place.path);
    });
}

#[test]
fn the_first_failing_field_in_schema_order_is_reported() {
    for endpoint in ENDPOINTS {
        let required = endpoint.request.fields.iter().find(|field| field.need != Need::Optional);
        if let Some(field) = required {
            refused(endpoint.request, "{}", "400100", field.name);
        }
    }
}

#[test]
fn every_field_says_what_it_means() {
    each_place(|_, place| assert!(!place.kind.expected().is_empty(), "{}", place.path));
    for endpoint in ENDPOINTS {
        assert!(endpoint.request.source.contains(".md "), "{}", endpoint.path);
        assert!(endpoint.request.fields.iter().all(|field| !field.about.is_empty()), "{}", endpoint.path);
    }
}
