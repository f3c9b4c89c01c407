//! Bodies as an order library sends them, and what other serialisers make of them: Python's `json`, `str` and `urllib`, Node's
//! `JSON` and `encodeURIComponent` as they printed them; the styles of PHP, Go, Gson and .NET by their documented escapes.

#![expect(clippy::needless_raw_string_hashes, reason = "all texts are quoted alike, as the serialisers printed them")]

/// A body with the texts that may have been signed in its place.
pub(crate) struct Texts {
    pub(crate) name: &'static str,
    pub(crate) sent: &'static str,
    others: &'static [(&'static str, &'static str)],
}

impl Texts {
    /// The text of a serialiser; `None` where it makes no sense for this body.
    pub(crate) fn by(&self, serialiser: &str) -> Option<&'static str> {
        self.others.iter().find(|(name, _)| *name == serialiser).map(|(_, text)| *text)
    }
}

/// The bodies of the corpus.
pub(crate) const TEXTS: &[Texts] = &[
    Texts {
        name: "flat",
        sent: r#"{"merchantTradeNo":"9825382937292","orderAmount":25.17,"currency":"USDT","goodsName":"Ice Cream"}"#,
        others: &[
            (
                "python_utf8",
                r#"{"merchantTradeNo": "9825382937292", "orderAmount": 25.17, "currency": "USDT", "goodsName": "Ice Cream"}"#,
            ),
            (
                "python",
                r#"{"merchantTradeNo": "9825382937292", "orderAmount": 25.17, "currency": "USDT", "goodsName": "Ice Cream"}"#,
            ),
            (
                "python_ascii_compact",
                r#"{"merchantTradeNo":"9825382937292","orderAmount":25.17,"currency":"USDT","goodsName":"Ice Cream"}"#,
            ),
            (
                "python_sorted_compact_utf8",
                r#"{"currency":"USDT","goodsName":"Ice Cream","merchantTradeNo":"9825382937292","orderAmount":25.17}"#,
            ),
            (
                "python_sorted",
                r#"{"currency": "USDT", "goodsName": "Ice Cream", "merchantTradeNo": "9825382937292", "orderAmount": 25.17}"#,
            ),
            (
                "python_sorted_utf8",
                r#"{"currency": "USDT", "goodsName": "Ice Cream", "merchantTradeNo": "9825382937292", "orderAmount": 25.17}"#,
            ),
            (
                "python_indent",
                r#"{
    "merchantTradeNo": "9825382937292",
    "orderAmount": 25.17,
    "currency": "USDT",
    "goodsName": "Ice Cream"
}"#,
            ),
            (
                "python_str",
                r#"{'merchantTradeNo': '9825382937292', 'orderAmount': 25.17, 'currency': 'USDT', 'goodsName': 'Ice Cream'}"#,
            ),
            (
                "python_twice",
                r#""{\"merchantTradeNo\":\"9825382937292\",\"orderAmount\":25.17,\"currency\":\"USDT\",\"goodsName\":\"Ice Cream\"}""#,
            ),
            (
                "python_quote",
                r#"%7B%22merchantTradeNo%22%3A%229825382937292%22%2C%22orderAmount%22%3A25.17%2C%22currency%22%3A%22USDT%22%2C%22goodsName%22%3A%22Ice%20Cream%22%7D"#,
            ),
            (
                "python_quote_plus",
                r#"%7B%22merchantTradeNo%22%3A%229825382937292%22%2C%22orderAmount%22%3A25.17%2C%22currency%22%3A%22USDT%22%2C%22goodsName%22%3A%22Ice+Cream%22%7D"#,
            ),
            ("python_form", r#"merchantTradeNo=9825382937292&orderAmount=25.17&currency=USDT&goodsName=Ice+Cream"#),
            (
                "python_form_sorted",
                r#"currency=USDT&goodsName=Ice+Cream&merchantTradeNo=9825382937292&orderAmount=25.17"#,
            ),
            ("plain_form", r#"merchantTradeNo=9825382937292&orderAmount=25.17&currency=USDT&goodsName=Ice Cream"#),
            (
                "node_indent",
                r#"{
  "merchantTradeNo": "9825382937292",
  "orderAmount": 25.17,
  "currency": "USDT",
  "goodsName": "Ice Cream"
}"#,
            ),
            (
                "node_tab",
                r#"{
	"merchantTradeNo": "9825382937292",
	"orderAmount": 25.17,
	"currency": "USDT",
	"goodsName": "Ice Cream"
}"#,
            ),
            (
                "node_uri",
                r#"%7B%22merchantTradeNo%22%3A%229825382937292%22%2C%22orderAmount%22%3A25.17%2C%22currency%22%3A%22USDT%22%2C%22goodsName%22%3A%22Ice%20Cream%22%7D"#,
            ),
            (
                "node_twice",
                r#""{\"merchantTradeNo\":\"9825382937292\",\"orderAmount\":25.17,\"currency\":\"USDT\",\"goodsName\":\"Ice Cream\"}""#,
            ),
            ("node_string", r#"[object Object]"#),
            (
                "php_slashes",
                r#"{"merchantTradeNo":"9825382937292","orderAmount":25.17,"currency":"USDT","goodsName":"Ice Cream"}"#,
            ),
            (
                "php",
                r#"{"merchantTradeNo":"9825382937292","orderAmount":25.17,"currency":"USDT","goodsName":"Ice Cream"}"#,
            ),
            (
                "go",
                r#"{"merchantTradeNo":"9825382937292","orderAmount":25.17,"currency":"USDT","goodsName":"Ice Cream"}"#,
            ),
            (
                "gson",
                r#"{"merchantTradeNo":"9825382937292","orderAmount":25.17,"currency":"USDT","goodsName":"Ice Cream"}"#,
            ),
            (
                "dotnet",
                r#"{"merchantTradeNo":"9825382937292","orderAmount":25.17,"currency":"USDT","goodsName":"Ice Cream"}"#,
            ),
            (
                "upper_ascii",
                r#"{"merchantTradeNo":"9825382937292","orderAmount":25.17,"currency":"USDT","goodsName":"Ice Cream"}"#,
            ),
        ],
    },
    Texts {
        name: "nested",
        sent: r#"{"env":{"terminalType":"WEB"},"goods":{"goodsName":"Crème <b> & Co. 😀","goodsUrl":"https://shop.example/a/b"},"buyer":null,"items":[{"b":1,"a":"x"}],"fee":0.5}"#,
        others: &[
            (
                "python_utf8",
                r#"{"env": {"terminalType": "WEB"}, "goods": {"goodsName": "Crème <b> & Co. 😀", "goodsUrl": "https://shop.example/a/b"}, "buyer": null, "items": [{"b": 1, "a": "x"}], "fee": 0.5}"#,
            ),
            (
                "python",
                r#"{"env": {"terminalType": "WEB"}, "goods": {"goodsName": "Cr\u00e8me <b> & Co. \ud83d\ude00", "goodsUrl": "https://shop.example/a/b"}, "buyer": null, "items": [{"b": 1, "a": "x"}], "fee": 0.5}"#,
            ),
            (
                "python_ascii_compact",
                r#"{"env":{"terminalType":"WEB"},"goods":{"goodsName":"Cr\u00e8me <b> & Co. \ud83d\ude00","goodsUrl":"https://shop.example/a/b"},"buyer":null,"items":[{"b":1,"a":"x"}],"fee":0.5}"#,
            ),
            (
                "python_sorted_compact_utf8",
                r#"{"buyer":null,"env":{"terminalType":"WEB"},"fee":0.5,"goods":{"goodsName":"Crème <b> & Co. 😀","goodsUrl":"https://shop.example/a/b"},"items":[{"a":"x","b":1}]}"#,
            ),
            (
                "python_sorted",
                r#"{"buyer": null, "env": {"terminalType": "WEB"}, "fee": 0.5, "goods": {"goodsName": "Cr\u00e8me <b> & Co. \ud83d\ude00", "goodsUrl": "https://shop.example/a/b"}, "items": [{"a": "x", "b": 1}]}"#,
            ),
            (
                "python_sorted_utf8",
                r#"{"buyer": null, "env": {"terminalType": "WEB"}, "fee": 0.5, "goods": {"goodsName": "Crème <b> & Co. 😀", "goodsUrl": "https://shop.example/a/b"}, "items": [{"a": "x", "b": 1}]}"#,
            ),
            (
                "python_indent",
                r#"{
    "env": {
        "terminalType": "WEB"
    },
    "goods": {
        "goodsName": "Crème <b> & Co. 😀",
        "goodsUrl": "https://shop.example/a/b"
    },
    "buyer": null,
    "items": [
        {
            "b": 1,
            "a": "x"
        }
    ],
    "fee": 0.5
}"#,
            ),
            (
                "python_str",
                r#"{'env': {'terminalType': 'WEB'}, 'goods': {'goodsName': 'Crème <b> & Co. 😀', 'goodsUrl': 'https://shop.example/a/b'}, 'buyer': None, 'items': [{'b': 1, 'a': 'x'}], 'fee': 0.5}"#,
            ),
            (
                "python_twice",
                r#""{\"env\":{\"terminalType\":\"WEB\"},\"goods\":{\"goodsName\":\"Cr\u00e8me <b> & Co. \ud83d\ude00\",\"goodsUrl\":\"https://shop.example/a/b\"},\"buyer\":null,\"items\":[{\"b\":1,\"a\":\"x\"}],\"fee\":0.5}""#,
            ),
            (
                "python_quote",
                r#"%7B%22env%22%3A%7B%22terminalType%22%3A%22WEB%22%7D%2C%22goods%22%3A%7B%22goodsName%22%3A%22Cr%C3%A8me%20%3Cb%3E%20%26%20Co.%20%F0%9F%98%80%22%2C%22goodsUrl%22%3A%22https%3A%2F%2Fshop.example%2Fa%2Fb%22%7D%2C%22buyer%22%3Anull%2C%22items%22%3A%5B%7B%22b%22%3A1%2C%22a%22%3A%22x%22%7D%5D%2C%22fee%22%3A0.5%7D"#,
            ),
            (
                "python_quote_plus",
                r#"%7B%22env%22%3A%7B%22terminalType%22%3A%22WEB%22%7D%2C%22goods%22%3A%7B%22goodsName%22%3A%22Cr%C3%A8me+%3Cb%3E+%26+Co.+%F0%9F%98%80%22%2C%22goodsUrl%22%3A%22https%3A%2F%2Fshop.example%2Fa%2Fb%22%7D%2C%22buyer%22%3Anull%2C%22items%22%3A%5B%7B%22b%22%3A1%2C%22a%22%3A%22x%22%7D%5D%2C%22fee%22%3A0.5%7D"#,
            ),
            (
                "node_indent",
                r#"{
  "env": {
    "terminalType": "WEB"
  },
  "goods": {
    "goodsName": "Crème <b> & Co. 😀",
    "goodsUrl": "https://shop.example/a/b"
  },
  "buyer": null,
  "items": [
    {
      "b": 1,
      "a": "x"
    }
  ],
  "fee": 0.5
}"#,
            ),
            (
                "node_tab",
                r#"{
	"env": {
		"terminalType": "WEB"
	},
	"goods": {
		"goodsName": "Crème <b> & Co. 😀",
		"goodsUrl": "https://shop.example/a/b"
	},
	"buyer": null,
	"items": [
		{
			"b": 1,
			"a": "x"
		}
	],
	"fee": 0.5
}"#,
            ),
            (
                "node_uri",
                r#"%7B%22env%22%3A%7B%22terminalType%22%3A%22WEB%22%7D%2C%22goods%22%3A%7B%22goodsName%22%3A%22Cr%C3%A8me%20%3Cb%3E%20%26%20Co.%20%F0%9F%98%80%22%2C%22goodsUrl%22%3A%22https%3A%2F%2Fshop.example%2Fa%2Fb%22%7D%2C%22buyer%22%3Anull%2C%22items%22%3A%5B%7B%22b%22%3A1%2C%22a%22%3A%22x%22%7D%5D%2C%22fee%22%3A0.5%7D"#,
            ),
            (
                "node_twice",
                r#""{\"env\":{\"terminalType\":\"WEB\"},\"goods\":{\"goodsName\":\"Crème <b> & Co. 😀\",\"goodsUrl\":\"https://shop.example/a/b\"},\"buyer\":null,\"items\":[{\"b\":1,\"a\":\"x\"}],\"fee\":0.5}""#,
            ),
            ("node_string", r#"[object Object]"#),
            (
                "node_without_nulls",
                r#"{"env":{"terminalType":"WEB"},"goods":{"goodsName":"Crème <b> & Co. 😀","goodsUrl":"https://shop.example/a/b"},"items":[{"b":1,"a":"x"}],"fee":0.5}"#,
            ),
            (
                "php_slashes",
                r#"{"env":{"terminalType":"WEB"},"goods":{"goodsName":"Crème <b> & Co. 😀","goodsUrl":"https:\/\/shop.example\/a\/b"},"buyer":null,"items":[{"b":1,"a":"x"}],"fee":0.5}"#,
            ),
            (
                "php",
                r#"{"env":{"terminalType":"WEB"},"goods":{"goodsName":"Cr\u00e8me <b> & Co. \ud83d\ude00","goodsUrl":"https:\/\/shop.example\/a\/b"},"buyer":null,"items":[{"b":1,"a":"x"}],"fee":0.5}"#,
            ),
            (
                "go",
                r#"{"env":{"terminalType":"WEB"},"goods":{"goodsName":"Crème \u003cb\u003e \u0026 Co. 😀","goodsUrl":"https://shop.example/a/b"},"buyer":null,"items":[{"b":1,"a":"x"}],"fee":0.5}"#,
            ),
            (
                "gson",
                r#"{"env":{"terminalType":"WEB"},"goods":{"goodsName":"Crème \u003cb\u003e \u0026 Co. 😀","goodsUrl":"https://shop.example/a/b"},"buyer":null,"items":[{"b":1,"a":"x"}],"fee":0.5}"#,
            ),
            (
                "dotnet",
                r#"{"env":{"terminalType":"WEB"},"goods":{"goodsName":"Cr\u00E8me \u003Cb\u003E \u0026 Co. \uD83D\uDE00","goodsUrl":"https://shop.example/a/b"},"buyer":null,"items":[{"b":1,"a":"x"}],"fee":0.5}"#,
            ),
            (
                "upper_ascii",
                r#"{"env":{"terminalType":"WEB"},"goods":{"goodsName":"Cr\u00E8me <b> & Co. \uD83D\uDE00","goodsUrl":"https://shop.example/a/b"},"buyer":null,"items":[{"b":1,"a":"x"}],"fee":0.5}"#,
            ),
        ],
    },
    Texts {
        name: "list",
        sent: r#"{"requestId":"R1","webhookUrl":"https://shop.example/hook","details":[{"receiver":"a/b","amount":0.1},{"receiver":"Zoë","amount":2}],"remark":"x > y"}"#,
        others: &[
            (
                "python_utf8",
                r#"{"requestId": "R1", "webhookUrl": "https://shop.example/hook", "details": [{"receiver": "a/b", "amount": 0.1}, {"receiver": "Zoë", "amount": 2}], "remark": "x > y"}"#,
            ),
            (
                "python",
                r#"{"requestId": "R1", "webhookUrl": "https://shop.example/hook", "details": [{"receiver": "a/b", "amount": 0.1}, {"receiver": "Zo\u00eb", "amount": 2}], "remark": "x > y"}"#,
            ),
            (
                "python_ascii_compact",
                r#"{"requestId":"R1","webhookUrl":"https://shop.example/hook","details":[{"receiver":"a/b","amount":0.1},{"receiver":"Zo\u00eb","amount":2}],"remark":"x > y"}"#,
            ),
            (
                "python_sorted_compact_utf8",
                r#"{"details":[{"amount":0.1,"receiver":"a/b"},{"amount":2,"receiver":"Zoë"}],"remark":"x > y","requestId":"R1","webhookUrl":"https://shop.example/hook"}"#,
            ),
            (
                "python_sorted",
                r#"{"details": [{"amount": 0.1, "receiver": "a/b"}, {"amount": 2, "receiver": "Zo\u00eb"}], "remark": "x > y", "requestId": "R1", "webhookUrl": "https://shop.example/hook"}"#,
            ),
            (
                "python_sorted_utf8",
                r#"{"details": [{"amount": 0.1, "receiver": "a/b"}, {"amount": 2, "receiver": "Zoë"}], "remark": "x > y", "requestId": "R1", "webhookUrl": "https://shop.example/hook"}"#,
            ),
            (
                "python_indent",
                r#"{
    "requestId": "R1",
    "webhookUrl": "https://shop.example/hook",
    "details": [
        {
            "receiver": "a/b",
            "amount": 0.1
        },
        {
            "receiver": "Zoë",
            "amount": 2
        }
    ],
    "remark": "x > y"
}"#,
            ),
            (
                "python_str",
                r#"{'requestId': 'R1', 'webhookUrl': 'https://shop.example/hook', 'details': [{'receiver': 'a/b', 'amount': 0.1}, {'receiver': 'Zoë', 'amount': 2}], 'remark': 'x > y'}"#,
            ),
            (
                "python_twice",
                r#""{\"requestId\":\"R1\",\"webhookUrl\":\"https://shop.example/hook\",\"details\":[{\"receiver\":\"a/b\",\"amount\":0.1},{\"receiver\":\"Zo\u00eb\",\"amount\":2}],\"remark\":\"x > y\"}""#,
            ),
            (
                "python_quote",
                r#"%7B%22requestId%22%3A%22R1%22%2C%22webhookUrl%22%3A%22https%3A%2F%2Fshop.example%2Fhook%22%2C%22details%22%3A%5B%7B%22receiver%22%3A%22a%2Fb%22%2C%22amount%22%3A0.1%7D%2C%7B%22receiver%22%3A%22Zo%C3%AB%22%2C%22amount%22%3A2%7D%5D%2C%22remark%22%3A%22x%20%3E%20y%22%7D"#,
            ),
            (
                "python_quote_plus",
                r#"%7B%22requestId%22%3A%22R1%22%2C%22webhookUrl%22%3A%22https%3A%2F%2Fshop.example%2Fhook%22%2C%22details%22%3A%5B%7B%22receiver%22%3A%22a%2Fb%22%2C%22amount%22%3A0.1%7D%2C%7B%22receiver%22%3A%22Zo%C3%AB%22%2C%22amount%22%3A2%7D%5D%2C%22remark%22%3A%22x+%3E+y%22%7D"#,
            ),
            (
                "node_indent",
                r#"{
  "requestId": "R1",
  "webhookUrl": "https://shop.example/hook",
  "details": [
    {
      "receiver": "a/b",
      "amount": 0.1
    },
    {
      "receiver": "Zoë",
      "amount": 2
    }
  ],
  "remark": "x > y"
}"#,
            ),
            (
                "node_tab",
                r#"{
	"requestId": "R1",
	"webhookUrl": "https://shop.example/hook",
	"details": [
		{
			"receiver": "a/b",
			"amount": 0.1
		},
		{
			"receiver": "Zoë",
			"amount": 2
		}
	],
	"remark": "x > y"
}"#,
            ),
            (
                "node_uri",
                r#"%7B%22requestId%22%3A%22R1%22%2C%22webhookUrl%22%3A%22https%3A%2F%2Fshop.example%2Fhook%22%2C%22details%22%3A%5B%7B%22receiver%22%3A%22a%2Fb%22%2C%22amount%22%3A0.1%7D%2C%7B%22receiver%22%3A%22Zo%C3%AB%22%2C%22amount%22%3A2%7D%5D%2C%22remark%22%3A%22x%20%3E%20y%22%7D"#,
            ),
            (
                "node_twice",
                r#""{\"requestId\":\"R1\",\"webhookUrl\":\"https://shop.example/hook\",\"details\":[{\"receiver\":\"a/b\",\"amount\":0.1},{\"receiver\":\"Zoë\",\"amount\":2}],\"remark\":\"x > y\"}""#,
            ),
            ("node_string", r#"[object Object]"#),
            (
                "php_slashes",
                r#"{"requestId":"R1","webhookUrl":"https:\/\/shop.example\/hook","details":[{"receiver":"a\/b","amount":0.1},{"receiver":"Zoë","amount":2}],"remark":"x > y"}"#,
            ),
            (
                "php",
                r#"{"requestId":"R1","webhookUrl":"https:\/\/shop.example\/hook","details":[{"receiver":"a\/b","amount":0.1},{"receiver":"Zo\u00eb","amount":2}],"remark":"x > y"}"#,
            ),
            (
                "go",
                r#"{"requestId":"R1","webhookUrl":"https://shop.example/hook","details":[{"receiver":"a/b","amount":0.1},{"receiver":"Zoë","amount":2}],"remark":"x \u003e y"}"#,
            ),
            (
                "gson",
                r#"{"requestId":"R1","webhookUrl":"https://shop.example/hook","details":[{"receiver":"a/b","amount":0.1},{"receiver":"Zoë","amount":2}],"remark":"x \u003e y"}"#,
            ),
            (
                "dotnet",
                r#"{"requestId":"R1","webhookUrl":"https://shop.example/hook","details":[{"receiver":"a/b","amount":0.1},{"receiver":"Zo\u00EB","amount":2}],"remark":"x \u003E y"}"#,
            ),
            (
                "upper_ascii",
                r#"{"requestId":"R1","webhookUrl":"https://shop.example/hook","details":[{"receiver":"a/b","amount":0.1},{"receiver":"Zo\u00EB","amount":2}],"remark":"x > y"}"#,
            ),
        ],
    },
    Texts { name: "empty object", sent: "{}", others: &[] },
    Texts { name: "empty", sent: "", others: &[] },
];
