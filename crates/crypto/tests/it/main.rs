//! What other crates see of `countersign-crypto`.

mod admin_signature;
mod doctor;
mod hash_chain;
mod master_key;
mod password;
mod payer_detail;
mod request_signature;
mod sealing;
mod support;
mod token_hash;
mod webhook_signature;
