use snapbox::{assert_data_eq, file};

use super::*;
use crate::render::compare::text::samples;

#[test]
fn a_table_for_each_contender() {
    let document = samples::document("nearwire:socket", &[("qt6", 1.06), ("ring", 0.5)]);
    assert_data_eq!(results(&document), file!["several.md"].raw());
}

#[test]
fn what_is_missing_and_what_is_doubted_is_said() {
    assert_data_eq!(results(&samples::doubtful()), file!["doubtful.md"].raw());
    let nothing = results(&samples::nothing());
    assert!(nothing.contains("No case was compared.") && nothing.contains("did not get ready"), "{nothing}");
}

#[test]
fn names_stay_names() {
    let mut document = samples::document(samples::HOSTILE, &[(samples::HOSTILE, 1.5), ("`", 1.2)]);
    document.machine.cpu_model = Some("CPU | <b>*".to_owned());
    document.command = "nearwire compare ```\n# x".to_owned();
    let text = results(&document);
    assert!(text.contains("A ``</script><b>\"it's\" `x` | & \\u{1b}[31m\\n\\u{202e}*`` · B"), "{text}");
    assert!(text.contains("C `` ` ``"), "{text}");
    assert!(text.contains(r"CPU \| \<b\>\*"), "{text}");
    assert!(text.contains("````console\n$ nearwire compare ```\\n# x\n````"), "{text}");
}
