//! Writes every sample page and the assets into a folder, to look at them without a server: `cargo run -p countersign-web --example gallery -- DIR`.

use std::fmt::Write as _;
use std::path::PathBuf;
use std::{fs, io};

#[path = "../tests/it/samples/mod.rs"]
mod samples;

fn main() -> io::Result<()> {
    let Some(folder) = std::env::args_os().nth(1).map(PathBuf::from) else {
        return Err(io::Error::other("name the folder to write to"));
    };
    let assets = folder.join("assets");
    fs::create_dir_all(&assets)?;
    for (name, asset) in countersign_web::assets::all() {
        fs::write(assets.join(name), &asset.bytes)?;
    }
    let mut index = String::from("<!doctype html><title>Gallery</title><ul>");
    for sample in samples::all() {
        let html = sample.html.replace("\"/portal/assets/", "\"assets/");
        fs::write(folder.join(format!("{}.html", sample.name)), html)?;
        write!(index, "<li><a href=\"{0}.html\">{0}</a>", sample.name).map_err(io::Error::other)?;
    }
    fs::write(folder.join("index.html"), index)
}
