//! `GET /api/openapi.json`: the REST contract, for programs.

use super::{auth, captions, chapters, download, library, notes, numbers, poster, storyboard, stream, transcripts, videos};
use crate::server::App;
use axum::{Json, Router, routing::get};
use utoipa::OpenApi;

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Notetaker",
        description = "Recorded meetings in a private bucket. Sign in with cookies or `Authorization: Bearer`. Errors are `{error: {code, message}}`."
    ),
    paths(
        auth::register,
        auth::login,
        auth::refresh,
        auth::logout,
        library::find,
        library::all_tags,
        library::put_tag,
        library::take_tag,
        library::move_to_trash,
        library::restore,
        library::list_trash,
        library::empty_trash,
        videos::list,
        videos::begin,
        videos::one,
        videos::rename,
        videos::delete,
        videos::progress,
        videos::complete,
        videos::save_position,
        numbers::watched,
        numbers::video,
        numbers::owner,
        stream::status,
        stream::retry,
        poster::poster,
        storyboard::vtt,
        storyboard::sheet,
        captions::captions,
        download::download,
        transcripts::whole,
        transcripts::import,
        transcripts::edit,
        transcripts::delete,
        transcripts::webvtt,
        transcripts::subrip,
        transcripts::plain,
        transcripts::markdown,
        transcripts::transcription,
        transcripts::start,
        chapters::list,
        chapters::add,
        chapters::propose,
        chapters::edit,
        chapters::delete,
        chapters::track,
        notes::list,
        notes::add,
        notes::edit,
        notes::delete,
        notes::file,
    )
)]
struct Contract;

pub fn router() -> Router<App> {
    Router::new().route("/api/openapi.json", get(|| async { Json(Contract::openapi()) }))
}
