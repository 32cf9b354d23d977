//! Notes as HTML, on the server only: the browser shows what comes from here and builds none of its own.
//!
//! Safe by construction. pulldown-cmark reads the Markdown; what is written is a tag from the fixed list below, an escaped
//! text, or an address of one of three schemes. There is no way for HTML in the text to become HTML on the page, so there is
//! nothing to be cleaned afterwards; the tests take every answer apart and know each tag by heart.

mod links;

use links::Piece;
use pulldown_cmark::{CowStr, Event, HeadingLevel, Options, Parser, Tag, TextMergeStream};

/// Deeper than this, quotes and lists lose their tags and keep their words: browsers give up nesting at 512, and so deep a
/// note says nothing to anybody.
const MAX_DEPTH: usize = 24;
/// What may be linked to. Everything else stays text: `javascript:`, `data:`, and our own pages too, since a note that
/// somebody pasted must not be able to press a button here.
const SCHEMES: [&str; 3] = ["http://", "https://", "mailto:"];

/// HTML of a note. `12:34` in its text leads to that moment (`?t=`), if the recording is known to be that long.
pub fn html(source: &str, duration_ms: Option<i64>) -> String {
    let parser = Parser::new_ext(source, Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TASKLISTS);
    let mut page = Page { out: String::with_capacity(source.len() * 2), open: Vec::new(), code: false, duration_ms };
    for event in TextMergeStream::new(parser) {
        page.event(event);
    }
    page.out
}

/// The HTML as far as it is written.
struct Page {
    out: String,
    /// The closing tags that are due, innermost last; empty ones belong to what has no tag.
    open: Vec<&'static str>,
    /// Inside of a block of code, where nothing means anything.
    code: bool,
    duration_ms: Option<i64>,
}

impl Page {
    fn event(&mut self, event: Event) {
        match event {
            Event::Start(tag) => self.start(tag),
            Event::End(_) => {
                let closing = self.open.pop().unwrap_or_default();
                self.code &= closing != "</code></pre>";
                self.out += closing;
            }
            Event::Text(text) => self.text(&text),
            Event::Code(text) => {
                self.out += "<code>";
                self.escaped(&text);
                self.out += "</code>";
            }
            // Tags are words here, like any others.
            Event::Html(text) | Event::InlineHtml(text) => {
                self.text(text.trim_end_matches('\n'));
                if text.ends_with('\n') {
                    self.out += "<br>";
                }
            }
            // Not Markdown's rule, but what people mean who write notes: a new line is a new line.
            Event::SoftBreak | Event::HardBreak => self.out += "<br>",
            Event::Rule => self.out += "<hr>",
            Event::TaskListMarker(done) => {
                self.out += if done {
                    r#"<span class="task done" aria-hidden="true"></span><span class="visually-hidden">Done: </span>"#
                } else {
                    r#"<span class="task" aria-hidden="true"></span><span class="visually-hidden">To do: </span>"#
                };
            }
            // Only with extensions that are off.
            Event::InlineMath(text) | Event::DisplayMath(text) | Event::FootnoteReference(text) => self.escaped(&text),
        }
    }

    fn start(&mut self, tag: Tag) {
        if self.open.len() >= MAX_DEPTH {
            self.open.push("");
            return;
        }
        match tag {
            Tag::Paragraph | Tag::HtmlBlock => self.tag("<p>", "</p>"),
            // Small ones: the page has its own title, and a note is a few lines beside a picture.
            Tag::Heading { level: HeadingLevel::H1, .. } => self.tag("<h3>", "</h3>"),
            Tag::Heading { level: HeadingLevel::H2, .. } => self.tag("<h4>", "</h4>"),
            Tag::Heading { .. } => self.tag("<h5>", "</h5>"),
            Tag::BlockQuote(_) => self.tag("<blockquote>", "</blockquote>"),
            Tag::CodeBlock(_) => {
                self.code = true;
                self.tag("<pre><code>", "</code></pre>");
            }
            Tag::List(None) => self.tag("<ul>", "</ul>"),
            Tag::List(Some(first)) => {
                let tag = if first == 1 { "<ol>".to_owned() } else { format!(r#"<ol start="{first}">"#) };
                self.tag(&tag, "</ol>");
            }
            Tag::Item => self.tag("<li>", "</li>"),
            Tag::Emphasis => self.tag("<em>", "</em>"),
            Tag::Strong => self.tag("<strong>", "</strong>"),
            Tag::Strikethrough => self.tag("<del>", "</del>"),
            // A picture from elsewhere would tell its server who reads this note, and when: it is a link.
            Tag::Link { dest_url, link_type, .. } => self.link(&dest_url, link_type == pulldown_cmark::LinkType::Email),
            Tag::Image { dest_url, .. } => self.link(&dest_url, false),
            _ => self.open.push(""),
        }
    }

    fn tag(&mut self, opening: &str, closing: &'static str) {
        self.out += opening;
        self.open.push(closing);
    }

    /// Begins a link. Inside of another one, or with a scheme that is not ours, its words stay words.
    fn link(&mut self, address: &CowStr, is_email: bool) {
        let address = if is_email { format!("mailto:{address}") } else { address.to_string() };
        if self.in_link() || !may_lead_to(&address) {
            self.open.push("");
            return;
        }
        self.anchor(&address);
        self.open.push("</a>");
    }

    fn anchor(&mut self, address: &str) {
        self.out += r#"<a href=""#;
        self.escaped(address);
        self.out += r#"" rel="noopener nofollow" target="_blank">"#;
    }

    fn in_link(&self) -> bool {
        self.open.contains(&"</a>")
    }

    fn text(&mut self, text: &str) {
        if self.code || self.in_link() {
            return self.escaped(text);
        }
        for piece in links::pieces(text, self.duration_ms) {
            match piece {
                Piece::Words(words) => self.escaped(words),
                Piece::Address(address) => {
                    self.anchor(address);
                    self.escaped(address);
                    self.out += "</a>";
                }
                Piece::Moment { words, at_ms } => {
                    self.out += &format!(r#"<a class="time" href="?t={}" data-jump="{at_ms}">{words}</a>"#, at_ms / 1000);
                }
            }
        }
    }

    /// For text and for values in double quotes alike.
    fn escaped(&mut self, text: &str) {
        for c in text.chars() {
            match c {
                '&' => self.out += "&amp;",
                '<' => self.out += "&lt;",
                '>' => self.out += "&gt;",
                '"' => self.out += "&quot;",
                '\'' => self.out += "&#39;",
                c => self.out.push(c),
            }
        }
    }
}

/// Judged by its very first letters: what a browser would still read as a scheme after dropping blanks and line breaks does
/// not begin like this.
fn may_lead_to(address: &str) -> bool {
    SCHEMES.iter().any(|scheme| address.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme)))
}

#[cfg(test)]
mod tests;
