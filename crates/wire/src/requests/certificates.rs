//! Endpoints without parameters: `certificates` (partner.md 2.2) and `service/provider/config/query` (4.3).

use crate::schema::Schema;

/// No parameters at all; what stands in the body is ignored.
pub static NO_PARAMETERS: Schema = Schema { name: "NoParameters", source: "partner.md 2.2", fields: &[] };
