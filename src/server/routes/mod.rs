//! HTTP handlers that are not server functions: the REST contract, streams, plain forms, health, files.

pub mod assets;
pub mod auth;
pub mod captions;
pub mod chapters;
pub mod download;
pub mod forms;
pub mod health;
pub mod hls;
pub mod library;
pub mod notes;
pub mod numbers;
pub mod openapi;
pub mod poster;
pub mod storyboard;
pub mod stream;
pub mod transcripts;
pub mod videos;

use crate::{
    model::{AppError, ErrorCode, VideoId},
    server::Error,
};
use axum::{
    Json,
    extract::{FromRequest, FromRequestParts, Path, Request},
};
use http::request::Parts;
use serde::de::DeserializeOwned;

/// A JSON body; anything else is a 400 with a sentence.
pub struct Body<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Body<T> {
    type Rejection = Error;

    async fn from_request(request: Request, state: &S) -> Result<Self, Error> {
        match Json::<T>::from_request(request, state).await {
            Ok(Json(value)) => Ok(Self(value)),
            Err(rejection) => {
                Err(AppError::new(ErrorCode::BadRequest, format!("The body is not what is expected here: {}", rejection.body_text()))
                    .into())
            }
        }
    }
}

/// The `{id}` of a video. Something that is no id is nobody's video, like any other that is not there.
pub struct Id(pub VideoId);

impl<S: Send + Sync> FromRequestParts<S> for Id {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Error> {
        let Path(text) = Path::<String>::from_request_parts(parts, state).await.map_err(|_| AppError::forbidden())?;
        Ok(Self(text.parse().map_err(|_| AppError::forbidden())?))
    }
}
