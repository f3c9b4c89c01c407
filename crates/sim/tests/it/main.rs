//! The reference model and the races, against the whole application on both engines.

mod model;
mod races;
