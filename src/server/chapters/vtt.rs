//! Chapters as WebVTT: the form in which browsers and other players take them.

use crate::model::Chapter;

/// One cue a chapter, each up to the next. The last one ends with the recording; where that does not tell its length, a day later.
pub fn webvtt(chapters: &[Chapter], duration_ms: Option<i64>) -> String {
    const A_DAY_MS: i64 = 24 * 3600 * 1000;
    let mut file = "WEBVTT\n".to_owned();
    for (number, chapter) in chapters.iter().enumerate() {
        let end = chapters.get(number + 1).map(|next| next.start_ms).or(duration_ms.filter(|end| *end > chapter.start_ms));
        let end = end.unwrap_or(chapter.start_ms + A_DAY_MS);
        file.extend(["\n", &clock(chapter.start_ms), " --> ", &clock(end), "\n", &escaped(&chapter.title), "\n"]);
    }
    file
}

/// `hh:mm:ss.mmm`, with as many digits for the hours as it takes.
fn clock(ms: i64) -> String {
    let (secs, millis) = (ms.max(0) / 1000, ms.max(0) % 1000);
    format!("{:02}:{:02}:{:02}.{millis:03}", secs / 3600, secs / 60 % 60, secs % 60)
}

/// A title is one line already; what else means something in a cue is escaped, and so is the arrow, by its point.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{ChapterId, ChapterOrigin};

    fn chapter(start_ms: i64, title: &str) -> Chapter {
        Chapter { id: ChapterId(uuid::Uuid::nil()), start_ms, title: title.into(), origin: ChapterOrigin::Hand }
    }

    #[test]
    fn each_chapter_lasts_until_the_next_and_the_last_until_the_end() {
        let chapters = [chapter(0, "Opening"), chapter(3_661_000, "R&D --> <b>now</b>")];
        assert_eq!(
            webvtt(&chapters, Some(7_200_500)),
            "WEBVTT\n\n00:00:00.000 --> 01:01:01.000\nOpening\n\n01:01:01.000 --> 02:00:00.500\nR&amp;D --&gt; &lt;b&gt;now&lt;/b&gt;\n"
        );
    }

    #[test]
    fn without_a_length_or_without_chapters_it_is_still_a_file_of_captions() {
        assert_eq!(webvtt(&[], None), "WEBVTT\n");
        assert_eq!(webvtt(&[chapter(5_000, "a")], Some(5_000)), "WEBVTT\n\n00:00:05.000 --> 24:00:05.000\na\n");
    }
}
