//! Places for open checkout pages that are told what happens: so many in all, for each order and for each address, so that
//! nobody takes them from everybody else.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::hash::Hash;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use countersign_domain::client_address::network;
use countersign_domain::id::OrderId;

use super::board::Board;

/// The most streams of one process.
const SEATS_MAX: usize = 256;
/// The most of one order: a payer's few windows, and whoever sells.
const SEATS_OF_ORDER_MAX: usize = 8;
/// The most for one address, or half an address of IPv6; callers without one share them.
const SEATS_OF_ADDRESS_MAX: usize = 16;

/// Why there is no place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NoSeat {
    /// All are taken.
    All,
    /// All of the order's, or of the caller's.
    Own,
}

/// All places.
#[derive(Default)]
pub(crate) struct Seats(Mutex<Taken>);

/// Whoever has no place is in no map, so that none holds more than there are places.
#[derive(Default)]
struct Taken {
    all: usize,
    of_address: HashMap<IpAddr, usize>,
    of_order: HashMap<OrderId, (usize, Arc<Board>)>,
}

/// A place; given back when it goes.
pub(crate) struct Seat {
    seats: Arc<Seats>,
    order: OrderId,
    network: IpAddr,
    /// What the streams of the order share.
    pub(super) board: Arc<Board>,
}

impl Seats {
    fn taken(&self) -> MutexGuard<'_, Taken> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A place for somebody who watches `order` from `address`.
    pub(crate) fn take(seats: &Arc<Self>, order: OrderId, address: Option<IpAddr>) -> Result<Seat, NoSeat> {
        let network = network(address.unwrap_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED)));
        let mut taken = seats.taken();
        if taken.all >= SEATS_MAX {
            return Err(NoSeat::All);
        }
        let of_address = taken.of_address.get(&network).copied().unwrap_or_default();
        let of_order = taken.of_order.get(&order).map(|(count, _)| *count).unwrap_or_default();
        if of_address >= SEATS_OF_ADDRESS_MAX || of_order >= SEATS_OF_ORDER_MAX {
            return Err(NoSeat::Own);
        }
        taken.all += 1;
        *taken.of_address.entry(network).or_default() += 1;
        let (count, board) = taken.of_order.entry(order).or_default();
        *count += 1;
        let board = Arc::clone(board);
        Ok(Seat { seats: Arc::clone(seats), order, network, board })
    }
}

/// Takes one off a count; one that comes to nothing is forgotten.
fn give_back<K: Eq + Hash, V>(counts: &mut HashMap<K, V>, key: K, count: impl FnOnce(&mut V) -> &mut usize) {
    if let Entry::Occupied(mut entry) = counts.entry(key) {
        let count = count(entry.get_mut());
        *count -= 1;
        if *count == 0 {
            entry.remove();
        }
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut taken = self.seats.taken();
        taken.all -= 1;
        give_back(&mut taken.of_address, self.network, |count| count);
        give_back(&mut taken.of_order, self.order, |(count, _)| count);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn take(seats: &Arc<Seats>, order: i64, address: &str) -> Result<Seat, NoSeat> {
        Seats::take(seats, OrderId::new(order), address.parse().ok())
    }

    #[test]
    fn an_order_has_so_many_and_an_address_has_so_many() {
        let seats = Arc::new(Seats::default());
        let mut kept: Vec<_> =
            (0..8).map(|last| take(&seats, 1, &format!("203.0.113.{last}")).expect("a seat")).collect();
        assert_eq!(take(&seats, 1, "203.0.113.99").err(), Some(NoSeat::Own), "the order's are taken");
        kept.extend((0..15).map(|order| take(&seats, 10 + order, "203.0.113.0").expect("a seat")));
        assert_eq!(take(&seats, 2, "203.0.113.0").err(), Some(NoSeat::Own), "the address' are taken");
        assert!(take(&seats, 2, "203.0.113.1").is_ok() && take(&seats, 2, "nowhere").is_ok());
        assert!(Arc::ptr_eq(&kept[0].board, &kept[7].board) && !Arc::ptr_eq(&kept[0].board, &kept[8].board));
        drop(kept);
        let taken = seats.taken();
        assert_eq!((taken.all, taken.of_address.len(), taken.of_order.len()), (0, 0, 0));
    }

    #[test]
    fn there_are_so_many_in_all() {
        let seats = Arc::new(Seats::default());
        let kept: Vec<_> = (0..300_u16)
            .filter_map(|number| {
                take(&seats, i64::from(number), &format!("203.0.{}.{}", number >> 4, number & 15)).ok()
            })
            .collect();
        assert_eq!(kept.len(), 256);
        assert_eq!(take(&seats, 1, "198.51.100.1").err(), Some(NoSeat::All));
        drop(kept);
        assert!(take(&seats, 1, "198.51.100.1").is_ok());
    }
}
