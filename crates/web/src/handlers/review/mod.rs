//! The review page: a merchant reads what a provider asks for and decides once, in time, on what it was shown.
//!
//! Unknown, malformed and foreign ids get one and the same page, whoever asks; so does everybody who does not act for a
//! merchant.

mod approve;
mod case;
mod closed;
mod page;
mod reject;
mod show;

pub(crate) use approve::approve;
pub(crate) use reject::reject;
pub(crate) use show::{from_the_wire, show};

use axum::http::StatusCode;

use super::Answer;
use crate::pages::ReviewUnavailablePage;
use crate::render;
use crate::session::{Member, Reader};
use crate::view::{Chrome, Place};

/// The one page for whoever has nothing to decide here.
fn unavailable(chrome: Chrome) -> Answer {
    Ok(render::page(StatusCode::NOT_FOUND, &ReviewUnavailablePage { chrome })?)
}

/// The reader as somebody who may decide, or what surrounds the one page.
fn decider(reader: Reader) -> Result<Member, Box<Chrome>> {
    Member::of(reader).map_err(|reader| Box::new(reader.chrome(Some(Place::Vendors))))
}
