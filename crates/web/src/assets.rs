//! Our own style sheet, script, pictures and fonts, inside the binary and named by their content.
//!
//! One fingerprint stands for the whole set (it is small and changes as one), so the style sheet can name the fonts
//! beside it: it writes `__FP__` where the fingerprint goes.

use std::borrow::Cow;
use std::sync::LazyLock;

use axum::body::Bytes;
use countersign_crypto::to_hex;
use rust_embed::RustEmbed;

use crate::paths;

/// Hexadecimal digits of the fingerprint: enough to tell releases apart.
const FINGERPRINT_BYTES: usize = 5;

#[derive(RustEmbed)]
#[folder = "assets"]
struct Files;

/// A file ready to be sent.
#[derive(Clone, Debug)]
pub struct Asset {
    /// Its bytes, shared.
    pub bytes: Bytes,
    /// Its media type.
    pub content_type: &'static str,
}

struct Catalogue {
    fingerprint: String,
    files: Vec<(String, Asset)>,
}

static CATALOGUE: LazyLock<Catalogue> = LazyLock::new(catalogue);

/// The address of a file by its plain name (`countersign.css`).
pub fn url(name: &str) -> String {
    format!("{}/{}", paths::ASSETS, fingerprinted(name, &CATALOGUE.fingerprint))
}

/// The file with that fingerprinted name.
pub fn find(fingerprinted_name: &str) -> Option<Asset> {
    CATALOGUE.files.iter().find(|(name, _)| name == fingerprinted_name).map(|(_, asset)| asset.clone())
}

/// Every file under its fingerprinted name; for tests and the gallery.
pub fn all() -> impl Iterator<Item = (&'static str, &'static Asset)> {
    CATALOGUE.files.iter().map(|(name, asset)| (name.as_str(), asset))
}

fn catalogue() -> Catalogue {
    let mut names: Vec<Cow<'static, str>> = Files::iter().collect();
    names.sort_unstable();
    let mut digest = [0_u8; 32];
    for name in &names {
        let file = Files::get(name).expect("a listed file is embedded");
        for (mixed, byte) in digest.iter_mut().zip(file.metadata.sha256_hash()) {
            // Multiplying first makes the order of files count.
            *mixed = mixed.wrapping_mul(31).wrapping_add(byte);
        }
    }
    let fingerprint = to_hex(&digest[..FINGERPRINT_BYTES]);
    let files = names.iter().map(|name| (fingerprinted(name, &fingerprint), load(name, &fingerprint))).collect();
    Catalogue { fingerprint, files }
}

fn load(name: &str, fingerprint: &str) -> Asset {
    let data = Files::get(name).expect("a listed file is embedded").data;
    let bytes = match std::str::from_utf8(&data) {
        Ok(text) if extension(name) == "css" => Bytes::from(text.replace("__FP__", fingerprint)),
        _ => Bytes::from(data.into_owned()),
    };
    Asset { bytes, content_type: content_type(name) }
}

fn fingerprinted(name: &str, fingerprint: &str) -> String {
    match name.rsplit_once('.') {
        Some((stem, extension)) => format!("{stem}-{fingerprint}.{extension}"),
        None => format!("{name}-{fingerprint}"),
    }
}

fn extension(name: &str) -> &str {
    name.rsplit_once('.').map_or("", |(_, extension)| extension)
}

fn content_type(name: &str) -> &'static str {
    match extension(name) {
        "css" => "text/css; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "svg" => "image/svg+xml",
        "woff2" => "font/woff2",
        "txt" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_style_sheet_names_files_that_exist() {
        let url = url("countersign.css");
        let css =
            find(url.rsplit('/').next().expect("a path has a last segment")).expect("the style sheet is embedded");
        let text = String::from_utf8(css.bytes.to_vec()).expect("CSS is text");
        assert!(!text.contains("__FP__"));
        let mut named = 0;
        for part in text.split("url(\"").skip(1) {
            let name = part.split('"').next().expect("a url has an end");
            assert!(find(name).is_some(), "{name}");
            named += 1;
        }
        assert!(named >= 2, "the fonts are named");
    }

    #[test]
    fn no_asset_reaches_out() {
        for (name, asset) in all() {
            if ["css", "js"].contains(&extension(name)) {
                let text = String::from_utf8(asset.bytes.to_vec()).expect("our text files are UTF-8");
                assert!(!text.contains("://"), "{name}");
            }
        }
    }
}
