//! Tells cargo to embed the migrations anew when a file is added: the macro alone notices changed files only.

fn main() {
    let mut out = std::io::stdout();
    let _ = std::io::Write::write_all(&mut out, b"cargo::rerun-if-changed=migrations\n");
}
