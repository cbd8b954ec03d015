"""Unpacks the useful part of BigDL's jars, which exist only inside Python wheels, into a class folder.

The jars are fat and unshaded: as they are they would put their own Guava, Jackson, Log4j and more before Spark's. What is
kept is listed in KEPT; everything else comes from Spark. Wheels stay in a cache outside the build folder, so that a clean
build downloads nothing. Standard library and pip only.
"""

import argparse
import hashlib
import io
import os
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
WHEELS = HERE / "wheels.txt"

# Wheel, the entries of its jar that are kept. A later jar never overwrites an earlier one's entry.
KEPT = {
    "bigdl_dllib_spark3": re.compile(
        r"com/intel/analytics/.*"
        r"|org/apache/spark/(bigdl|sparkExtension|utils)/.*"
        r"|org/apache/spark/rdd/ZippedPartitionsWithLocalityRDD\$?\.class"
        r"|org/apache/spark/rdd/ZippedPartitionsLocalityPartition\.class"
        r"|org/apache/spark/storage/BlockManagerWrapper\$?\.class"
        r"|bigdl-version-info\.properties|spark-bigdl\.conf"
    ),
    "bigdl_orca_spark3": re.compile(r"com/intel/analytics/bigdl/orca/.*"),
    "bigdl_core": re.compile(r"com/intel/analytics/.*|libjmkl\.so|libiomp5\.so"),
}
# Examples, and the class that engine-bigdl has its own version of.
DROPPED = re.compile(
    r".*/example(s)?/.*"
    r"|com/intel/analytics/bigdl/dllib/optim/parameters/UncompressedTensor(\$.*)?\.class"
)
LICENCES = re.compile(r"META-INF/(LICENSE|NOTICE)(\.txt)?")


class Failure(Exception):
    pass


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True, help="class folder, emptied first")
    parser.add_argument("--stamp", type=Path, required=True, help="written last; equal content means nothing to do")
    parser.add_argument("--cache", type=Path, default=default_cache(), help="where the wheels are kept")
    arguments = parser.parse_args()
    stamp = fingerprint()
    if arguments.stamp.is_file() and arguments.stamp.read_text() == stamp and arguments.out.is_dir():
        return
    wheels = fetch(arguments.cache, pinned())
    unpack(wheels, arguments.out)
    arguments.stamp.write_text(stamp)


def default_cache():
    base = os.environ.get("XDG_CACHE_HOME") or os.path.join(os.path.expanduser("~"), ".cache")
    return Path(base) / "multigrid" / "bigdl"


def fingerprint():
    digest = hashlib.sha256()
    for part in (WHEELS, Path(__file__)):
        digest.update(part.read_bytes())
    return digest.hexdigest()


def pinned():
    """Distribution name as it stands in a wheel's file name -> (version, SHA-256)."""
    line = re.compile(r"([\w-]+)==([\w.]+) --hash=sha256:([0-9a-f]{64})")
    found = (line.fullmatch(text.strip()) for text in WHEELS.read_text().splitlines() if not text.startswith("#"))
    return {m.group(1).replace("-", "_"): (m.group(2), m.group(3)) for m in found if m}


def fetch(cache, pins):
    cache.mkdir(parents=True, exist_ok=True)
    wheels = {name: sound_wheel(cache, name, *pin) for name, pin in pins.items()}
    if not all(wheels.values()):
        download(cache)
        wheels = {name: sound_wheel(cache, name, *pin) for name, pin in pins.items()}
    for name, wheel in wheels.items():
        if wheel is None:
            raise Failure(f"{name} {pins[name][0]} with SHA-256 {pins[name][1]} is not in {cache} after the download; "
                          "empty that folder and build again")
    return wheels


def sound_wheel(cache, name, version, sha256):
    for wheel in sorted(cache.glob(f"{name}-{version}-*.whl")):
        if sha256_of(wheel) == sha256:
            return wheel
        wheel.unlink()  # cut short or damaged
    return None


def sha256_of(file):
    digest = hashlib.sha256()
    with open(file, "rb") as stream:
        for block in iter(lambda: stream.read(1 << 20), b""):
            digest.update(block)
    return digest.hexdigest()


def download(cache):
    """The wheels hold jars and Linux libraries: what is asked for does not depend on this Python or this machine."""
    print(f"Downloading BigDL (136 MB, once) to {cache}", flush=True)
    if subprocess.run([sys.executable, "-m", "pip", "--version"], capture_output=True).returncode != 0:
        raise Failure(f"{sys.executable} has no pip, which fetches BigDL; install it (on Debian: apt-get install python3-pip)")
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps",
               "--require-hashes", "--only-binary=:all:", "--implementation", "py", "--abi", "none", "--python-version", "3.7",
               "--platform", "manylinux1_x86_64", "--platform", "manylinux2010_x86_64",
               "--requirement", str(WHEELS)]
    with tempfile.TemporaryDirectory(dir=cache) as folder:
        if subprocess.run(command + ["--dest", folder]).returncode != 0:
            raise Failure("pip could not download BigDL (its message is above); check the network and pip's index "
                          f"settings, or put the three wheels of {WHEELS} into {cache}")
        for wheel in Path(folder).glob("*.whl"):
            os.replace(wheel, cache / wheel.name)  # another build on this machine never sees half a wheel


def unpack(wheels, out):
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    written = set()
    for name, keep in KEPT.items():
        with zipfile.ZipFile(wheels[name]) as wheel, zipfile.ZipFile(io.BytesIO(wheel.read(only_jar(wheel)))) as jar:
            for entry in jar.infolist():
                if LICENCES.fullmatch(entry.filename):
                    target = f"META-INF/{name}/{Path(entry.filename).name}"
                elif keep.fullmatch(entry.filename) and not DROPPED.fullmatch(entry.filename):
                    target = entry.filename
                else:
                    continue
                if entry.is_dir() or target in written:
                    continue
                written.add(target)
                (out / target).parent.mkdir(parents=True, exist_ok=True)
                (out / target).write_bytes(jar.read(entry))
    print(f"Unpacked {len(written)} files of BigDL")


def only_jar(wheel):
    jars = [n for n in wheel.namelist() if re.fullmatch(r"bigdl/share/\w+/lib/[^/]+\.jar", n)]
    if len(jars) != 1:
        raise Failure(f"{wheel.filename} should hold one jar under bigdl/share, but holds {jars}")
    return jars[0]


if __name__ == "__main__":
    if sys.version_info < (3, 7):
        sys.exit("BigDL's repackaging needs Python 3.7 or later, this is " + sys.version.split()[0])
    try:
        main()
    except Failure as failure:
        sys.exit(f"BigDL repackaging: {failure}")
