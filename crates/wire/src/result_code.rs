//! Every result code of the merchant API, in one table: its digits, its symbolic name, the text a refusal carries by
//! default, when it happens, what to do about it, and where we know it from.
//!
//! Nothing else in Countersign spells a code. The HTTP status belongs to the code (decisions.md row 1).

use std::fmt;

use serde::{Serialize, Serializer};

/// The text of the four parameter codes; `<name>` stands for the failing path (decisions.md row 59).
const PARAMETER_TEXT: &str = "Parameter '<name>' not valid, was empty/null, or too long/short, or wrong format.";

/// One row of the table of result codes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ResultCodeEntry {
    /// The digits as they stand in the envelope's `code`, leading zeros included.
    pub digits: &'static str,
    /// The symbolic name on the pages; one of ours in the same manner where no page gives one.
    pub name: &'static str,
    /// What `errorMessage` says when nothing more exact is known; `<name>` stands for the failing path.
    pub text: &'static str,
    /// When it happens, in our own words.
    pub when: &'static str,
    /// What the caller can do.
    pub remedy: &'static str,
    /// The page section or decision it comes from.
    pub source: &'static str,
}

macro_rules! result_codes {
    ($($variant:ident $digits:literal $name:literal $text:expr, $when:literal, $remedy:literal, $source:literal;)+) => {
        /// A result code of the envelope.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum ResultCode {
            $(#[doc = concat!("`", $digits, "`: ", $when)] $variant,)+
        }

        impl ResultCode {
            /// All codes, in ascending order of their digits within a family.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// The code's row of the table.
            pub const fn entry(self) -> &'static ResultCodeEntry {
                match self {
                    $(Self::$variant => &ResultCodeEntry {
                        digits: $digits, name: $name, text: $text, when: $when, remedy: $remedy, source: $source,
                    },)+
                }
            }

            /// The code with these digits, if it is a known one.
            pub fn from_digits(digits: &str) -> Option<Self> {
                match digits { $($digits => Some(Self::$variant),)+ _ => None }
            }
        }
    };
}

result_codes! {
    Success "000000" "SUCCESS" "", "the call did what it says", "nothing", "partner.md 1.5";
    RepeatRequestSuccess "000001" "REPEAT_REQ_SUCCESS" "", "an idempotent repeat; the first answer is given again", "nothing", "partner.md 1.4";
    UnknownError "400000" "UNKNOWN_ERROR" "An unknown error occurred while processing the request.",
        "an unexpected fault of the server", "Try again later.", "partner.md 1.4";
    InvalidRequest "400001" "INVALID_REQUEST" "Parameter format is wrong or parameter transferring doesn't follow the rules.",
        "the request breaks a rule that no more exact code covers", "Check the parameters against the page.", "partner.md 1.5";
    InvalidSignature "400002" "INVALID_SIGNATURE" "Signature for this request is not valid.",
        "the signature is missing, malformed or does not match the bytes sent", "Sign timestamp LF nonce LF body LF with HMAC-SHA512, upper-case hex.", "partner.md 1.4";
    InvalidTimestamp "400003" "INVALID_TIMESTAMP" "Timestamp for this request is outside of the recvWindow.",
        "the timestamp is missing, is not milliseconds or lies outside the window", "Synchronise the clock and send Unix milliseconds.", "partner.md 1.4";
    InvalidApiKeyOrIp "400004" "INVALID_API_KEY_OR_IP" "API identity key not found or invalid.",
        "the key is unknown or revoked, or the caller's address is not allowed", "Check the key and the address lists.", "decisions.md rows 7 and 14";
    BadApiKeyFormat "400005" "BAD_API_KEY_FMT" "API identity key format invalid.",
        "the key is missing or has the wrong shape", "Send the key as the portal showed it.", "decisions.md row 7";
    BadHttpMethod "400006" "BAD_HTTP_METHOD" "Request method not supported.",
        "the method is not POST", "Use POST.", "decisions.md row 3";
    MediaTypeNotSupported "400007" "MEDIA_TYPE_NOT_SUPPORTED" "Media type not supported.",
        "the content type is not application/json", "Send Content-Type: application/json.", "decisions.md row 3";
    InvalidRequestBody "400008" "INVALID_REQUEST_BODY" "Request body is not a valid json object.",
        "the body is not a JSON object in UTF-8", "Send one JSON object.", "money.md 2.3";
    MandatoryParamEmptyOrMalformed "400100" "MANDATORY_PARAM_EMPTY_OR_MALFORMED" PARAMETER_TEXT,
        "a required parameter is missing, null or empty", "Send the parameter that the message names.", "decisions.md rows 55 and 59";
    InvalidParamWrongLength "400101" "INVALID_PARAM_WRONG_LENGTH" PARAMETER_TEXT,
        "a parameter has the wrong JSON type, length or format", "Correct the parameter that the message names.", "decisions.md rows 55 and 59";
    InvalidParamWrongValue "400102" "INVALID_PARAM_WRONG_VALUE" PARAMETER_TEXT,
        "a parameter lies outside its range or list of values", "Correct the parameter that the message names.", "decisions.md rows 55 and 59";
    InvalidParamIllegalChar "400103" "INVALID_PARAM_ILLEGAL_CHAR" PARAMETER_TEXT,
        "a parameter holds a forbidden character", "Remove the character from the parameter that the message names.", "decisions.md rows 55 and 59";
    InvalidRequestTooLarge "400104" "INVALID_REQUEST_TOO_LARGE" "Invalid request, content length too large",
        "the body is too large", "Send a smaller body.", "partner.md 1.5";
    InvalidMerchantTradeNo "400201" "INVALID_MERCHANT_TRADE_NO" "merchantTradeNo is invalid or duplicated",
        "merchantTradeNo is malformed or was used before", "Use 1 to 32 letters and digits, new for each order.", "decisions.md rows 27 and 50";
    OrderNotFound "400202" "ORDER_NOT_FOUND" "Order not found.",
        "the caller has no such order", "Check prepayId or merchantTradeNo.", "partner.md 1.5";
    InvalidAccountStatus "400203" "INVALID_ACCOUNT_STATUS" "Not support for this account, please check account status.",
        "the account or the authorization is not in a state that allows the call", "Check the account's status.", "decisions.md rows 12 and 53";
    InvalidOrderStatus "400204" "INVALID_ORDER_STATUS" "Order status does not allow this action.",
        "the order is not in a state that allows the call", "Query the order first.", "decisions.md rows 31 and 32";
    SubMerchantExists "400205" "SUB_MERCHANT_EXISTS" "Sub-merchant already exists.",
        "the name is taken under this main merchant", "Check the merchant name.", "partner.md 5.2";
    SubMerchantInvalid "400206" "SUB_MERCHANT_INVALID" "Sub-merchant is invalid.",
        "the sub-merchant is missing or suspended", "Check merchant.subMerchantId.", "decisions.md row 26";
    PaymentMerchantNotFound "400208" "PAYMENT_MERCHANT_NOT_FOUND" "Merchant not found.",
        "no such merchant", "Check merchantId.", "decisions.md rows 20 and 53";
    SplitOrderUnusable "400209" "ORDER_NOT_SUCCESS" "order not found or order status is not success",
        "the order to split is absent or not paid", "Split a paid order.", "money.md 2.3";
    InvalidPrepayId "400301" "INVALID_PREPAY_ID" "prepayId is invalid",
        "the order to refund is unknown", "Check prepayId.", "decisions.md row 32";
    TooManyRefundAttempts "400302" "TOO_MANY_REFUND_ATTEMPTS" "Too many refund attempts.",
        "the order's refund attempts are used up", "None; ten is the limit.", "decisions.md row 32";
    InvalidRefundAmount "400303" "INVALID_REFUND_AMOUNT" "Refund amount is invalid.",
        "the refund exceeds what remains of the order", "Refund at most the rest.", "decisions.md row 32";
    AccountRemainingAmountNotEnough "400304" "ACCOUNT_REMAINING_AMOUNT_NOT_ENOUGH" "Account remaining amount is not enough.",
        "the merchant's balance does not cover the refund", "Fund the wallet.", "decisions.md row 32";
    ActionTooFrequent "400501" "PAYMENT_ACTION_TOO_FREQUENT" "action Too Frequent, get the lock fail",
        "the server is busy or the rate limit is reached", "Try again later.", "decisions.md rows 1 and 57";
    AccountNotFound "400601" "ACCOUNT_NOT_FOUND" "account not found",
        "the payer's account does not exist", "Check the Binance ID.", "partner.md 1.4";
    AccountKycIncomplete "400602" "ACCOUNT_KYC_INCOMPLETE" "account KYC is not complete",
        "the payer has not finished identification", "Ask the payer to finish it.", "decisions.md row 37";
    MerchantAccessForbidden "400606" "MERCHANT_ACCESS_FORBIDDEN" "Merchant access forbidden.",
        "the token is not one of this provider's, or scope, key access or a limit of the merchant forbids the call",
        "Check the token and the granted scopes.", "decisions.md rows 11, 13 and 54";
    RefundTooManyTimes "400607" "PAYMENT_REFUND_TOO_MANY_TIMES" "Refunded too many times.",
        "refund attempts used up, as a newer page names it; 400302 is sent instead", "None.", "money.md 2.1";
    RefundAmountInvalid "400608" "PAYMENT_REFUND_AMOUNT_INVALID" "Refund amount is invalid.",
        "bad refund amount, as a newer page names it; 400303 is sent instead", "Refund at most the rest.", "money.md 2.1";
    InsufficientBalance "400611" "PAYMENT_INSUFFICIENT_BALANCE" "Insufficient balance.",
        "the wallet does not cover a payout, transfer or conversion", "Fund the wallet.", "decisions.md rows 34 and 35";
    FailRateHigh "406108" "PAYOUT_RECEIVER_CHECK_FAIL_RATE_HIGH" "Fail rate is high, please try again later",
        "too many receiver checks failed", "Try again later.", "partner.md 1.4";
    DirectDebitContractNotFound "406207" "PAYMENT_DIRECT_DEBIT_CONTRACT_NOT_FOUND" "Direct debit contract not found.",
        "no such contract", "Check the contract's id or code.", "partner.md 1.5";
    DirectDebitContractNotSigned "406212" "PAYMENT_DIRECT_DEBIT_CONTRACT_NOT_SIGNED" "Direct debit contract is not signed.",
        "the contract is not signed", "Wait for the payer's signature.", "partner.md 1.5";
    QuoteExpired "345231" "TIME_OUT" "System failed to execute the quote",
        "the quote expired", "Ask for a new quote.", "decisions.md row 36";
    GatewayError "100001001" "SYS" "System abnormality",
        "the real service's gateway refused before the API saw the call; Countersign never sends it", "Use POST with a JSON body.", "partner.md 1.4";
}

impl ResultCode {
    /// The digits as they stand in `code`.
    pub const fn digits(self) -> &'static str {
        self.entry().digits
    }

    /// The HTTP status an answer with this code has (decisions.md row 1). An unknown path answers 404 instead
    /// (row 2), and `fail_status = 200` in the configuration replaces all of them: both are the router's business.
    pub const fn http_status(self) -> u16 {
        match self {
            Self::Success | Self::RepeatRequestSuccess => 200,
            Self::InvalidSignature | Self::InvalidTimestamp | Self::InvalidApiKeyOrIp | Self::BadApiKeyFormat => 401,
            Self::UnknownError => 500,
            Self::ActionTooFrequent => 503,
            _ => 400,
        }
    }

    /// Whether this is one of the four codes whose text names a parameter (decisions.md row 59).
    pub const fn names_parameter(self) -> bool {
        matches!(
            self,
            Self::MandatoryParamEmptyOrMalformed
                | Self::InvalidParamWrongLength
                | Self::InvalidParamWrongValue
                | Self::InvalidParamIllegalChar
        )
    }
}

impl fmt::Display for ResultCode {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.digits())
    }
}

impl Serialize for ResultCode {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.digits())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn digits_are_unique_and_found_again() {
        let digits: HashSet<_> = ResultCode::ALL.iter().map(|code| code.digits()).collect();
        assert_eq!(digits.len(), ResultCode::ALL.len());
        for &code in ResultCode::ALL {
            assert_eq!(ResultCode::from_digits(code.digits()), Some(code));
            assert!(code.digits().bytes().all(|byte| byte.is_ascii_digit()));
        }
        assert_eq!(ResultCode::from_digits("400999"), None);
    }

    #[test]
    fn every_code_of_the_pages_is_there() {
        let pages = "000000 000001 345231 400000 400001 400002 400003 400004 400005 400006 400007 400008 400100 400101 \
            400102 400103 400104 400201 400202 400203 400204 400205 400206 400208 400209 400301 400302 400303 400304 \
            400501 400601 400602 400606 400607 400608 400611 406108 406207 406212 100001001";
        let pages: Vec<_> = pages.split_whitespace().collect();
        for digits in &pages {
            assert!(ResultCode::from_digits(digits).is_some(), "{digits}");
        }
        assert_eq!(ResultCode::ALL.len(), pages.len());
    }

    #[test]
    fn http_statuses_follow_row_1() {
        for &code in ResultCode::ALL {
            let expected = match code.digits() {
                "000000" | "000001" => 200,
                "400002" | "400003" | "400004" | "400005" => 401,
                "400000" => 500,
                "400501" => 503,
                _ => 400,
            };
            assert_eq!(code.http_status(), expected, "{code}");
        }
    }

    #[test]
    fn every_row_is_complete() {
        for code in ResultCode::ALL {
            let entry = code.entry();
            assert_eq!(entry.text.is_empty(), code.http_status() == 200, "{code}");
            assert!(entry.text.len() <= 256 && entry.text.is_ascii(), "{code}");
            assert!(!entry.when.is_empty() && !entry.remedy.is_empty(), "{code}");
            assert!(entry.source.contains(".md "), "{code}");
            assert_eq!(code.names_parameter(), entry.text.contains("<name>"), "{code}");
        }
    }
}
