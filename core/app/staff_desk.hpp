// StaffDesk: who may use the console, out of the core store.
#pragma once

#include "app/process.hpp"
#include "customers/staff.hpp"

namespace noren::app {

class StaffDesk {
public:
    explicit StaffDesk(Process& process);

private:
    customers::Key key_;
    customers::LogInLimit limit_;

public:
    customers::Sessions sessions;
    customers::Staff staff;
};

}  // namespace noren::app
