//! What goes out, to real receivers on this machine, on clocks that only the tests move.

mod authorizations;
mod crashes;
mod deliveries;
mod endpoints;
mod failures;
mod golden;
mod javascript;
mod mail_samples;
mod mails;
mod nodes;
mod origins;
mod overdue;
mod rates;
mod refunds;
mod refusals;
mod reliability;
mod replay;
mod side_by_side;
mod support;
mod troubles;
