//! Any address that is none of ours; and what went wrong around a page, which `server/dress.rs` tells.

use super::{frame::Frame, problem::Problem};
use crate::{
    api::get_viewer,
    model::{AppError, ErrorCode, page::Trouble},
};
use leptos::prelude::*;

#[component]
pub fn NotFoundPage() -> impl IntoView {
    let error = use_context::<Trouble>().map_or_else(
        || AppError::new(ErrorCode::NotFound, "There is no page at this address. The link may be old or mistyped."),
        |trouble| trouble.error,
    );
    Suspend::new(async move {
        let viewer = get_viewer().await.ok().flatten();
        view! { <Frame viewer><Problem error /></Frame> }
    })
}
