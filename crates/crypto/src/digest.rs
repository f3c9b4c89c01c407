//! Plain SHA-256, for fingerprints of what is not secret and as a building block.

use aws_lc_rs::digest;

/// SHA-256 of `bytes`.
pub fn sha256(bytes: &[u8]) -> [u8; 32] {
    sha256_of([bytes])
}

/// SHA-256 of the pieces one after another, without joining them in memory.
pub(crate) fn sha256_of<'a>(pieces: impl IntoIterator<Item = &'a [u8]>) -> [u8; 32] {
    let digest = sha256_digest_of(pieces);
    digest.as_ref().try_into().expect("a SHA-256 digest has 32 bytes")
}

/// As [`sha256_of`], in the form that RSA signing takes.
pub(crate) fn sha256_digest_of<'a>(pieces: impl IntoIterator<Item = &'a [u8]>) -> digest::Digest {
    let mut context = digest::Context::new(&digest::SHA256);
    for piece in pieces {
        context.update(piece);
    }
    context.finish()
}
