//! Any address that is none of ours.

use super::{frame::Frame, problem::Problem};
use crate::model::{AppError, ErrorCode};
use leptos::prelude::*;

#[component]
pub fn NotFoundPage() -> impl IntoView {
    let error = AppError::new(ErrorCode::NotFound, "There is no page at this address. The link may be old or mistyped.");
    view! { <Frame viewer=None><Problem error /></Frame> }
}
