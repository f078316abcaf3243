#!/usr/bin/python3
"""What may be seen of a plugin's binary: one export, no search path, no executable stack, no text relocations.

usage: check_plugins.py FOLDER
"""
import pathlib
import subprocess
import sys


def output_of(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def faults_of(plugin):
    symbols = [line.split()[-1] for line in output_of("nm", "-D", "--defined-only", plugin).splitlines()]
    if symbols != ["noren_plugin_v1"]:
        yield f"exports {', '.join(symbols) or 'nothing'}; wanted: noren_plugin_v1 alone"
    dynamic = output_of("readelf", "-dW", plugin)
    yield from (f"has {tag}" for tag in ("RPATH", "RUNPATH", "TEXTREL") if f"({tag})" in dynamic)
    for line in output_of("readelf", "-lW", plugin).splitlines():
        if "GNU_STACK" in line and "RWE" in line:
            yield "has an executable stack"
    for sidecar in (".plugin.yaml", ".schema.yaml"):
        if not plugin.with_suffix(sidecar).exists():
            yield f"has no {plugin.stem}{sidecar} beside it"
    manifest = plugin.with_suffix(".plugin.yaml")
    if manifest.exists() and manifest.read_bytes() not in plugin.read_bytes():
        yield "holds another manifest than the one beside it"


def main():
    plugins = sorted(pathlib.Path(sys.argv[1]).glob("*.so"))
    faults = [f"{plugin.name} {fault}" for plugin in plugins for fault in faults_of(plugin)]
    if not plugins:
        faults.append(f"{sys.argv[1]}: no plugins")
    print("\n".join(faults) or f"{len(plugins)} plugins show what they may")
    return 1 if faults else 0


sys.exit(main())
