//! `seed TARGET FOLDER`: writes the target's seeds as files, which is where libFuzzer begins.

use std::fs;
use std::io::{Error, ErrorKind};
use std::path::Path;

fn main() -> std::io::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [target, folder] = arguments.as_slice() else {
        return Err(Error::new(
            ErrorKind::InvalidInput,
            "usage: seed TARGET FOLDER",
        ));
    };
    fs::create_dir_all(folder)?;
    for (number, seed) in stallscope_fuzz::seeds::of(target).iter().enumerate() {
        fs::write(Path::new(folder).join(format!("seed-{number}")), seed)?;
    }
    Ok(())
}
