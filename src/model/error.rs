//! The one error that crosses the wire, from REST handlers and server functions alike.

use leptos::server_fn::{
    codec::JsonEncoding,
    error::{FromServerFnError, ServerFnErrorErr},
};
use serde::{Deserialize, Serialize};

/// Why something was refused or failed. The names are part of the REST contract and stay as they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ErrorCode {
    /// The request itself is malformed.
    BadRequest,
    /// No valid session.
    Unauthorized,
    /// E-mail or password do not match.
    WrongCredentials,
    /// Somebody else's, or not there at all: the two look the same on purpose.
    Forbidden,
    /// The request comes from another site.
    CrossOrigin,
    /// No such page or route.
    NotFound,
    /// It clashes with what is there, such as an e-mail already in use.
    Conflict,
    /// A field has a value that cannot be accepted.
    Invalid,
    /// The uploaded file is not a recording that can be kept.
    RefusedFile,
    /// Parts of the upload are still missing.
    IncompleteUpload,
    /// The stored recording could not be turned into a stream.
    GenerationFailed,
    /// Too many requests of this kind at once.
    TooManyRequests,
    /// A part we depend on (bucket, database) does not answer.
    Unavailable,
    /// The request never reached the server. Only made in the browser.
    Network,
    /// Our fault; the log has the reason.
    Internal,
}

impl ErrorCode {
    /// The HTTP status this code travels with.
    pub fn status(self) -> u16 {
        match self {
            Self::BadRequest => 400,
            Self::Unauthorized | Self::WrongCredentials => 401,
            Self::Forbidden | Self::CrossOrigin => 403,
            Self::NotFound => 404,
            Self::Conflict | Self::IncompleteUpload => 409,
            Self::Invalid | Self::RefusedFile => 422,
            Self::TooManyRequests => 429,
            Self::GenerationFailed | Self::Internal => 500,
            Self::Unavailable | Self::Network => 503,
        }
    }
}

/// An error a person may read: a stable code and one sentence that says what to do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{message}")]
pub struct AppError {
    pub code: ErrorCode,
    pub message: String,
}

impl AppError {
    pub fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        Self { code, message: message.into() }
    }

    /// A field's value cannot be accepted (422).
    pub fn invalid(message: impl Into<String>) -> Self {
        Self::new(ErrorCode::Invalid, message)
    }

    /// Nobody is signed in (401).
    pub fn unauthorized() -> Self {
        Self::new(ErrorCode::Unauthorized, "Please sign in to go on.")
    }

    /// Somebody else's recording, or none at all (403). One sentence for both, so that ids cannot be probed.
    pub fn forbidden() -> Self {
        Self::new(ErrorCode::Forbidden, "This recording does not exist, or it is not yours.")
    }

    /// Our fault (500). The reason belongs in the log, not in the answer.
    pub fn internal() -> Self {
        Self::new(ErrorCode::Internal, "Something went wrong on our side. Nothing was lost; please try again.")
    }
}

impl FromServerFnError for AppError {
    type Encoder = JsonEncoding;

    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        use ServerFnErrorErr as E;
        match error {
            E::Request(_) => Self::new(ErrorCode::Network, "The server cannot be reached. Check your connection and try again."),
            E::Args(_) | E::MissingArg(_) | E::UnsupportedRequestMethod(_) => {
                Self::new(ErrorCode::BadRequest, "The request is incomplete or malformed.")
            }
            // A proxy's HTML page or a cut-off body: from here it cannot be told from a lost network.
            E::Deserialization(_) => Self::new(ErrorCode::Network, "The server's answer could not be read. Please try again."),
            _ => Self::internal(),
        }
    }
}
