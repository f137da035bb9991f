//! How editions descend, as far as an outsider can tell: whose expectations hold, whose words are used.

use crate::edition::Edition;

/// The edition whose expectations hold where this one has none of its own.
pub const fn parent(edition: Edition) -> Option<Edition> {
    match edition {
        Edition::Dev313 => Some(Edition::V313),
        Edition::Repaired => Some(Edition::V314),
        Edition::V313 | Edition::V314 => None,
    }
}

/// Whether the edition has the surface of 3.14: its names, its messages, its way of chaining errors.
pub const fn like_3_14(edition: Edition) -> bool {
    matches!(edition, Edition::V314 | Edition::Repaired)
}
