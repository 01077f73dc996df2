//! The JSON schema of the report, from its types.

use schemars::generate::SchemaSettings;

use super::v1::Report;

/// The schema of version 1, as `schema/report-v1.json` holds it: what a written report keeps to.
#[must_use]
pub fn v1() -> String {
    let settings = SchemaSettings::draft2020_12().for_serialize();
    let mut schema = settings.into_generator().into_root_schema_for::<Report>();
    schema.insert("title".to_owned(), "stallscope report, version 1".into());
    let mut text = serde_json::to_string_pretty(&schema).unwrap_or_default();
    text.push('\n');
    text
}

#[cfg(test)]
mod tests {
    const CHECKED_IN: &str = include_str!("../../../schema/report-v1.json");

    #[test]
    fn the_checked_in_schema_is_that_of_the_types() {
        assert!(
            CHECKED_IN == super::v1(),
            "schema/report-v1.json is not that of the types; make it anew with\n  \
             cargo run -p stallscope-shared --example schema --features schema > schema/report-v1.json"
        );
    }
}
