#![allow(clippy::unwrap_used)]

use snapbox::{assert_data_eq, file};

use super::Document;

/// The schema in the documentation is made from the types that make the JSON: run with `SNAPSHOTS=overwrite` to renew it.
#[test]
fn the_schema_in_the_documentation_is_that_of_the_types() {
    let schema = serde_json::to_string_pretty(&schemars::schema_for!(Document)).unwrap() + "\n";
    assert_data_eq!(schema, file!["../../../../../../docs/nearwire.survey-1.schema.json"].raw());
}
