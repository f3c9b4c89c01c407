//! The real binary, driven the way `contract.md` promises: started, read, called, stopped.
#![expect(clippy::unwrap_used, reason = "helpers of tests stop the test where something is missing")]
#![expect(clippy::disallowed_methods, reason = "tests measure time-outs and read the test command's variables")]

mod check;
mod checkout;
mod command_line;
mod control;
mod demo;
mod killed_deliveries;
mod listen;
mod network;
mod operate;
mod rates;
mod ready_line;
mod receiver;
mod seed;
mod serve;
mod support;
mod trigger;
mod verify_webhook;
mod webhooks;
