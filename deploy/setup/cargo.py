"""The settings through which cargo finds libtorch; `.cargo/config.toml` includes the file written here."""

import json
import os


def write_settings(file, libtorch, relative, facts):
    """Writes `file`, unless it says the same already. A variable of the user's own environment wins over each of these."""
    value = f"{{ value = {json.dumps(libtorch)}, relative = true }}" if relative else json.dumps(libtorch)
    text = (
        "# Written by deploy/setup: where libtorch is. Only the crates that use libtorch look at these.\n"
        "[env]\n"
        f"LIBTORCH = {value}\n"
        f'LIBTORCH_CXX11_ABI = "{facts.cxx11_abi}"\n'
        # The set-up checked the version; torch-sys would insist on its own to the last digit.
        'LIBTORCH_BYPASS_VERSION_CHECK = "1"\n'
    )
    if file.exists() and file.read_text(encoding="utf-8") == text:
        return
    fresh = file.with_name(f"{file.name}.{os.getpid()}")
    fresh.write_text(text, encoding="utf-8")
    fresh.replace(file)
