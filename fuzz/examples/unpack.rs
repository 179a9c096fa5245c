//! Writes the files that an input means: `cargo run --example unpack -- INPUT FOLDER`.

use std::io;
use std::path::Path;
use std::{env, fs};

use stillframe_fuzz::material::Material;

fn main() -> io::Result<()> {
    let mut arguments = env::args_os().skip(1);
    let (Some(input), Some(folder)) = (arguments.next(), arguments.next()) else {
        return Err(io::Error::other("what is asked for is INPUT FOLDER"));
    };
    fs::create_dir_all(&folder)?;
    let input = fs::read(input)?;
    let (_, material) = Material::read(&input);
    for (suffix, file) in ["", "-wal", "-shm", "-journal"]
        .iter()
        .zip(material.files())
    {
        if let Some(bytes) = file {
            fs::write(Path::new(&folder).join(format!("app.db{suffix}")), bytes)?;
        }
    }
    Ok(())
}
