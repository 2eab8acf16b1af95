use snapbox::{assert_data_eq, file};

use super::*;
use crate::render::review::samples;

fn plain(report: &Report, width: usize) -> String {
    crate::render::text::plain(&everything(report, &samples::context(width)))
}

#[test]
fn a_report_reads_well_at_every_width() {
    assert_data_eq!(plain(&samples::mixed(), 80), file!["mixed-80.txt"].raw());
    assert_data_eq!(plain(&samples::mixed(), 100), file!["mixed-100.txt"].raw());
    assert_data_eq!(plain(&samples::mixed(), 120), file!["mixed-120.txt"].raw());
}

#[test]
fn an_endpoint_looks_the_same() {
    assert_data_eq!(plain(&samples::endpoint(), 100), file!["endpoint.txt"].raw());
}

#[test]
fn nothing_found_is_ten_lines_and_a_conclusion() {
    assert_data_eq!(plain(&samples::clean(), 100), file!["clean.txt"].raw());
}

#[test]
fn what_many_pillars_share_is_said_once() {
    let text = plain(&samples::nothing(), 100);
    assert_eq!(text.matches("no file in Rust").count(), 1, "{text}");
    assert!(text.contains("Not tested: 4 checks: no file in Rust (give files in Rust, too)"), "{text}");
    assert!(text.contains("Nothing was tested"), "{text}");
}

#[test]
fn lines_fit_but_for_commands() {
    for width in 80..=120 {
        for report in [samples::mixed(), samples::endpoint(), samples::nothing()] {
            let text = plain(&report, width);
            let long = text.lines().find(|line| columns(line) > width && !line.contains("repeat"));
            assert_eq!(long, None, "{width}");
        }
    }
}

#[test]
fn foreign_text_cannot_steer_the_terminal() {
    let coloured = everything(&samples::hostile(), &samples::context(80));
    assert!(!coloured.contains("\u{1b}[31m\u{1b}") && !coloured.contains("\u{1b}[2J"), "{coloured}");
    let text = plain(&samples::hostile(), 80);
    let steers = |character: char| {
        (character.is_control() && character != '\n') || ('\u{202a}'..='\u{202e}').contains(&character)
    };
    assert!(!text.contains(steers), "{text}");
    assert!(text.contains(r"src/\xff`</script>\u{1b}[2J\u{202e} a[b](c).cpp:1:3"), "{text}");
}

#[test]
fn severities_have_colours() {
    let text = everything(&samples::mixed(), &samples::context(100));
    assert!(text.contains("\u{1b}[1m\u{1b}[31mhigh"), "{text}");
    assert!(text.contains("\u{1b}[1m\u{1b}[36mwarning"), "{text}");
    assert!(text.contains("\u{1b}[32mpass"), "{text}");
}
