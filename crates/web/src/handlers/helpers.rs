//! Small things that many handlers do.

use std::str::FromStr;

use askama::Template;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use countersign_store::queries::Key;
use serde::Deserialize;

use super::Answer;
use crate::describe::numeric_id;
use crate::failure::{Failure, redirect};
use crate::pages::ErrorKind;
use crate::render;
use crate::session::{FLASH, Notice};
use crate::state::WebState;
use crate::view::Pager;

/// The status of a form that comes back with what is wrong about it.
pub(crate) const REFUSED: StatusCode = StatusCode::UNPROCESSABLE_ENTITY;

/// A page as it should be.
pub(crate) fn ok<T: Template>(page: &T) -> Answer {
    Ok(render::page(StatusCode::OK, page)?)
}

/// The same page again because of what was typed.
pub(crate) fn refused<T: Template>(page: &T) -> Answer {
    Ok(render::page(REFUSED, page)?)
}

/// After a form: to `path`, where `notice` is said once.
pub(crate) fn done(state: &WebState, path: &str, notice: Notice) -> Response {
    with_cookie(redirect(path), FLASH.set(state, notice.word()))
}

/// An answer that also sets a cookie.
pub(crate) fn with_cookie(mut response: Response, cookie: HeaderValue) -> Response {
    response.headers_mut().append(header::SET_COOKIE, cookie);
    response
}

/// The id in a path; anything that is none is a page that is not there.
pub(crate) fn id<T: FromStr>(text: &str) -> Result<T, Failure> {
    numeric_id(text).ok_or(Failure::page(ErrorKind::NotFound))
}

/// Nothing here, or nothing of the reader's.
pub(crate) fn not_found() -> Failure {
    Failure::page(ErrorKind::NotFound)
}

/// The cursors of a list's address.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Cursor {
    before: Option<String>,
    after: Option<String>,
}

impl Cursor {
    /// Where to read; what is no id is as if it were not there.
    pub(crate) fn key(&self) -> Key {
        let number = |text: &Option<String>| text.as_deref().and_then(numeric_id::<i64>);
        match (number(&self.before), number(&self.after)) {
            (Some(id), _) => Key::Before(id),
            (None, Some(id)) => Key::After(id),
            (None, None) => Key::Newest,
        }
    }
}

/// Cuts a list that was read with one row too many, and says where the neighbouring pages are. `base` ends where a cursor
/// goes: `/portal/orders?`.
pub(crate) fn paged<T>(
    mut rows: Vec<T>,
    size: usize,
    key: Key,
    (base, id): (&str, impl Fn(&T) -> i64),
) -> (Vec<T>, Pager) {
    let more = rows.len() > size;
    match key {
        // Read towards the newer rows, the one too many is the newest.
        Key::After(_) if more => drop(rows.remove(0)),
        _ => rows.truncate(size),
    }
    let (has_newer, has_older) = match key {
        Key::Newest => (false, more),
        Key::Before(_) => (true, more),
        Key::After(_) => (more, true),
    };
    let first = rows.first().map(&id).filter(|_| has_newer);
    let last = rows.last().map(&id).filter(|_| has_older);
    let pager = Pager {
        newer: first.map(|id| format!("{base}after={id}")),
        older: last.map(|id| format!("{base}before={id}")),
    };
    (rows, pager)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_row_too_many_tells_that_there_is_more_and_is_not_shown() {
        let page = |rows: &[i64], key| {
            let (rows, pager) = paged(rows.to_vec(), 2, key, ("/x?", |id: &i64| *id));
            (rows, pager.newer.unwrap_or_default(), pager.older.unwrap_or_default())
        };
        let at = |text: &str| text.to_owned();
        assert_eq!(page(&[9, 8], Key::Newest), (vec![9, 8], at(""), at("")));
        assert_eq!(page(&[9, 8, 7], Key::Newest), (vec![9, 8], at(""), at("/x?before=8")));
        assert_eq!(page(&[7, 6, 5], Key::Before(8)), (vec![7, 6], at("/x?after=7"), at("/x?before=6")));
        assert_eq!(page(&[9, 8, 7], Key::After(6)), (vec![8, 7], at("/x?after=8"), at("/x?before=7")));
        assert_eq!(page(&[8, 7], Key::After(6)), (vec![8, 7], at(""), at("/x?before=7")));
        assert_eq!(page(&[], Key::Before(1)), (vec![], at(""), at("")));
    }
}
