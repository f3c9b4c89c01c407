//! The text of a transaction id (`partner.md` §1.6).

/// The transaction id of a payment whose transfer has this number: `M_P_` and the digits.
pub fn payment_transaction_id(transfer: i64) -> String {
    format!("M_P_{transfer}")
}
