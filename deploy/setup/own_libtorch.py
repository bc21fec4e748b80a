"""What a libtorch on this machine is: its version, and which C++ ABI it was built for."""

import re
from collections import namedtuple

from problem import Problem

Facts = namedtuple("Facts", "version cxx11_abi")

SERIES = "2.4"
NEEDED = ("include/torch/csrc/api/include/torch/torch.h", "include/torch/csrc/api/include/torch/version.h")
LIBRARIES = ("libtorch_cpu", "libc10")

# The constructor of c10::Error takes a std::string, whose mangled name tells the ABI: old, GCC's new, or LLVM's.
ERROR_CONSTRUCTOR = re.compile(rb"_ZN3c105ErrorC[12]ENS_14SourceLocationE(Ss|NSt7__cxx11|NSt3__1)")


def inspect(folder):
    """Looks at the libtorch in `folder`; a Problem when it cannot serve."""
    for name in NEEDED:
        if not (folder / name).is_file():
            raise Problem(
                f"{folder} is not a libtorch: it has no {name}; "
                "set LIBTORCH to the folder that holds include/ and lib/, or unset it to have one fetched"
            )
    version = read_version(folder / NEEDED[1])
    if not version.startswith(SERIES + "."):
        raise Problem(
            f"{folder} is libtorch {version}, and {SERIES} is needed; "
            f"set LIBTORCH to a libtorch {SERIES}, or unset it to have one fetched"
        )
    libraries = [find_library(folder, name) for name in LIBRARIES]
    return Facts(version, detect_abi(libraries[-1]))


def read_version(header):
    numbers = dict(re.findall(r"#define TORCH_VERSION_(MAJOR|MINOR|PATCH) (\d+)", header.read_text(encoding="utf-8")))
    return ".".join(numbers.get(part, "?") for part in ("MAJOR", "MINOR", "PATCH"))


def find_library(folder, name):
    for suffix in (".so", ".dylib"):
        path = folder / "lib" / (name + suffix)
        if path.is_file():
            return path
    raise Problem(f"{folder} is not a complete libtorch: lib/{name} is missing (a static build cannot be used)")


def detect_abi(library):
    found = ERROR_CONSTRUCTOR.search(library.read_bytes())
    if not found:
        raise Problem(f"{library} does not tell which C++ ABI it was built for; use another libtorch {SERIES}")
    return 0 if found.group(1) == b"Ss" else 1
