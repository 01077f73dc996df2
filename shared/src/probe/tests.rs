//! The words of the log.

use super::{Arm, Kind};

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

#[test]
fn every_arm_is_found_by_its_code_and_has_a_name_of_its_own() {
    let mut names = Vec::new();
    for arm in Arm::ALL {
        assert_eq!(Arm::of_code(arm as u64), Some(arm));
        names.push(arm.name());
    }
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), Arm::ALL.len());
    assert_eq!(Arm::of_code(Arm::ALL.len() as u64), None);
}
