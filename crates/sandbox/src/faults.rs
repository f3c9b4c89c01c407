//! Planned faults: the next calls to a path get a code instead of an answer.

use std::collections::BTreeMap;
use std::sync::Mutex;

use countersign_api::FaultPlan;
use countersign_wire::ResultCode;

/// The most paths that may have a fault planned.
pub const FAULT_PATHS_MAX: usize = 100;

/// A fault that waits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Relative to `/binancepay/openapi`, with its leading slash.
    pub path: String,
    /// What the calls get.
    pub code: ResultCode,
    /// How many calls more.
    pub times: u32,
}

/// The faults of one sandbox, one per path.
#[derive(Default)]
pub struct Faults(Mutex<BTreeMap<String, (ResultCode, u32)>>);

impl Faults {
    /// Plans a fault and replaces the one that the path had; none where too many paths have one. `times` of 0 takes it away.
    pub fn plan(&self, path: &str, code: ResultCode, times: u32) -> Option<Vec<Fault>> {
        let path = format!("/{}", path.trim_start_matches('/'));
        let mut plan = self.0.lock().expect("the plan's lock is held only for map operations");
        if plan.len() >= FAULT_PATHS_MAX && !plan.contains_key(&path) {
            return None;
        }
        if times == 0 {
            plan.remove(&path);
        } else {
            plan.insert(path, (code, times));
        }
        Some(
            plan.iter().map(|(path, (code, times))| Fault { path: path.clone(), code: *code, times: *times }).collect(),
        )
    }
}

impl FaultPlan for Faults {
    fn take(&self, path: &str) -> Option<ResultCode> {
        let mut plan = self.0.lock().expect("the plan's lock is held only for map operations");
        let (code, times) = plan.get_mut(path)?;
        let code = *code;
        *times -= 1;
        if *times == 0 {
            plan.remove(path);
        }
        Some(code)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_strikes_as_often_as_planned_and_only_its_path() {
        let faults = Faults::default();
        faults.plan("v2/order", ResultCode::UnknownError, 2);
        assert_eq!(faults.take("/v3/order"), None);
        assert_eq!(faults.take("/v2/order"), Some(ResultCode::UnknownError));
        assert_eq!(faults.take("/v2/order"), Some(ResultCode::UnknownError));
        assert_eq!(faults.take("/v2/order"), None);
    }
}
