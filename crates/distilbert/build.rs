//! Tells programs where to find libtorch when they run, so that none needs an environment variable.
//!
//! Every package with a program or a test that uses libtorch names this file as its build script.

use std::env;
use std::path::{Path, PathBuf};

/// Where `deploy/setup` puts libtorch, from the checkout's root.
const FETCHED: &str = ".cache/libtorch/lib";

fn main() {
    println!("cargo:rerun-if-env-changed=LIBTORCH");
    // Beside an installed program, as a container image has it.
    rpath(&format!("{}/../lib", origin()));
    let libtorch = env::var_os("LIBTORCH").map(|folder| PathBuf::from(folder).join("lib"));
    if libtorch.as_deref().is_none_or(is_fetched) {
        // From target/release and from target/release/deps, wherever the checkout is moved.
        rpath(&format!("{}/../../{FETCHED}", origin()));
        rpath(&format!("{}/../../../{FETCHED}", origin()));
    }
    if let Some(libtorch) = libtorch {
        rpath(&libtorch.display().to_string());
    }
}

fn rpath(folder: &str) {
    println!("cargo:rustc-link-arg=-Wl,-rpath,{folder}");
}

/// How the loader calls the folder of the program.
fn origin() -> &'static str {
    let macos = env::var_os("CARGO_CFG_TARGET_OS").is_some_and(|system| system == "macos");
    if macos { "@loader_path" } else { "$ORIGIN" }
}

fn is_fetched(libtorch: &Path) -> bool {
    libtorch.ends_with(FETCHED)
}
