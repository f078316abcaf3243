/* noren/abi.h - the frame between Noren and a plugin: C, frozen, and all there is.
 *
 * A plugin exports one function, noren_plugin_v1, which returns one table of functions. Every domain message is a
 * FlatBuffer of sdk/schema/message.fbs: noren.wire.Request goes in, noren.wire.Reply comes out. C++ types, exceptions
 * and allocators never cross.
 *
 * Growth: structs grow at the tail only, and a reader tests `size` before it reads past what it was built with.
 * A new operation is a new method number, declared in the manifest; never a new export.
 *
 * Threads: of one instance (`self`), calls are serialised by the host unless the manifest says `concurrent: true`.
 * Different instances are called from different threads at once. `log` may be called from any thread during a call.
 */
#ifndef NOREN_ABI_H
#define NOREN_ABI_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define NOREN_ABI_MAJOR 1u

/* Bytes that the owner keeps; the reader has them until the call returns. */
typedef struct noren_bytes {
    const uint8_t* data;
    size_t size;
} noren_bytes;

/* Takes a reply. Returns 0, or a negative errno when the bytes are refused (too many), which the plugin passes on.
 * Called at most once a call. */
typedef struct noren_sink {
    uint32_t size;
    uint32_t reserved;
    void* ctx;
    int32_t (*put)(void* ctx, noren_bytes bytes);
} noren_sink;

/* What the host offers. */
typedef struct noren_host {
    uint32_t size;
    uint32_t abi_major;
    void* ctx;
    /* Level: 0 debug, 1 information, 2 warning, 3 error. UTF-8, at most 4 KiB, never a secret. */
    void (*log)(void* ctx, int32_t level, noren_bytes utf8);
} noren_host;

/* Return values of open and call are about transport only: 0, -ENOSYS (no such method), -EINVAL (bad bytes),
 * -EFAULT (the plugin failed and could not say how). A domain failure is an Error table in the reply.
 * Returning 0 without having put a reply is a fault of the plugin. */
typedef struct noren_plugin {
    uint32_t size;
    uint32_t abi_major;
    /* The manifest's text, the same as in the sidecar file. */
    noren_bytes manifest;
    /* Makes an instance: a storefront's settings (noren.wire.Settings) bound for good. On failure puts an Error reply.
     */
    int32_t (*open)(const noren_host* host, noren_bytes settings, void** self, const noren_sink* error);
    /* Answers one request. A pure function of settings and request. */
    int32_t (*call)(void* self, uint32_t method, noren_bytes request, const noren_sink* reply);
    /* Ends an instance: joins what it started, frees what it holds. */
    void (*close)(void* self);
} noren_plugin;

/* Methods. A number is never reused. */
enum {
    NOREN_GATEWAY_BEGIN = 1,
    NOREN_GATEWAY_STATUS = 2,
    NOREN_GATEWAY_CAPTURE = 3,
    NOREN_GATEWAY_REFUND = 4,
    NOREN_GATEWAY_WEBHOOK = 5,
    NOREN_CARRIER_QUOTES = 101,
    NOREN_POLICY_DECIDE = 201
};

#if defined(__GNUC__)
#define NOREN_EXPORT __attribute__((visibility("default")))
#else
#define NOREN_EXPORT
#endif

/* The only export of a plugin. */
NOREN_EXPORT const noren_plugin* noren_plugin_v1(void);

#ifdef __cplusplus
}
#endif
#endif
