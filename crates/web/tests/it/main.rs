//! The face: every page rendered with sample values and held against the rules all pages keep.

mod pages;
mod samples;
