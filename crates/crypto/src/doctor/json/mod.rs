//! JSON as text: read without losing a byte, written again in another style.
//!
//! Numbers are never parsed to values and member order is kept, so that writing in no style at all gives back the very
//! bytes read. Depth and written size are bounded.

mod other_text;
mod read;
mod text;
mod write;

pub(super) use read::Document;
pub(super) use text::quoted;
pub(super) use write::{Markup, Numbers, Order, Spacing, Style, Unicode};

#[cfg(test)]
mod tests {
    use proptest::prelude::{Just, Strategy, prop_assert_eq, prop_oneof, proptest};

    use super::{Document, Markup, Numbers, Order, Spacing, Style, Unicode};

    fn written(text: &str, style: Style) -> String {
        let document = Document::read(text.as_bytes()).expect("the test gives JSON");
        String::from_utf8(document.written(&style).expect("the test gives short JSON")).expect("JSON is text")
    }

    const COMPACT: Spacing = Spacing { comma: ",", colon: ":", indent: None };
    const INDENTED: Spacing = Spacing { comma: ",", colon: ": ", indent: Some("  ") };

    #[test]
    fn each_trait_changes_only_what_it_is_about() {
        let as_sent = Style::default();
        let text = r#" { "b" : [1.50, 2.0 ,-3,1.0e5] , "a":{"z":null,"y":"\/ \u00e9😀<'\u003e\"" },"c":[ ]} "#;
        let rows = [
            (as_sent, text),
            (
                Style { spacing: Some(COMPACT), ..as_sent },
                r#"{"b":[1.50,2.0,-3,1.0e5],"a":{"z":null,"y":"\/ \u00e9😀<'\u003e\""},"c":[]}"#,
            ),
            (
                Style { spacing: Some(INDENTED), without_nulls: true, ..as_sent },
                "{\n  \"b\": [\n    1.50,\n    2.0,\n    -3,\n    1.0e5\n  ],\n  \"a\": {\n    \"y\": \"\\/ \\u00e9😀<'\\u003e\\\"\"\n  },\n  \"c\": []\n}",
            ),
            (
                Style { spacing: Some(COMPACT), order: Some(Order::Sorted), ..as_sent },
                r#"{"a":{"y":"\/ \u00e9😀<'\u003e\"","z":null},"b":[1.50,2.0,-3,1.0e5],"c":[]}"#,
            ),
            (
                Style { spacing: Some(COMPACT), order: Some(Order::TopSorted), slashes: Some(false), ..as_sent },
                r#"{"a":{"z":null,"y":"/ \u00e9😀<'\u003e\""},"b":[1.50,2.0,-3,1.0e5],"c":[]}"#,
            ),
            (
                Style { unicode: Some(Unicode::UpperEscapes), numbers: Some(Numbers::WithoutFraction), ..as_sent },
                r#" { "b" : [1.5, 2 ,-3,1.0e5] , "a":{"z":null,"y":"\/ \u00E9\uD83D\uDE00<'\u003e\"" },"c":[ ]} "#,
            ),
            (
                Style { unicode: Some(Unicode::Raw), markup: Some(Markup::Plain), ..as_sent },
                r#" { "b" : [1.50, 2.0 ,-3,1.0e5] , "a":{"z":null,"y":"\/ é😀<'>\"" },"c":[ ]} "#,
            ),
            (
                Style { numbers: Some(Numbers::OneZero), markup: Some(Markup::DotNet), ..as_sent },
                r#" { "b" : [1.5, 2.0 ,-3,1.0e5] , "a":{"z":null,"y":"\/ \u00e9😀\u003C\u0027\u003E\u0022" },"c":[ ]} "#,
            ),
        ];
        for (style, expected) in rows {
            assert_eq!(written(text, style), expected, "{style:?}");
        }
    }

    #[test]
    fn what_is_no_json_is_not_read() {
        let nested = |depth| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
        assert!(Document::read(nested(32).as_bytes()).is_some());
        assert!(Document::read(nested(33).as_bytes()).is_none());
        for text in
            ["", " ", "{", "[1,]", "{\"a\"}", "{\"a\":1,}", "{'a':1}", "[1]2", "\"a", "\"a\\", "nul", "[object Object]"]
        {
            assert!(Document::read(text.as_bytes()).is_none(), "{text}");
        }
        assert!(Document::read(b"\"\xFF\"").is_none());
    }

    fn gap() -> impl Strategy<Value = &'static str> {
        prop_oneof![Just(""), Just(" "), Just("\n  "), Just("\t\r\n")]
    }

    fn json() -> impl Strategy<Value = String> {
        let leaf = prop_oneof![
            "-?[1-9][0-9]{0,5}(\\.[0-9]{1,4})?",
            prop_oneof![Just("null".to_owned()), Just("true".to_owned())],
            "\"([a-zé/<😀]|\\\\[\"\\\\/n]|\\\\u00[0-9a-f]{2}){0,6}\"",
        ];
        leaf.prop_recursive(4, 32, 4, |inner| {
            let items = proptest::collection::vec((gap(), inner.clone(), gap()), 0..4);
            let members = proptest::collection::vec((gap(), "[a-c]{1,2}", gap(), inner), 0..4);
            prop_oneof![
                items.prop_map(|items| {
                    let items: Vec<_> =
                        items.iter().map(|(before, text, after)| [*before, text, after].concat()).collect();
                    format!("[{}]", items.join(","))
                }),
                members.prop_map(|members| {
                    let members: Vec<_> = members
                        .iter()
                        .map(|(before, key, gap, text)| format!("{before}\"{key}\"{gap}:{text}"))
                        .collect();
                    format!("{{{}}}", members.join(","))
                }),
            ]
        })
    }

    proptest! {
        #[test]
        fn no_style_at_all_gives_the_very_bytes(text in json()) {
            prop_assert_eq!(written(&text, Style::default()), text);
        }

        #[test]
        fn compact_is_compact_whatever_was_sent(text in json()) {
            let compact = written(&text, Style { spacing: Some(COMPACT), ..Style::default() });
            let indented = written(&text, Style { spacing: Some(INDENTED), ..Style::default() });
            prop_assert_eq!(written(&indented, Style { spacing: Some(COMPACT), ..Style::default() }), compact);
        }
    }
}
