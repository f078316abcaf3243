#!/usr/bin/env python3
"""The JSON Schemas in config/schema are those of the configuration's readers as they are now.

schemas.py SOURCE BUILD"""

import pathlib
import subprocess
import sys
import tempfile

source, build = map(pathlib.Path, sys.argv[1:])
with tempfile.TemporaryDirectory() as folder:
    subprocess.run([build / "core/noren", "--config", source / "config", "--plugins", build / "plugins", "config", "schema", folder], check=True)
    made = sorted(pathlib.Path(folder).iterdir())
    old = [file.name for file in made if not (kept := source / "config/schema" / file.name).exists() or kept.read_bytes() != file.read_bytes()]
if not made or old:
    sys.exit(f"out of date: {', '.join(old)}; write them again with `noren config schema`")
