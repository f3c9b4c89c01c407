//! Counting: how many tests passed and failed, read from what each test runner prints.
//!
//! A runner's exit status is never believed alone. A test binary that ends without a result line, a runner that fails
//! without naming a failed test, and a runner that ran nothing each count as a failure.

use crate::process::Ended;

/// Passed and failed tests, and the names or reasons of the failed ones.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(crate) struct Tally {
    pub(crate) passed: u64,
    pub(crate) failed: u64,
    pub(crate) notes: Vec<String>,
}

impl Tally {
    /// One passed test.
    pub(crate) fn pass() -> Self {
        Self { passed: 1, ..Self::default() }
    }

    /// One failed test, or something that could not run at all.
    pub(crate) fn fail(note: impl Into<String>) -> Self {
        Self { failed: 1, notes: vec![note.into()], ..Self::default() }
    }

    /// A command that is one test by itself.
    pub(crate) fn whole(ended: &Ended) -> Self {
        match ended {
            Ended::Well => Self::pass(),
            Ended::Badly(how) => Self::fail(how),
        }
    }

    /// Adds another tally to this one.
    pub(crate) fn add(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.notes.extend(other.notes);
    }

    /// Settles the count with how the runner ended.
    fn settle(mut self, ended: &Ended, filtered: bool) -> Self {
        match ended {
            Ended::Badly(how) if self.failed == 0 => {
                self.add(Self::fail(format!("{how}, though no test is reported as failed")));
            }
            Ended::Well if self.passed + self.failed == 0 && !filtered => {
                self.add(Self::fail("no test ran"));
            }
            _ => {}
        }
        self
    }
}

/// Reads a runner's lines while they stream by.
pub(crate) trait Watch {
    fn line(&mut self, line: &str);
    fn tally(&mut self) -> Tally;

    /// The count, settled with how the runner ended; with a filter it is fine that no test ran.
    fn settled(&mut self, ended: &Ended, filtered: bool) -> Tally {
        self.tally().settle(ended, filtered)
    }
}

/// `cargo test`: many test binaries, each announced by cargo and closed by at least one result line.
#[derive(Default)]
pub(crate) struct Libtest {
    tally: Tally,
    open: Option<String>,
}

impl Libtest {
    /// A test binary that was announced and never printed a result has crashed or left early.
    fn close(&mut self) {
        if let Some(binary) = self.open.take() {
            self.tally.add(Tally::fail(format!("ended without a result: {binary}")));
        }
    }
}

impl Watch for Libtest {
    fn line(&mut self, line: &str) {
        let announced = line.trim_start();
        if (announced.starts_with("Running ") && announced.ends_with(')') && line.starts_with("   "))
            || (announced.starts_with("Doc-tests ") && line.starts_with("   "))
        {
            self.close();
            self.open = Some(announced.to_owned());
        } else if let Some(result) = line.strip_prefix("test result: ") {
            self.open = None;
            self.tally.passed += number_before(result, " passed");
            self.tally.failed += number_before(result, " failed");
        } else if let Some(name) = line.strip_prefix("test ").and_then(|rest| rest.strip_suffix(" ... FAILED")) {
            self.tally.notes.push(name.to_owned());
        }
    }

    fn tally(&mut self) -> Tally {
        self.close();
        self.tally.clone()
    }
}

/// Python's `unittest`: `Ran 5 tests in 0.1s`, then `OK` or `FAILED (failures=1, errors=1)`.
#[derive(Default)]
pub(crate) struct Unittest {
    ran: u64,
    bad: u64,
    notes: Vec<String>,
}

impl Watch for Unittest {
    fn line(&mut self, line: &str) {
        if line.starts_with("Ran ") {
            self.ran = number_before(line, " test");
        } else if line.starts_with("OK") || line.starts_with("FAILED (") {
            // A skipped test is one that could not run; a test that should fail and passed is wrong as well.
            self.bad = ["failures=", "errors=", "skipped=", "unexpected successes="]
                .iter()
                .map(|key| number_after(line, key))
                .sum();
        } else if line.starts_with("FAIL: ") || line.starts_with("ERROR: ") {
            self.notes.push(line.to_owned());
        }
    }

    fn tally(&mut self) -> Tally {
        Tally {
            // An error in a class's set-up counts without a test that ran.
            passed: self.ran.saturating_sub(self.bad),
            failed: self.bad,
            notes: self.notes.clone(),
        }
    }
}

/// `node --test`: `# pass 3` (TAP) or `ℹ pass 3` (the reporter for people), and the like for the other outcomes.
#[derive(Default)]
pub(crate) struct NodeTest {
    tally: Tally,
}

impl Watch for NodeTest {
    fn line(&mut self, line: &str) {
        if let Some(summary) = line.strip_prefix("# ").or_else(|| line.strip_prefix("ℹ ")) {
            let Some((outcome, count)) = summary.split_once(' ') else {
                return;
            };
            let count: u64 = count.parse().unwrap_or(0);
            match outcome {
                "pass" => self.tally.passed += count,
                "fail" | "cancelled" | "skipped" | "todo" => self.tally.failed += count,
                _ => {}
            }
        } else if let Some(name) = line.trim_start().strip_prefix("not ok ") {
            self.tally.notes.push(name.to_owned());
        }
    }

    fn tally(&mut self) -> Tally {
        self.tally.clone()
    }
}

/// The number that stands right before `word`; 0 when there is none.
fn number_before(line: &str, word: &str) -> u64 {
    line.split_once(word)
        .and_then(|(before, _)| before.rsplit(' ').next())
        .and_then(|number| number.parse().ok())
        .unwrap_or(0)
}

/// The number that stands right after `key`; 0 when there is none.
fn number_after(line: &str, key: &str) -> u64 {
    line.split_once(key)
        .and_then(|(_, after)| after.split(|c: char| !c.is_ascii_digit()).next())
        .and_then(|number| number.parse().ok())
        .unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn watch(mut runner: impl Watch, output: &str, ended: &Ended) -> (u64, u64) {
        output.lines().for_each(|line| runner.line(line));
        let tally = runner.settled(ended, false);
        (tally.passed, tally.failed)
    }

    fn badly() -> Ended {
        Ended::Badly("exit status: 101".to_owned())
    }

    #[test]
    fn libtest_results_add_up() {
        let output = "     Running unittests src/lib.rs (target/debug/deps/a-1)\n\
            test one ... ok\n\
            test two ... FAILED\n\
            test result: FAILED. 3 passed; 1 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s\n\
            \x20  Doc-tests a\n\
            test result: ok. 2 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out\n\
            test result: ok. 1 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out\n";
        assert_eq!(watch(Libtest::default(), output, &badly()), (6, 1));
    }

    #[test]
    fn a_test_binary_without_a_result_is_a_failure() {
        let output = "     Running unittests src/lib.rs (target/debug/deps/a-1)\n\
            running 1 test\n\
            \x20    Running tests/it/main.rs (target/debug/deps/it-1)\n\
            test result: ok. 2 passed; 0 failed; 0 ignored\n\
            \x20    Running tests/last/main.rs (target/debug/deps/last-1)\n";
        assert_eq!(watch(Libtest::default(), output, &badly()), (2, 2));
        // Also when the runner believes that all is well.
        assert_eq!(watch(Libtest::default(), output, &Ended::Well), (2, 2));
    }

    #[test]
    fn a_compile_error_is_a_failure() {
        let output = "error: could not compile `a`";
        assert_eq!(watch(Libtest::default(), output, &badly()), (0, 1));
    }

    #[test]
    fn nothing_run_is_a_failure_unless_filtered() {
        assert_eq!(watch(Libtest::default(), "", &Ended::Well), (0, 1));
        let filtered = Libtest::default().settled(&Ended::Well, true);
        assert_eq!(filtered, Tally::default());
    }

    #[test]
    fn unittest_summaries() {
        for (output, ended, expected) in [
            ("Ran 5 tests in 0.1s\n\nOK", Ended::Well, (5, 0)),
            ("Ran 1 test in 0.1s\n\nOK", Ended::Well, (1, 0)),
            ("Ran 5 tests in 0.1s\n\nOK (skipped=2)", Ended::Well, (3, 2)),
            ("Ran 5 tests in 0.1s\n\nFAILED (failures=1, errors=2)", badly(), (2, 3)),
            ("Ran 0 tests in 0.1s\n\nFAILED (errors=1)", badly(), (0, 1)),
            ("Traceback (most recent call last):", badly(), (0, 1)),
        ] {
            assert_eq!(watch(Unittest::default(), output, &ended), expected, "{output}");
        }
    }

    #[test]
    fn node_summaries() {
        let spec = "ℹ tests 6\nℹ suites 2\nℹ pass 4\nℹ fail 1\nℹ cancelled 1\nℹ skipped 0\nℹ todo 0";
        assert_eq!(watch(NodeTest::default(), spec, &badly()), (4, 2));
        let tap = "not ok 2 - a page\n# tests 2\n# pass 1\n# fail 1\n# duration_ms 4.2";
        assert_eq!(watch(NodeTest::default(), tap, &badly()), (1, 1));
    }
}
