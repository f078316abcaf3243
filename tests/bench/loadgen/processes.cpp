#include "processes.hpp"

#include <unistd.h>

#include <ctime>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <vector>

namespace noren::bench {

namespace {

/// The fields of /proc/PID/stat after the command, the state being the first (field 3 of proc(5)).
std::vector<std::string> stat_of(pid_t process) {
    std::ifstream in("/proc/" + std::to_string(process) + "/stat");
    std::string line;
    std::getline(in, line);
    const auto command_end = line.rfind(')');
    if (command_end == std::string::npos) return {};
    std::istringstream rest(line.substr(command_end + 1));
    std::vector<std::string> fields;
    for (std::string field; rest >> field;) fields.push_back(field);
    return fields;
}

std::vector<pid_t> with_descendants(pid_t root) {
    std::multimap<pid_t, pid_t> children;
    for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
        const auto name = entry.path().filename().string();
        if (name.find_first_not_of("0123456789") != std::string::npos) continue;
        const auto fields = stat_of(std::stoi(name));
        if (fields.size() > 1) children.emplace(std::stoi(fields[1]), std::stoi(name));
    }
    std::vector<pid_t> family{root};
    for (std::size_t i = 0; i < family.size(); ++i) {
        const auto [first, last] = children.equal_range(family[i]);
        for (auto child = first; child != last; ++child) family.push_back(child->second);
    }
    return family;
}

}  // namespace

double cpu_seconds(pid_t root) {
    double ticks = 0;
    for (const auto process : with_descendants(root)) {
        const auto fields = stat_of(process);
        for (std::size_t i = 11; i <= 14 && i < fields.size(); ++i) ticks += std::stod(fields[i]);
    }
    return ticks / static_cast<double>(::sysconf(_SC_CLK_TCK));
}

double resident_mb(pid_t root) {
    double pages = 0;
    for (const auto process : with_descendants(root)) {
        const auto fields = stat_of(process);
        if (fields.size() > 21) pages += std::stod(fields[21]);
    }
    return pages * static_cast<double>(::sysconf(_SC_PAGESIZE)) / (1 << 20);
}

double own_cpu_seconds() {
    return static_cast<double>(std::clock()) / CLOCKS_PER_SEC;
}

}  // namespace noren::bench
