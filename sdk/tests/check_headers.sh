#!/bin/sh
# The headers compile without a warning wherever an author may use them: C11, C++17 and C++20; g++ and clang++, libstdc++
# and libc++, as far as installed.
# usage: check_headers.sh INCLUDE_FOLDER GENERATED_FOLDER
set -eu
warnings="-Wall -Wextra -Wpedantic -Wshadow -Wconversion -Werror -fsyntax-only"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
printf '#include <noren/abi.h>\n' > "$work/frame.c"
printf '#include <noren/%s.hpp>\n' carrier gateway policy > "$work/sdk.cpp"
# Another FlatBuffers in the same file does not meet the SDK's.
printf '#include <flatbuffers/flatbuffers.h>\n' >> "$work/sdk.cpp"

for compiler in gcc clang; do
    command -v "$compiler" >/dev/null || continue
    # shellcheck disable=SC2086
    "$compiler" -std=c11 $warnings -I"$1" "$work/frame.c"
done
check() {
    for standard in 17 20; do
        # shellcheck disable=SC2086
        "$@" -std=c++$standard $warnings -I"$include" -isystem "$generated" "$work/sdk.cpp"
    done
}
include=$1
generated=$2
check g++
if command -v clang++ >/dev/null; then
    check clang++
    if printf '#include <string>\n' | clang++ -stdlib=libc++ -x c++ -fsyntax-only - 2>/dev/null; then
        check clang++ -stdlib=libc++
    fi
fi
