//! The quirks, row by row.

use super::{Quirk, Section};

pub(super) static SECTIONS: &[Section] = &[
    Section { title: "What the server accepts", rows: REQUESTS },
    Section { title: "What the server answers", rows: ANSWERS },
    Section { title: "What its webhooks look like", rows: WEBHOOKS },
];

const fn row(id: &'static str, what: &'static str, tests: &'static [&'static str]) -> Quirk {
    Quirk { id, what, tests, waits: &[] }
}

const fn waiting(
    id: &'static str,
    what: &'static str,
    tests: &'static [&'static str],
    waits: &'static [&'static str],
) -> Quirk {
    Quirk { id, what, tests, waits }
}

static REQUESTS: &[Quirk] = &[
    row(
        "R1",
        "the signature is over the raw bytes of the body, however it is printed",
        &[
            "crates/api/tests/it/compatibility.rs::bodies_are_verified_as_the_bytes_that_came",
            "crates/api/tests/it/calls.rs::signatures_cover_the_bytes",
            "tests/clients/python/connector_test.py::test_creates_and_queries_an_order_for_its_own_account",
        ],
    ),
    row(
        "R2",
        "`certificates` takes any body, or none",
        &[
            "crates/api/tests/it/compatibility.rs::certificates_take_any_body",
            "crates/api/tests/it/compatibility.rs::a_providers_configuration_is_asked_for_without_a_body",
            "tests/clients/rust/tests/binance_pay_rs.rs::fetches_the_certificate_with_no_body_at_all",
            "tests/clients/python/wire_test.py::test_a_call_without_a_body_has_no_content_type",
        ],
    ),
    row(
        "R3",
        "`Content-Type: application/json` with or without a charset",
        &[
            "crates/api/tests/it/compatibility.rs::content_types_of_clients_are_taken",
            "crates/api/tests/it/calls.rs::the_content_type_is_json",
        ],
    ),
    row(
        "R4",
        "nonces of 32 letters, of 32 hexadecimal digits, and of 24 characters of base64",
        &[
            "crates/api/tests/it/compatibility.rs::nonces_of_clients_are_taken_and_may_come_again",
            "crates/api/tests/it/failures.rs::a_nonce_of_another_length_passes_with_a_note",
        ],
    ),
    row(
        "R5",
        "the same nonce again with another timestamp; only the whole signed request again is a replay",
        &[
            "crates/api/tests/it/compatibility.rs::nonces_of_clients_are_taken_and_may_come_again",
            "crates/api/tests/it/calls.rs::a_call_is_accepted_once_over_all_paths",
        ],
    ),
    row("R6", "header names in any case", &["tests/clients/python/wire_test.py::test_header_names_come_in_any_case"]),
    row(
        "R7",
        "upper-case hexadecimal signatures; lower case is refused and explained",
        &[
            "crates/api/tests/it/compatibility.rs::signatures_are_upper_case_and_timestamps_milliseconds",
            "crates/api/tests/it/calls.rs::signatures_cover_the_bytes",
        ],
    ),
    row(
        "R8",
        "timestamps in milliseconds",
        &["crates/api/tests/it/compatibility.rs::signatures_are_upper_case_and_timestamps_milliseconds"],
    ),
    row(
        "R9",
        "amounts as numbers or strings",
        &[
            "crates/api/tests/it/compatibility.rs::amounts_are_numbers_or_strings",
            "crates/api/tests/it/order_life.rs::amounts_are_read_from_their_text",
            "crates/api/tests/it/compatibility.rs::transfers_between_wallets_have_the_types_that_clients_read",
            "crates/api/tests/it/refunds.rs::requests_come_as_clients_send_them",
        ],
    ),
    row(
        "R10",
        "`null` for an optional field",
        &[
            "crates/api/tests/it/compatibility.rs::null_is_the_same_as_absent",
            "crates/api/tests/it/sub_merchants.rs::the_founding_samples_are_accepted_verbatim",
            "crates/api/tests/it/compatibility.rs::v1_queries_and_closes_have_the_types_that_clients_read",
            "tests/clients/rust/tests/binance_pay_rs.rs::closes_an_order_and_is_told",
            "tests/clients/rust/tests/binance_pay_rs.rs::enrols_a_sub_merchant",
        ],
    ),
    row(
        "R11",
        "an empty string for what is unset",
        &[
            "crates/api/tests/it/compatibility.rs::an_empty_string_is_the_same_as_absent",
            "crates/api/tests/it/refunds.rs::requests_come_as_clients_send_them",
        ],
    ),
    row("R12", "`orderExpireTime` as a string", &["crates/api/tests/it/compatibility.rs::the_expiry_may_be_a_string"]),
    row(
        "R13",
        "v1: `merchantId` as string or number, `subMerchantId` \"0\", `totalFee` as string",
        &[
            "crates/api/tests/it/compatibility.rs::v1_takes_ids_of_either_type_and_no_sub_merchant",
            "crates/wire/tests/it/requests.rs::v1_is_read_as_its_clients_send_it",
        ],
    ),
    waiting("R14", "`detailStatus` as a string or a list of strings", &[], &["payout/query"]),
    waiting("R15", "`transferDetailList` is a list", &[], &["payout/transfer"]),
    row(
        "R16",
        "v3 without `goodsCategory`, priced by `fiatAmount` and `fiatCurrency` without `orderAmount`",
        &[
            "crates/api/tests/it/compatibility.rs::a_v3_order_needs_no_category_and_may_be_priced_in_fiat",
            "crates/api/tests/it/order_fiat.rs::a_fiat_price_becomes_one_in_usdt",
        ],
    ),
    row(
        "R17",
        "unknown fields are ignored",
        &[
            "crates/api/tests/it/compatibility.rs::unknown_fields_are_ignored",
            "crates/api/tests/it/bad_input.rs::unknown_keys_in_nested_objects_are_accepted",
        ],
    ),
    row(
        "R18",
        "any `Host` and `Accept`, or none; one connection for many calls",
        &[
            "tests/clients/python/wire_test.py::test_hosts_and_accepts_of_clients_are_taken_over_one_connection",
            "crates/api/tests/it/compatibility.rs::hosts_and_accept_headers_of_clients_are_taken",
        ],
    ),
];

static ANSWERS: &[Quirk] = &[
    row(
        "A1",
        "the envelope: `code` a string; a refusal has code and errorMessage and no data",
        &[
            "crates/testkit/src/call.rs::only_the_documented_envelope_passes",
            "tests/clients/node/bmerch.test.mjs::refusals reach it as errors with the envelope",
        ],
    ),
    row(
        "A2",
        "HTTP 200 for success alone; refusals 400, 401, 500 or 503 with the envelope",
        &[
            "crates/wire/src/result_code.rs::http_statuses_follow_row_1",
            "tests/clients/node/bmerch.test.mjs::refusals reach it as errors with the envelope",
            "tests/clients/rust/tests/binance_pay_rs.rs::refusals_are_errors",
        ],
    ),
    row(
        "A3",
        "a created order has every link, `expireTime` a number, `totalFee` a string, `terminalType` as asked",
        &[
            "crates/api/tests/it/compatibility.rs::answers_have_the_types_that_clients_read",
            "crates/api/tests/it/compatibility.rs::the_terminal_is_echoed",
            "crates/api/tests/it/order_life.rs::answers_look_as_recorded",
            "crates/api/tests/it/order_v1.rs::v1_answers_look_as_recorded",
            "tests/clients/rust/tests/binance_pay_rs.rs::creates_an_order",
        ],
    ),
    row(
        "A4",
        "v2 query: `merchantId` a number, `orderAmount` a string of eight decimals; the payment's fields absent until paid",
        &[
            "crates/api/tests/it/compatibility.rs::answers_have_the_types_that_clients_read",
            "crates/api/tests/it/order_life.rs::answers_look_as_recorded",
            "tests/clients/python/connector_test.py::test_a_paid_order_is_shown_with_its_payment",
        ],
    ),
    row(
        "A5",
        "v1 query: `totalFee` a string; the payment's fields absent until paid",
        &[
            "crates/api/tests/it/compatibility.rs::v1_queries_and_closes_have_the_types_that_clients_read",
            "crates/api/tests/it/order_v1.rs::v1_answers_look_as_recorded",
            "tests/clients/rust/tests/binance_pay_rs.rs::its_bug_the_v1_query_wants_a_number_and_every_field",
        ],
    ),
    row(
        "A6",
        "close: `data` is `true`",
        &[
            "crates/api/tests/it/compatibility.rs::v1_queries_and_closes_have_the_types_that_clients_read",
            "tests/clients/python/connector_test.py::test_an_order_is_closed_once",
            "tests/clients/rust/tests/binance_pay_rs.rs::closes_an_order_and_is_told",
        ],
    ),
    row(
        "A7",
        "refund: amounts as strings, `remainingAttempts` a number, and every field that the newest page and a client read",
        &[
            "crates/api/tests/it/refunds.rs::answers_look_as_recorded",
            "tests/clients/python/connector_test.py::test_a_paid_order_is_refunded",
            "tests/clients/rust/tests/binance_pay_rs.rs::refunds_an_order_and_reads_what_is_told_of_it",
        ],
    ),
    row(
        "A8",
        "balance: v2 has a list of balances; v1 is flat, with numbers",
        &[
            "crates/api/tests/it/compatibility.rs::answers_have_the_types_that_clients_read",
            "crates/api/tests/it/wallet_transfers.rs::balance_v1_is_flat_and_says_zero",
            "tests/clients/python/connector_test.py::test_moves_money_between_its_wallets_once",
            "tests/clients/rust/tests/binance_pay_rs.rs::moves_money_between_its_wallets",
        ],
    ),
    waiting(
        "A9",
        "transfers, sub-merchants and payouts: ids and amounts of the recorded types",
        &[
            "crates/api/tests/it/compatibility.rs::transfers_between_wallets_have_the_types_that_clients_read",
            "crates/api/tests/it/sub_merchants.rs::the_founding_samples_are_accepted_verbatim",
            "tests/clients/python/connector_test.py::test_a_partner_enrols_sub_merchants",
            "tests/clients/python/connector_test.py::test_moves_money_between_its_wallets_once",
            "tests/clients/rust/tests/binance_pay_rs.rs::enrols_a_sub_merchant",
            "tests/clients/rust/tests/binance_pay_rs.rs::moves_money_between_its_wallets",
        ],
        &["payout/transfer", "payout/query"],
    ),
    row(
        "A10",
        "`certificates` is a list of exactly one, the key now signing",
        &[
            "crates/api/tests/it/compatibility.rs::the_certificate_is_the_one_that_clients_can_read",
            "tests/clients/node/bmerch.test.mjs::fetches the one certificate",
        ],
    ),
    row(
        "A11",
        "`certPublic` is PEM with lines of 64 characters and LF, RSA of 2048 bits or more",
        &[
            "crates/api/tests/it/compatibility.rs::the_certificate_is_the_one_that_clients_can_read",
            "crates/crypto/tests/it/webhook_signature.rs::the_public_pem_is_canonical",
            "tests/clients/rust/tests/binance_pay_rs.rs::fetches_the_certificate_with_no_body_at_all",
        ],
    ),
    row(
        "A12",
        "`certSerial` is the upper-case MD5 of the PEM text without its last newline",
        &[
            "crates/crypto/src/webhook_public_key.rs::the_production_key_has_its_production_serial",
            "tests/clients/node/bmerch.test.mjs::fetches the one certificate",
        ],
    ),
];

static WEBHOOKS: &[Quirk] = &[
    row(
        "H1",
        "base64 of RSA PKCS#1 v1.5 with SHA-256 over timestamp, nonce and body, each with its LF",
        &[
            "tests/clients/node/bmerch.test.mjs::verifies a payment's webhook with its own code",
            "tests/clients/node/bmerch.test.mjs::finds out a webhook that was changed on its way",
            "tests/clients/rust/tests/binance_pay_rs.rs::verifies_and_reads_a_payments_webhook",
            "crates/crypto/src/webhook_public_key.rs::vector_w1_a_recorded_production_webhook",
        ],
    ),
    row(
        "H2",
        "`BinancePay-Certificate-SN` is the certificate's serial, byte for byte",
        &[
            "tests/clients/node/bmerch.test.mjs::a body that JavaScript prints anew is the body that was signed",
            "tests/clients/rust/tests/binance_pay_rs.rs::verifies_and_reads_a_payments_webhook",
        ],
    ),
    row(
        "H3",
        "the body is what `JSON.stringify(JSON.parse(body))` prints, but for `bizId`",
        &[
            "tests/clients/node/bmerch.test.mjs::a body that JavaScript prints anew is the body that was signed",
            "crates/jobs/tests/it/deliveries.rs::a_payment_is_told_as_recorded",
        ],
    ),
    row(
        "H4",
        "`bizId` an integer below 2^63, the prepayId; `bizIdStr` the same digits",
        &[
            "tests/clients/node/bmerch.test.mjs::its bug: bizId is rounded by its type, bizIdStr is not",
            "tests/clients/rust/tests/binance_pay_rs.rs::verifies_and_reads_a_payments_webhook",
        ],
    ),
    row(
        "H5",
        "`data` is a string of JSON with amounts as numbers and the recorded keys",
        &[
            "crates/jobs/tests/it/deliveries.rs::a_payment_is_told_as_recorded",
            "crates/jobs/tests/it/deliveries.rs::the_trade_type_is_the_terminal",
            "crates/jobs/tests/it/deliveries.rs::an_order_that_nobody_paid_is_told_as_recorded",
            "tests/clients/rust/tests/binance_pay_rs.rs::verifies_and_reads_a_payments_webhook",
        ],
    ),
    waiting(
        "H6",
        "PAY_REFUND and PAYOUT as recorded",
        &[
            "crates/jobs/tests/it/refunds.rs::a_refund_is_told_as_recorded",
            "tests/clients/rust/tests/binance_pay_rs.rs::refunds_an_order_and_reads_what_is_told_of_it",
            "tests/clients/node/bmerch.test.mjs::verifies a refund's webhook with its own code",
        ],
        &["payout/transfer"],
    ),
    row(
        "H7",
        "four headers, a nonce of 32 letters and digits, a timestamp that is fresh on each try",
        &[
            "crates/jobs/tests/it/deliveries.rs::a_failing_receiver_is_tried_seven_times_on_the_business_clock",
            "tests/clients/node/bmerch.test.mjs::the headers of a delivery are as recorded",
        ],
    ),
    row(
        "H8",
        "`Content-Type: application/json; charset=utf-8`",
        &[
            "tests/clients/node/bmerch.test.mjs::the headers of a delivery are as recorded",
            "crates/jobs/tests/it/deliveries.rs::a_payment_is_told_as_recorded",
        ],
    ),
    row(
        "H9",
        "what receivers answer is judged: SUCCESS in `returnCode`, or in `code` without it, is delivered; `OK`, an empty body and \
         any other status are tried again",
        &[
            "crates/wire/src/webhooks/receiver.rs::answers_that_clients_give_are_judged",
            "crates/jobs/tests/it/failures.rs::wrong_answers_are_no_deliveries",
        ],
    ),
];
