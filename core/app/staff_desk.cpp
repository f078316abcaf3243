#include "app/staff_desk.hpp"

namespace noren::app {
namespace {

customers::Key server_key(Process& process) {
    static const store::Sql insert("insert into server_key (name, bytes) values ('staff', $1) on conflict do nothing");
    static const store::Sql select("select bytes from server_key where name = 'staff'");
    return storefront::kept_key(process.core(), process.entropy(), insert, select);
}

}  // namespace

StaffDesk::StaffDesk(Process& process)
    : key_(server_key(process)),
      limit_(process.core(), customers::LogInLimit::Of::staff, process.clock()),
      sessions(process.core(), customers::Sessions::Of::staff, customers::staff_lifetime, key_, process.clock(),
               process.entropy()),
      staff({process.core(), sessions, process.passwords(), limit_, key_, process.clock(), process.entropy(),
             process.ids()}) {}

}  // namespace noren::app
