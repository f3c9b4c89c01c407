//! QR codes as our own small SVG: one path, no style attribute, so that the content security policy holds.

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
}

/// A drawn QR code: markup made here alone, hence safe to put into a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QrSvg(String);

impl QrSvg {
    /// Draws `text`; `label` is what a screen reader says (plain words of ours, no user text).
    pub fn draw(text: &str, label: &'static str) -> Result<Self, QrError> {
        if text.len() > QR_TEXT_BYTES_MAX {
            return Err(QrError::TooLong);
        }
        let code = QrCode::with_error_correction_level(text, EcLevel::M).map_err(|_| QrError::TooLong)?;
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
        assert_eq!(QrSvg::draw(&"x".repeat(QR_TEXT_BYTES_MAX + 1), "QR code"), Err(QrError::TooLong));
    }
}
