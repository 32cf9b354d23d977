//! Who is looking.

use super::UserId;
use serde::{Deserialize, Serialize};

/// The person a request comes from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Viewer {
    pub user_id: UserId,
    pub email: String,
    /// The session the request came with; stream grants are tied to it, so that signing out ends them.
    pub session_id: String,
}
