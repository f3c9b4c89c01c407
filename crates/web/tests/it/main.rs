//! The face: every page rendered with sample values and held against the rules all pages keep; and the handlers behind
//! them in process, through a browser that keeps cookies and sends forms as they stand.

mod browser;
mod checkout;
mod developers;
mod devices;
mod forms;
mod founding;
mod guards;
mod orders;
mod pages;
mod passwords;
mod refused_calls;
mod review;
mod samples;
mod sign_in;
mod sub_merchants;
mod trial_balance;
mod wallet;
mod webhooks;
mod welcome;
