//! The original, to keep: a signed address that tells the browser to save it, and under which name.

use super::{look_for_original, owned};
use crate::{
    model::{AppError, ErrorCode, VideoId, Viewer},
    server::{
        App, Result,
        db::videos::VideoRow,
        jobs::SOURCE_GONE,
        storage::presign::Signed,
    },
};
use std::fmt::Write;

/// Longer endings are no file types.
const MAX_EXTENSION: usize = 8;

/// Where the original can be fetched as a file right now. It lives as long as a stream's address: a download that broke off
/// can be resumed.
pub async fn download(app: &App, viewer: &Viewer, id: VideoId) -> Result<Signed> {
    let row = owned(app, viewer, id).await?;
    if !row.is_stored() {
        return Err(AppError::new(ErrorCode::IncompleteUpload, "This recording is still being uploaded.").into());
    }
    let (source, name) = (row.source()?, saved_as(&row));
    // An address can be signed for what is not there: the browser would show what the bucket says of it, in XML.
    if !look_for_original(app, &row).await? {
        return Err(AppError::new(ErrorCode::NotFound, SOURCE_GONE).into());
    }
    Ok(app.bucket.presign_download(&source, &attachment(&name), app.config.grant_ttl).await?)
}

/// A title as the name of a file.
pub fn stem(title: &str) -> String {
    // No directories. Whatever else a file system minds, the browser on it knows.
    title.chars().filter(|c| !c.is_control()).map(|c| if matches!(c, '/' | '\\') { '-' } else { c }).collect()
}

/// The title, and the ending of the file that was uploaded.
fn saved_as(row: &VideoRow) -> String {
    let stem = stem(&row.title);
    match extension(&row.file_name) {
        Some(wanted) if !extension(&stem).is_some_and(|has| has.eq_ignore_ascii_case(wanted)) => format!("{stem}.{wanted}"),
        _ => stem,
    }
}

fn extension(file_name: &str) -> Option<&str> {
    let (_, extension) = file_name.rsplit_once('.')?;
    let plain = (1..=MAX_EXTENSION).contains(&extension.len()) && extension.bytes().all(|byte| byte.is_ascii_alphanumeric());
    plain.then_some(extension)
}

/// A Content-Disposition (RFC 6266). The name is encoded whatever is in it (RFC 8187), so nothing of it can end the value or
/// the header.
pub fn attachment(name: &str) -> String {
    let mut value = "attachment; filename*=UTF-8''".to_owned();
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            value.push(char::from(byte));
        } else {
            // Writing to a String does not fail.
            let _ = write!(value, "%{byte:02X}");
        }
    }
    value
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(title: &str, file_name: &str) -> String {
        saved_as(&VideoRow { title: title.into(), file_name: file_name.into(), ..VideoRow::default() })
    }

    #[test]
    fn a_download_is_named_by_title_and_original() {
        assert_eq!(name("Weekly planning", "weekly_planning.final.MOV"), "Weekly planning.MOV");
        assert_eq!(name("Weekly.mov", "a.MOV"), "Weekly.mov");
        assert_eq!(name("Version 1.2", "a.mp4"), "Version 1.2.mp4");
    }

    #[test]
    fn an_ending_that_is_none_is_left_out() {
        assert_eq!(name("Weekly", "recording"), "Weekly");
        assert_eq!(name("Weekly", "notes. from Monday"), "Weekly");
        assert_eq!(name("Weekly", "a.mp4\"; x=\""), "Weekly");
    }

    #[test]
    fn a_title_leads_into_no_directory() {
        assert_eq!(name("../../etc\\passwd", "a.mp4"), "..-..-etc-passwd.mp4");
    }

    #[test]
    fn no_name_gets_out_of_the_header() {
        let value = attachment("Grüße \"aus\"\r\nSet-Cookie: a=b; 100%'.mp4");
        assert_eq!(value, "attachment; filename*=UTF-8''Gr%C3%BC%C3%9Fe%20%22aus%22%0D%0ASet-Cookie%3A%20a%3Db%3B%20100%25%27.mp4");
    }
}
