#!/bin/sh
# Generates noren/wire/*.hpp from the schema, on a FlatBuffers runtime renamed to noren_fb.
# usage: FLATC=... RUNTIME=<folder of flatbuffers headers> generate_wire.sh SCHEMA_FOLDER OUTPUT_FOLDER
set -eu
schema=$1
out=$2
rename='s/flatbuffers/noren_fb/g; s/FLATBUFFERS_/NOREN_FB_/g; s/IsConstTrue/NorenFbIsConstTrue/g'

mkdir -p "$out/noren/wire" "$out/noren_fb"
for header in allocator array base buffer buffer_ref default_allocator detached_buffer flatbuffer_builder flatbuffers \
              stl_emulation string struct table util vector vector_downward verifier; do
    sed "$rename" "$RUNTIME/$header.h" > "$out/noren_fb/$(echo "$header" | sed "$rename").h"
done

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
for file in common settings carrier gateway policy message; do
    "$FLATC" --cpp --cpp-std c++17 --gen-object-api --scoped-enums --filename-suffix '' --filename-ext hpp \
             --include-prefix noren/wire --keep-prefix -I "$schema" -o "$work" "$schema/$file.fbs"
    sed "$rename" "$work/$file.hpp" > "$out/noren/wire/$file.hpp"
done
"$FLATC" --binary --schema --bfbs-comments -I "$schema" -o "$work" "$schema/message.fbs"
cp "$work/message.bfbs" "$out/noren/wire/message.bfbs"
