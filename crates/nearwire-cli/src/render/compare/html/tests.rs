use super::*;
use crate::render::compare::text::samples;

/// Elements that have no end.
const VOID: [&str; 2] = ["meta", "!DOCTYPE"];

/// Every element ends, in the right order.
fn assert_well_formed(page: &str) {
    let mut open: Vec<String> = Vec::new();
    for tag in page.split('<').skip(1) {
        let tag = tag.split('>').next().unwrap_or_default();
        let name = tag.split_whitespace().next().unwrap_or_default();
        match name.strip_prefix('/') {
            Some(ended) => assert_eq!(open.pop().as_deref(), Some(ended), "{tag}"),
            None if VOID.contains(&name) => {}
            None => open.push(name.to_owned()),
        }
    }
    assert!(open.is_empty(), "{open:?}");
}

fn assert_needs_nothing_else(page: &str) {
    for request in
        ["<script", "<link", "<img", "<iframe", "<use", " src=", " href=", "url(", "@import", " onload"]
    {
        assert!(!page.contains(request), "{request}");
    }
    // The content policy is the last line of defence.
    assert!(page.contains("default-src &#39;none&#39;") || page.contains("default-src 'none'"));
}

#[test]
fn every_page_is_whole_and_needs_nothing_else() {
    for document in [
        samples::document("nearwire", &[("qt6", 1.5)]),
        samples::document("nearwire", &[("qt6", 0.002), ("ring", 400.0), ("nearwire", 1.0)]),
        samples::document("nearwire", &[]),
        samples::doubtful(),
        samples::nothing(),
    ] {
        let page = results(&document);
        assert_well_formed(&page);
        assert_needs_nothing_else(&page);
        assert!(!page.contains("NaN") && !page.contains("inf"), "{page}");
    }
}

#[test]
fn what_is_foreign_is_text() {
    let mut document =
        samples::document(samples::HOSTILE, &[(samples::HOSTILE, 1.5), ("\" onload=\"x", 1.2)]);
    document.status = samples::HOSTILE.to_owned();
    document.command = samples::HOSTILE.to_owned();
    document.machine.cpu_model = Some(samples::HOSTILE.to_owned());
    document.settings.baseline = Some(samples::HOSTILE.to_owned());
    let page = results(&document);
    assert_well_formed(&page);
    assert!(!page.contains("<b>\""), "{page}");
    assert!(!page.contains("\" onload"), "{page}");
    assert!(page.contains("&lt;/script&gt;&lt;b&gt;&quot;it's&quot;"), "{page}");
    assert!(!page.chars().any(|character| character.is_control() && character != '\n'), "{page}");
    assert!(!page.contains('\u{202e}'), "{page}");
}

#[test]
fn what_is_missing_is_said() {
    let page = results(&samples::nothing());
    for text in ["0 of 17 cases", "did not get ready", "No case was compared", "None of the servers speaks"] {
        assert!(page.contains(text), "{text}");
    }
    let mut document = samples::document("nearwire", &[("qt6", 1.5)]);
    document.sides.iter_mut().filter(|side| side.name == "qt6").for_each(|side| side.rtt_ns = None);
    assert!(results(&document).contains("Not plain sockets: B qt6."));
    document.cases.retain(|case| case.case == "pingpong");
    document.sides.retain(|side| side.case == "pingpong");
    assert!(results(&document).contains("a ping-pong says nothing about throughput"));
}

#[test]
fn every_drawing_says_what_it_shows() {
    let page = results(&samples::document("nearwire", &[("qt6", 1.5)]));
    let images = page.matches("role=\"img\"").count();
    // Four cases and what they come to; round-trip times of each case; two numbers of connections.
    assert_eq!(images, 5 + 4 + 2);
    assert_eq!(page.matches("<desc>").count(), images);
    assert!(page.contains("pingpong 10 × 1 B: B/A 1.50, 95 % interval 1.46 … 1.56: A faster"), "{page}");
    assert!(page.contains("B qt6, chunks of 10 kB: 1 280 MB/s"), "{page}");
}
