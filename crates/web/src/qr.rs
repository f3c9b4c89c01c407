//! QR codes: as our own small SVG (one path, no style attribute, so that the content security policy holds), and as PNG
//! for clients that fetch a picture.

use std::fmt::Write as _;

use qrcode::{Color, EcLevel, QrCode};

/// The longest text a checkout puts into a code; a QR code of level M holds 2,331 bytes.
pub const QR_TEXT_BYTES_MAX: usize = 1_024;
/// Light modules around the code that scanners need (ISO/IEC 18004).
const QUIET_MODULES: usize = 4;

/// Why there is no code.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum QrError {
    /// More than [`QR_TEXT_BYTES_MAX`] bytes, or more than a code holds.
    #[error("the text is too long for a QR code")]
    TooLong,
    /// The picture could not be written.
    #[error("the picture could not be written: {0}")]
    Png(String),
}

/// Pixels of one module's side in the PNG.
const MODULE_PIXELS: usize = 8;

fn encode(text: &str) -> Result<QrCode, QrError> {
    if text.len() > QR_TEXT_BYTES_MAX {
        return Err(QrError::TooLong);
    }
    QrCode::with_error_correction_level(text, EcLevel::M).map_err(|_| QrError::TooLong)
}

/// Draws `text` as a PNG in black and white.
pub fn png(text: &str) -> Result<Vec<u8>, QrError> {
    let code = encode(text)?;
    let (width, dark) = (code.width(), code.to_colors());
    let side = (width + 2 * QUIET_MODULES) * MODULE_PIXELS;
    let mut pixels = Vec::with_capacity(side * side);
    for y in 0..side {
        for x in 0..side {
            let module = |at: usize| (at / MODULE_PIXELS).checked_sub(QUIET_MODULES).filter(|at| *at < width);
            let is_dark = module(x).zip(module(y)).is_some_and(|(x, y)| dark[y * width + x] == Color::Dark);
            pixels.push(if is_dark { 0 } else { u8::MAX });
        }
    }
    let failed = |error: png::EncodingError| QrError::Png(error.to_string());
    let side = u32::try_from(side).map_err(|_| QrError::TooLong)?;
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, side, side);
    encoder.set_color(png::ColorType::Grayscale);
    encoder.set_depth(png::BitDepth::Eight);
    let mut writer = encoder.write_header().map_err(failed)?;
    writer.write_image_data(&pixels).map_err(failed)?;
    writer.finish().map_err(failed)?;
    Ok(bytes)
}

/// A drawn QR code: markup made here alone, hence safe to put into a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QrSvg(String);

impl QrSvg {
    /// Draws `text`; `label` is what a screen reader says (plain words of ours, no user text).
    pub fn draw(text: &str, label: &'static str) -> Result<Self, QrError> {
        let code = encode(text)?;
        let width = code.width();
        let side = width + 2 * QUIET_MODULES;
        let mut path = String::new();
        for (index, color) in code.to_colors().into_iter().enumerate() {
            if color == Color::Dark {
                let (x, y) = (index % width + QUIET_MODULES, index / width + QUIET_MODULES);
                write!(path, "M{x} {y}h1v1h-1z").expect("writing to a string does not fail");
            }
        }
        Ok(Self(format!(
            "<svg class=\"qr\" viewBox=\"0 0 {side} {side}\" role=\"img\" aria-label=\"{label}\" shape-rendering=\"crispEdges\">\
             <path class=\"qr-paper\" d=\"M0 0h{side}v{side}H0z\"/><path class=\"qr-ink\" d=\"{path}\"/></svg>"
        )))
    }

    /// The markup.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_becomes_one_drawing_without_style() {
        let svg = QrSvg::draw("https://pay.example/checkout/abc", "QR code").expect("a short text fits");
        assert!(svg.as_str().starts_with("<svg class=\"qr\""));
        assert!(!svg.as_str().contains("style="));
        let png = png("https://pay.example/checkout/abc").expect("a short text fits");
        assert!(png.starts_with(b"\x89PNG\r\n\x1a\n"));
        assert_eq!(QrSvg::draw(&"x".repeat(QR_TEXT_BYTES_MAX + 1), "QR code"), Err(QrError::TooLong));
    }
}
