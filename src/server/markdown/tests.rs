//! Every answer is taken apart: nothing may be in it but the tags we know by heart.

use super::*;
use std::time::{Duration, Instant};

const TAGS: [&str; 34] = [
    "p",
    "/p",
    "h3",
    "/h3",
    "h4",
    "/h4",
    "h5",
    "/h5",
    "blockquote",
    "/blockquote",
    "pre",
    "/pre",
    "code",
    "/code",
    "ul",
    "/ul",
    "ol",
    "/ol",
    "li",
    "/li",
    "em",
    "/em",
    "strong",
    "/strong",
    "del",
    "/del",
    "/a",
    "/span",
    "br",
    "hr",
    "span class=\"task\" aria-hidden=\"true\"",
    "span class=\"task done\" aria-hidden=\"true\"",
    "span class=\"visually-hidden\"",
    "ol start=\"2\"",
];

fn is_ours(tag: &str) -> bool {
    let number = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let within = |before: &str, after: &str| tag.strip_prefix(before).and_then(|rest| rest.strip_suffix(after));
    let moment = within(r#"a class="time" href="?t="#, "\"").and_then(|rest| rest.split_once(r#"" data-jump=""#));
    let address = within(r#"a href=""#, r#"" rel="noopener nofollow" target="_blank""#);
    TAGS.contains(&tag)
        || moment.is_some_and(|(secs, ms)| number(secs) && number(ms))
        || address.is_some_and(|address| may_lead_to(address) && !address.contains('"'))
}

/// The HTML, after a look at every tag in it; and what is open is closed in its order.
fn checked(source: &str) -> String {
    let html = html(source, None);
    let mut open = Vec::new();
    for part in html.split('<').skip(1) {
        let (tag, text) = part.split_once('>').unwrap_or_else(|| panic!("a tag without an end in {html}"));
        assert!(is_ours(tag), "<{tag}> came out of {source:?}");
        assert!(!text.contains('>'), "a loose > in {html}");
        let name = tag.split(' ').next().unwrap();
        match name.strip_prefix('/') {
            Some(name) => assert_eq!(open.pop(), Some(name), "in {html}"),
            None if matches!(name, "br" | "hr") => {}
            None => open.push(name),
        }
    }
    assert!(open.is_empty(), "{open:?} stays open in {html}");
    html
}

#[test]
fn what_notes_are_made_of() {
    assert_eq!(checked("One\ntwo"), "<p>One<br>two</p>");
    assert_eq!(checked("# A\n## B\n###### C"), "<h3>A</h3><h4>B</h4><h5>C</h5>");
    assert_eq!(checked("**a** *b* ~~c~~ `d`"), "<p><strong>a</strong> <em>b</em> <del>c</del> <code>d</code></p>");
    assert_eq!(checked("- a\n- b"), "<ul><li>a</li><li>b</li></ul>");
    assert_eq!(checked("2. a"), r#"<ol start="2"><li>a</li></ol>"#);
    assert_eq!(checked("> a"), "<blockquote><p>a</p></blockquote>");
    assert_eq!(checked("```js\nif (a < b) { }\n```"), "<pre><code>if (a &lt; b) { }\n</code></pre>");
    let tasks = checked("- [ ] write\n- [x] call");
    assert!(tasks.contains(r#"<span class="task" aria-hidden="true">"#) && tasks.contains("Done: </span>call"), "{tasks}");
}

#[test]
fn a_moment_in_the_text_leads_there() {
    assert_eq!(checked("At 12:34."), r#"<p>At <a class="time" href="?t=754" data-jump="754000">12:34</a>.</p>"#);
    assert!(checked("**1:02:34**").contains(r#"<strong><a class="time" href="?t=3754""#));
    assert!(html("At 12:34.", Some(60_000)).contains("<p>At 12:34.</p>"), "the recording is shorter");
}

#[test]
fn within_code_and_links_a_moment_is_text() {
    assert_eq!(checked("`12:34`"), "<p><code>12:34</code></p>");
    assert_eq!(checked("```\n12:34 https://example.com\n```"), "<pre><code>12:34 https://example.com\n</code></pre>");
    let link = checked("[at 12:34](https://example.com)");
    assert_eq!(link, r#"<p><a href="https://example.com" rel="noopener nofollow" target="_blank">at 12:34</a></p>"#);
    assert_eq!(checked("https://example.com/12:34").matches("<a ").count(), 1);
}

#[test]
fn links_lead_to_the_web_or_a_letter_and_nowhere_else() {
    for good in [
        "[x](https://e.com)",
        "<https://e.com>",
        "[x](HTTP://e.com)",
        "<ana@example.com>",
        "[x](mailto:ana@example.com)",
        "[x]\n\n[x]: http://e.com",
    ] {
        assert_eq!(checked(good).matches("<a href=").count(), 1, "{good}");
    }
    for bad in [
        "[x](javascript:alert(1))",
        "[x](JaVaScRiPt:alert(1))",
        "[x](java\tscript:alert(1))",
        "[x](&#106;avascript:alert(1))",
        "[x](&#x09;javascript:alert(1))",
        "[x](\u{1}javascript:alert(1))",
        "<javascript:alert(1)>",
        "[x](data:text/html;base64,PHNjcmlwdD4=)",
        "![x](data:image/svg+xml,<svg onload=alert(1)>)",
        "[x](vbscript:msgbox)",
        "[x](file:///etc/passwd)",
        "[x](//evil.example)",
        "[x](/videos/1/delete)",
        "[x](?t=5)",
        "[x](https:evil.example)",
        "[x]\n\n[x]: javascript:alert(1)",
    ] {
        let html = checked(bad);
        assert!(!html.contains("<a "), "{bad} became {html}");
    }
}

#[test]
fn an_address_cannot_leave_its_attribute() {
    let html = checked(r#"[x](<https://e.com/" onmouseover="alert(1)> "title\" onclick=\"y")"#);
    assert!(html.contains(r#"href="https://e.com/&quot; onmouseover=&quot;alert(1)""#), "{html}");
    checked("https://e.com/\"onclick='x'>");
    checked("https://e.com/'onclick=x");
}

#[test]
fn html_is_text() {
    for bad in [
        "<script>alert(1)</script>",
        "a <b onclick=x>b</b> c",
        "<img src=x onerror=alert(1)>",
        "<div>\n*a*\n</div>",
        "<!-- -->x<!-- --!><script>alert(1)</script>",
        "<![CDATA[<script>]]>",
        "<?php x ?>",
        "<svg/onload=alert(1)>",
        "</p></li></ol><script>x</script>",
        "&lt;script&gt;alert(1)&lt;/script&gt;",
        "&#60;script&#62;",
        "```\n</code></pre><script>x</script>\n```",
        "`</code><script>`",
        "# <style>*{}</style>",
        "<a href='javascript:x'>12:34</a>",
        "\u{0}<script\u{0}>",
        "*<iframe srcdoc='*'>",
        "[a](https://e.com 'x'><script>')",
        "- [x] <script>\n> <script>\n1. <script>",
        "| a |\n|---|\n| <script> |",
        "[^1]\n\n[^1]: <script>",
        "$$<script>$$",
    ] {
        checked(bad);
    }
    assert_eq!(checked("<script>alert(1)</script>"), "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>");
    assert_eq!(checked("a <b>b</b>"), "<p>a &lt;b&gt;b&lt;/b&gt;</p>");
}

#[test]
fn a_picture_is_a_link_to_it() {
    assert_eq!(
        checked("![a cat](https://e.com/cat.png)"),
        r#"<p><a href="https://e.com/cat.png" rel="noopener nofollow" target="_blank">a cat</a></p>"#
    );
    let within = checked("[![cat](https://e.com/cat.png)](https://e.com)");
    assert_eq!(within.matches("<a ").count(), 1, "no link in a link: {within}");
    assert_eq!(checked("![a [b](https://e.com/b) c](https://e.com/a)").matches("<a ").count(), 1);
}

#[test]
fn nests_have_an_end() {
    let html = checked(&">".repeat(9_000));
    assert!(html.matches("<blockquote>").count() <= MAX_DEPTH);
    let html = checked(&(0..300).map(|n| format!("{}- a\n", " ".repeat(n * 2))).collect::<String>());
    assert!(html.matches("<ul>").count() <= MAX_DEPTH);
    checked(&"*a **b ".repeat(1_400));
}

#[test]
fn the_worst_note_takes_no_time() {
    let worst = [
        "[".repeat(10_000),
        "![[]()".repeat(1_600),
        "*_".repeat(5_000),
        "`".repeat(10_000),
        "<".repeat(10_000),
        "<!--".repeat(2_500),
        "1:00 ".repeat(2_000),
        "https://".repeat(1_250),
        format!("https://e{}", ")".repeat(9_900)),
        "[a](b".repeat(2_000),
        "> - ".repeat(2_500),
        "&".repeat(10_000),
        "1".repeat(10_000),
        "a\n\n[a]: b\n".repeat(900),
        "~".repeat(10_000),
        "\\".repeat(10_000),
    ];
    for source in worst {
        let began = Instant::now();
        let html = checked(&source);
        // Milliseconds, really; two cores with other tests on them deserve patience.
        assert!(began.elapsed() < Duration::from_secs(2), "{:?} for {}…", began.elapsed(), &source[..8]);
        assert!(html.len() < source.len() * 40 + 100, "{} for {}…", html.len(), &source[..8]);
    }
}
