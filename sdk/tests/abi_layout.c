/* The frame's layout, pinned: a C11 file that does not compile when a member moves, shrinks or grows. Members are added
 * at the tail only, with a line here; the lines that stand are never changed. */
#include <noren/abi.h>

#define AT(type, member, offset) _Static_assert(offsetof(type, member) == (offset), #type "." #member " moved")
#define SIZE(type, bytes) _Static_assert(sizeof(type) == (bytes), #type " changed its size")

_Static_assert(sizeof(void*) == 8, "these figures are for 64-bit machines");

AT(noren_bytes, data, 0);
AT(noren_bytes, size, 8);
SIZE(noren_bytes, 16);

AT(noren_sink, size, 0);
AT(noren_sink, reserved, 4);
AT(noren_sink, ctx, 8);
AT(noren_sink, put, 16);
SIZE(noren_sink, 24);

AT(noren_host, size, 0);
AT(noren_host, abi_major, 4);
AT(noren_host, ctx, 8);
AT(noren_host, log, 16);
SIZE(noren_host, 24);

AT(noren_plugin, size, 0);
AT(noren_plugin, abi_major, 4);
AT(noren_plugin, manifest, 8);
AT(noren_plugin, open, 24);
AT(noren_plugin, call, 32);
AT(noren_plugin, close, 40);
SIZE(noren_plugin, 48);

_Static_assert(NOREN_ABI_MAJOR == 1, "a new major version needs a new export");
_Static_assert(NOREN_GATEWAY_BEGIN == 1 && NOREN_GATEWAY_STATUS == 2 && NOREN_GATEWAY_CAPTURE == 3 &&
                   NOREN_GATEWAY_REFUND == 4 && NOREN_GATEWAY_WEBHOOK == 5 && NOREN_CARRIER_QUOTES == 101 &&
                   NOREN_POLICY_DECIDE == 201,
               "a method's number is never used again");

_Static_assert(_Generic(&noren_plugin_v1, const noren_plugin* (*)(void) : 1, default : 0),
               "the export changed its type");
