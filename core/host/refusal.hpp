// LoadRefusal: why a plugin is not taken. None of its code has run then.
#pragma once

#include <string>

namespace noren::host {

struct LoadRefusal {
    std::string file;
    std::string found;
    std::string expected;
    std::string remedy;  // what to do

    /// "plugins/ems.so: found an ELF file for AArch64; expected x86-64; rebuild it for this machine", in one line.
    std::string text() const { return file + ": found " + found + "; expected " + expected + "; " + remedy; }
};

}  // namespace noren::host
