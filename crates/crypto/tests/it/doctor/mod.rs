//! The signature doctor against faulty requests, each made as a client would make it.

mod bounds;
mod corpus;
mod faults;
mod pairs;
mod request;
mod right;
mod texts;
