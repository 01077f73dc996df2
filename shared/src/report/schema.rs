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
    use serde_json::{Value, json};

    use crate::export::text::samples;
    use crate::report::v1::Report;

    const CHECKED_IN: &str = include_str!("../../../schema/report-v1.json");

    fn keeps_to_schema(report: &Value) -> bool {
        let schema = serde_json::from_str(CHECKED_IN).unwrap();
        jsonschema::validator_for(&schema).unwrap().is_valid(report)
    }

    #[test]
    fn the_checked_in_schema_is_that_of_the_types() {
        assert!(
            CHECKED_IN == super::v1(),
            "schema/report-v1.json is not that of the types; make it anew with\n  \
             cargo run -p stallscope-shared --example schema --features schema > schema/report-v1.json"
        );
    }

    #[test]
    fn reports_keep_to_it() {
        let empty = Report {
            report_version: 1,
            ..Report::default()
        };
        for report in [
            empty,
            samples::weak_node(),
            samples::healthy_service(),
            samples::kept_alive(),
        ] {
            assert!(keeps_to_schema(&serde_json::to_value(report).unwrap()));
        }
    }

    #[test]
    fn what_does_not_keep_to_it_is_found() {
        let report = serde_json::to_value(samples::weak_node()).unwrap();
        for (name, pointer, value) in [
            ("another version", "/report_version", json!(2)),
            ("a word that is none", "/attempts/0/outcome", json!("fine")),
            (
                "a time with a fraction",
                "/attempts/0/started_ns",
                json!(0.5),
            ),
            (
                "minus one for not observed",
                "/attempts/0/packets_left_out",
                json!(-1),
            ),
            ("no verdict and no null", "/attempts/0", json!({"id": 1})),
        ] {
            let mut report = report.clone();
            *report.pointer_mut(pointer).unwrap() = value;
            assert!(!keeps_to_schema(&report), "{name}");
        }
    }
}
