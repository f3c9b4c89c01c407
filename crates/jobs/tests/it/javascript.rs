//! clients.md H3 in a real Node: a body survives `JSON.parse` and `JSON.stringify` but for `bizId`, so that receivers who
//! verify signatures over what they print anew find them right.

mod any_event;

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestRng, TestRunner};

use crate::golden::{body_of, samples};

/// How many random events each run makes.
const CASES: u32 = 3_000;

/// Prints each line anew, in the two ways in which receivers put the rounded `bizId` right: out of `bizIdStr`, before
/// printing (DFX) or after it. Lines are split by hand: Node's own line reader splits at U+2028 too.
const PRINTED_ANEW: &str = r#"
let rest = Buffer.alloc(0);
process.stdin.on("data", (chunk) => {
  rest = Buffer.concat([rest, chunk]);
  for (let end = rest.indexOf(10); end >= 0; end = rest.indexOf(10)) {
    const body = rest.subarray(0, end).toString("utf8");
    rest = rest.subarray(end + 1);
    const parsed = JSON.parse(body);
    const after = JSON.stringify(parsed).replace(`"bizId":${parsed.bizId}`, () => `"bizId":${parsed.bizIdStr}`);
    parsed.bizId = parsed.bizIdStr;
    const before = JSON.stringify(parsed).replace(/"bizId":"(\d+)"/g, '"bizId":$1');
    process.stdout.write(before + "\n" + after + "\n");
  }
});
"#;

/// A Node that prints bodies anew; it ends with its input.
struct Node {
    child: Child,
    bodies: ChildStdin,
    printed: BufReader<ChildStdout>,
}

impl Node {
    #[expect(clippy::disallowed_methods, reason = "the test command says which Node it found")]
    fn start() -> Self {
        let program = std::env::var("COUNTERSIGN_TEST_NODE").unwrap_or_else(|_| "node".to_owned());
        let mut child = Command::new(&program)
            .args(["--eval", PRINTED_ANEW])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| panic!("{program} cannot be started ({error}); cargo xtask test brings a Node"));
        let bodies = child.stdin.take().expect("it is piped");
        let printed = BufReader::new(child.stdout.take().expect("it is piped"));
        Self { child, bodies, printed }
    }

    /// The body as each of the two ways prints it.
    fn anew(&mut self, body: &[u8]) -> [Vec<u8>; 2] {
        assert!(!body.contains(&b'\n'), "a body is one line");
        self.bodies.write_all(&[body, b"\n"].concat()).expect("Node reads");
        [(); 2].map(|()| {
            let mut line = Vec::new();
            self.printed.read_until(b'\n', &mut line).expect("Node prints");
            assert_eq!(line.pop(), Some(b'\n'), "Node ended; what it said stands above");
            line
        })
    }

    fn stop(self) {
        let Self { mut child, bodies, .. } = self;
        drop(bodies);
        assert!(child.wait().expect("Node ends").success());
    }
}

#[test]
fn every_golden_body_survives_javascript() {
    let mut node = Node::start();
    for (name, body) in samples() {
        for anew in node.anew(&body) {
            assert_eq!(String::from_utf8(anew), String::from_utf8(body.clone()), "{name}");
        }
    }
    for changed in [&br#"{"a":"\/","bizIdStr":"1","bizId":1}"#[..], br#"{"a": 1,"bizIdStr":"1","bizId":1}"#] {
        assert!(node.anew(changed).iter().all(|anew| anew != changed), "a body in another style does not");
    }
    node.stop();
}

/// Amounts of any size, texts of any characters, numbers up to the largest of all. A failure is shrunk to its least.
#[test]
fn random_bodies_of_every_kind_survive_javascript() {
    // The runner calls a function that may be called from anywhere.
    let node = RefCell::new(Node::start());
    let kinds = RefCell::new(BTreeMap::<_, u32>::new());
    let rng = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    let config = Config { cases: CASES, failure_persistence: None, ..Config::default() };
    let outcome = TestRunner::new_with_rng(config, rng).run(&any_event::any_event(), |event| {
        let body = body_of(&event).map_err(|error| TestCaseError::fail(error.to_string()))?;
        *kinds
            .borrow_mut()
            .entry(countersign_jobs::wire_labels(&event).expect("it is told by webhook"))
            .or_default() += 1;
        for anew in node.borrow_mut().anew(&body) {
            if anew != body {
                let [was, is] = [&body, &anew].map(|bytes| String::from_utf8_lossy(bytes).into_owned());
                return Err(TestCaseError::fail(format!("{was}\nbecame\n{is}")));
            }
        }
        Ok(())
    });
    outcome.expect("no body changes");
    let kinds = kinds.into_inner();
    assert_eq!(kinds.len(), 24, "every type with every status was made: {kinds:?}");
    node.into_inner().stop();
}
