//! Notes as one Markdown file, to keep or to send: each under its moment, which is a link.

use super::{App, Result, owned};
use crate::{
    model::{VideoId, Viewer, clock, stretch},
    server::{db::notes::NoteRow, videos::stem},
};

/// A file: its name and what is in it.
#[derive(Debug)]
pub struct Export {
    pub name: String,
    pub text: String,
}

pub async fn export(app: &App, viewer: &Viewer, video: VideoId) -> Result<Export> {
    let row = owned(app, viewer, video).await?;
    let notes = app.db.notes_of(video).await?;
    let page = format!("{}/videos/{video}", app.public_url.as_str().trim_end_matches('/'));
    let mut about = vec![clock::day(row.created_at)];
    about.extend(row.duration_ms.filter(|ms| *ms > 0).map(clock::timecode));
    Ok(Export { name: format!("{}.md", stem(&row.title)), text: file(&row.title, &about.join(" · "), &page, &notes) })
}

fn file(title: &str, about: &str, page: &str, notes: &[NoteRow]) -> String {
    let mut text = format!("# {}\n\n{about} · <{page}>\n", plain(title));
    for note in notes {
        let when = stretch::written(note.at_ms, note.end_ms);
        text += &format!("\n## [{when}]({page}?t={})\n\n{}\n", note.at_ms / 1000, note.body);
    }
    text
}

/// Words that mean only themselves in Markdown.
fn plain(words: &str) -> String {
    words.chars().flat_map(|c| c.is_ascii_punctuation().then_some('\\').into_iter().chain([c])).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn note(at_ms: i64, end_ms: Option<i64>, body: &str) -> NoteRow {
        NoteRow {
            id: String::new(),
            video_id: String::new(),
            at_ms,
            end_ms,
            body: body.into(),
            version: 1,
            copy_of: None,
            created_at: 0,
            updated_at: 0,
        }
    }

    #[test]
    fn every_note_stands_under_a_link_to_its_moment() {
        let notes = [note(754_900, None, "**Budget** is agreed"), note(3_600_000, Some(3_660_000), "- a\n- b")];
        let expected = "# Weekly\n\n12 Nov 2026 · 1:30:00 · <https://n.example/videos/1>\n\
            \n## [12:34](https://n.example/videos/1?t=754)\n\n**Budget** is agreed\n\
            \n## [1:00:00–1:01:00](https://n.example/videos/1?t=3600)\n\n- a\n- b\n";
        assert_eq!(file("Weekly", "12 Nov 2026 · 1:30:00", "https://n.example/videos/1", &notes), expected);
    }

    #[test]
    fn a_title_is_only_words() {
        assert_eq!(plain("[a](b) *c* <d>"), r"\[a\]\(b\) \*c\* \<d\>");
    }
}
