// WaitingRoom: how many calls may wait for a plugin. A slow plugin fills its own room, never the server's threads.
#pragma once

#include <atomic>
#include <cstddef>
#include <utility>

namespace noren::host {

class WaitingRoom {
public:
    explicit WaitingRoom(std::size_t places) : places_(places) {}

    /// A place to wait in, given back at the end of its life. False when the room was full.
    class Place {
    public:
        explicit Place(WaitingRoom& room)
            : room_(room), has_(room.waiting_.fetch_add(1, std::memory_order_relaxed) < room.places_) {}
        ~Place() { room_.waiting_.fetch_sub(1, std::memory_order_relaxed); }
        Place(const Place&) = delete;
        Place& operator=(const Place&) = delete;
        explicit operator bool() const { return has_; }

    private:
        WaitingRoom& room_;
        bool has_;
    };

    std::size_t places() const { return places_; }
    std::size_t waiting() const { return waiting_.load(std::memory_order_relaxed); }

private:
    std::size_t places_;
    std::atomic<std::size_t> waiting_{0};
};

}  // namespace noren::host
