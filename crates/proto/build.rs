//! Compiles the wire contract, without `protoc`.

use std::error::Error;
use std::path::PathBuf;

fn main() -> Result<(), Box<dyn Error>> {
    let root = PathBuf::from("../../proto");
    let files = ["switchboard/v1/classifier.proto", "switchboard/v1/agent.proto"];
    println!("cargo:rerun-if-changed={}", root.display());
    let descriptors = protox::compile(files, [&root])?;
    let out = PathBuf::from(std::env::var_os("OUT_DIR").ok_or("cargo sets OUT_DIR")?);
    tonic_prost_build::configure().compile_fds(descriptors.clone())?;
    std::fs::write(out.join("switchboard.bin"), prost::Message::encode_to_vec(&descriptors))?;
    Ok(())
}
