//! What was measured, and the rows that come of it.

use hdrhistogram::Histogram;

use crate::figures::{each, median, microseconds_each, rate, ratio};
use crate::load::{Measurement, histogram};
use crate::plan::PAIRED_CONNECTIONS;
use crate::variant::Variant;

/// A cell: connections and variant.
type Place = (usize, Variant);

/// One cell over all rounds.
struct Cell {
    place: Place,
    /// Answers per second, by round.
    rates: Vec<f64>,
    /// The server's microseconds of processor time per answer, by round.
    costs: Vec<f64>,
    /// Orders per commit, by round.
    shared: Vec<f64>,
    latencies: Histogram<u64>,
}

impl Cell {
    fn new(place: Place) -> Self {
        Self { place, rates: Vec::new(), costs: Vec::new(), shared: Vec::new(), latencies: histogram() }
    }

    fn add(&mut self, measurement: &Measurement) {
        let answered = measurement.latencies.len();
        self.rates.push(rate(answered, measurement.measured));
        self.costs.extend(measurement.server_time.map(|time| microseconds_each(time, answered)));
        self.shared.extend(measurement.commits.map(|counted| each(counted.orders, counted.commits)));
        self.latencies.add(&measurement.latencies).expect("all latencies have the same bounds");
    }
}

/// Everything measured.
#[derive(Default)]
pub(crate) struct Results {
    /// In the order in which they were first measured.
    cells: Vec<Cell>,
    /// Of each pair, the own calls' rate over the rate on behalf: how much more time an order takes.
    pair_times: Vec<f64>,
    /// Of each pair, the processor time on behalf over that of own calls.
    pair_costs: Vec<f64>,
}

/// A row of the table.
pub(crate) struct Row {
    pub(crate) connections: usize,
    pub(crate) variant: Variant,
    pub(crate) rate: f64,
    pub(crate) of_bare: Option<f64>,
    pub(crate) of_one_commit: Option<f64>,
    pub(crate) p50_us: u64,
    pub(crate) p99_us: u64,
    pub(crate) server_us: Option<f64>,
    pub(crate) orders_per_commit: Option<f64>,
}

impl Results {
    /// Adds one round of a cell.
    pub(crate) fn add(&mut self, place: Place, measurement: &Measurement) {
        let index = self.cells.iter().position(|cell| cell.place == place).unwrap_or_else(|| {
            self.cells.push(Cell::new(place));
            self.cells.len() - 1
        });
        self.cells[index].add(measurement);
    }

    /// Adds one pair of own calls and calls on behalf.
    pub(crate) fn add_pair(&mut self, own: &Measurement, on_behalf: &Measurement) {
        let rate_of = |measurement: &Measurement| rate(measurement.latencies.len(), measurement.measured);
        self.pair_times.push(ratio(rate_of(own), rate_of(on_behalf)));
        let cost_of = |measurement: &Measurement| {
            measurement.server_time.map(|time| microseconds_each(time, measurement.latencies.len()))
        };
        let costs = cost_of(on_behalf).zip(cost_of(own));
        self.pair_costs.extend(costs.map(|(on_behalf, own)| ratio(on_behalf, own)));
        self.add((PAIRED_CONNECTIONS, Variant::OnBehalf), on_behalf);
    }

    /// The median over the rounds of how many times `variant` was as fast as `base`.
    pub(crate) fn times_as_fast(&self, connections: usize, variant: Variant, base: Variant) -> Option<f64> {
        let rates = |variant| Some(&self.cells.iter().find(|cell| cell.place == (connections, variant))?.rates);
        let rounds = rates(variant)?.iter().zip(rates(base)?);
        median(rounds.map(|(value, base)| ratio(*value, *base)).collect())
    }

    /// How much time an order on behalf takes, in times of an own one.
    pub(crate) fn on_behalf_time(&self) -> Option<f64> {
        median(self.pair_times.clone())
    }

    /// The same in the server's processor time.
    pub(crate) fn on_behalf_cost(&self) -> Option<f64> {
        median(self.pair_costs.clone())
    }

    /// The table's rows.
    pub(crate) fn rows(&self) -> impl Iterator<Item = Row> {
        self.cells.iter().map(|cell| {
            let (connections, variant) = cell.place;
            // Calls on behalf ran in pairs of their own; they share no round with the other variants.
            let of = |base| self.times_as_fast(connections, variant, base).filter(|_| variant == Variant::Orders);
            Row {
                connections,
                variant,
                rate: median(cell.rates.clone()).expect("a cell has a round"),
                of_bare: of(Variant::Bare),
                of_one_commit: of(Variant::OneCommit),
                p50_us: cell.latencies.value_at_quantile(0.5),
                p99_us: cell.latencies.value_at_quantile(0.99),
                server_us: median(cell.costs.clone()),
                orders_per_commit: median(cell.shared.clone()),
            }
        })
    }
}
