//! Plain forms of the library: several recordings moved to the trash, restored, tagged or deleted at a time, where no script
//! runs. The tags of one recording have theirs on its page.

use crate::{
    model::VideoId,
    server::{
        App, Result,
        auth::Viewer,
        routes::{Id, forms::safe_next},
        videos::{self, tags, trash},
    },
};
use axum::{Form, Router, extract::State, response::Redirect, routing::post};
use serde::Deserialize;

pub fn router() -> Router<App> {
    Router::new()
        .route("/recordings", post(several))
        .route("/trash/empty", post(empty))
        .route("/videos/{id}/tags", post(tag))
        .route("/videos/{id}/trash", post(move_to_trash))
}

/// The fields of a form, in which `id` comes once for every recording that is ticked.
type Fields = Vec<(String, String)>;

fn field<'a>(fields: &'a Fields, name: &str) -> &'a str {
    fields.iter().find(|(field, _)| field == name).map_or("", |(_, value)| value)
}

/// `act` is `trash`, `restore`, `delete`, `tag` or `untag`.
async fn several(State(app): State<App>, viewer: Viewer, Form(fields): Form<Fields>) -> Result<Redirect> {
    let list: Vec<&str> = fields.iter().filter(|(name, _)| name == "id").map(|(_, id)| id.as_str()).collect();
    let ids: Vec<VideoId> = trash::ids(&list.join(","))?;
    match field(&fields, "act") {
        "restore" => drop(trash::restore_many(&app, &viewer, &ids).await?),
        "tag" => drop(tags::tag_many(&app, &viewer, &ids, field(&fields, "tag"), true).await?),
        "untag" => drop(tags::tag_many(&app, &viewer, &ids, field(&fields, "tag"), false).await?),
        "delete" => videos::delete_many(&app, &viewer, &ids).await?,
        _ => drop(trash::trash_many(&app, &viewer, &ids).await?),
    }
    Ok(Redirect::to(safe_next(field(&fields, "next"))))
}

async fn empty(State(app): State<App>, viewer: Viewer) -> Result<Redirect> {
    trash::empty(&app, &viewer).await?;
    Ok(Redirect::to("/trash"))
}

async fn move_to_trash(State(app): State<App>, viewer: Viewer, Id(id): Id) -> Result<Redirect> {
    trash::trash(&app, &viewer, id).await?;
    Ok(Redirect::to("/"))
}

#[derive(Deserialize)]
struct Tag {
    #[serde(default)]
    tag: String,
    /// The one to take off, when it is that.
    #[serde(default)]
    untag: String,
}

async fn tag(State(app): State<App>, viewer: Viewer, Id(id): Id, Form(form): Form<Tag>) -> Result<Redirect> {
    let (tag, on) = if form.untag.is_empty() { (&form.tag, true) } else { (&form.untag, false) };
    tags::tag(&app, &viewer, id, tag, on).await?;
    Ok(Redirect::to(&format!("/videos/{id}")))
}
