//! Prints the report's JSON schema, for `schema/report-v1.json`.

use std::io::Write as _;

fn main() -> std::io::Result<()> {
    std::io::stdout().write_all(stallscope_shared::report::schema::v1().as_bytes())
}
