//! The words of the log.

use super::Kind;

#[test]
fn every_kind_is_found_by_its_code_and_has_a_name_of_its_own() {
    let mut names = Vec::new();
    for kind in Kind::ALL {
        assert_eq!(Kind::of_code(*kind as u32), Some(*kind));
        names.push(kind.name());
    }
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), Kind::ALL.len());
    assert_eq!(Kind::of_code(Kind::ALL.len() as u32), None);
}
