use super::*;
use crate::render::review::samples;

fn said(report: &Report, fail_on: Severity) -> String {
    conclusion(report, &Context { fail_on, ..samples::context(80) }).join(" ")
}

#[test]
fn a_conclusion_says_what_was_found_and_what_was_run() {
    assert_eq!(
        said(&samples::mixed(), Severity::Low),
        "4 findings (2 high, 1 medium, 1 low) and 1 warning under 4 of 10 pillars. \
         The review fails because of 4 of them (--fail-on low). 5 checks run, 2 not; 1 finding suppressed."
    );
    assert_eq!(
        said(&samples::endpoint(), Severity::High),
        "1 finding (1 high) under 1 of 10 pillars. The review fails (--fail-on high). 1 check run, 1 not; \
         none suppressed."
    );
    assert_eq!(
        said(&samples::clean(), Severity::Medium),
        "Nothing was found. The review does not fail (--fail-on medium). 2 checks run; none suppressed."
    );
}

#[test]
fn backslashes_of_code_stay_single() {
    assert_eq!(printable("\"\\n\" \u{1b} \\\\"), r#""\n" \u{1b} \\"#);
}
