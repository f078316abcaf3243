// State machines as tables: rows of (from, event, to), checked when compiled.
//
// A machine's enums start at 0 without gaps and have a `words` array beside them, the names that are stored and shown.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>

namespace noren {

template <class State, class Event>
struct Step {
    State from;
    Event event;
    State to;
};
template <class State, class Event>
Step(State, Event, State) -> Step<State, Event>;  // for clang 14

/// No (from, event) stands twice.
template <class State, class Event, std::size_t Size>
constexpr bool deterministic(const std::array<Step<State, Event>, Size>& steps) {
    for (std::size_t i = 0; i < Size; ++i) {
        for (std::size_t j = i + 1; j < Size; ++j) {
            if (steps[i].from == steps[j].from && steps[i].event == steps[j].event) return false;
        }
    }
    return true;
}

/// Every state of 0..`states`-1 is left by some step or named in `finals`, and can be reached unless it is the first.
template <class State, class Event, std::size_t Size, std::size_t Finals>
constexpr bool every_state_left_or_final(const std::array<Step<State, Event>, Size>& steps, std::size_t states,
                                         const std::array<State, Finals>& finals) {
    for (std::size_t s = 0; s < states; ++s) {
        const auto state = static_cast<State>(s);
        bool left = false;
        bool reached = s == 0;
        for (const auto& step : steps) {
            left = left || step.from == state;
            reached = reached || step.to == state;
        }
        for (const auto& final_state : finals) left = left || final_state == state;
        if (!left || !reached) return false;
    }
    return true;
}

/// Where `event` leads from `from`, or nothing when the table has no such step.
template <class State, class Event, std::size_t Size>
constexpr std::optional<State> next(const std::array<Step<State, Event>, Size>& steps, State from, Event event) {
    for (const auto& step : steps) {
        if (step.from == from && step.event == event) return step.to;
    }
    return std::nullopt;
}

template <class Enum, std::size_t Size>
constexpr std::string_view word_of(const std::array<std::string_view, Size>& words, Enum value) {
    return words.at(static_cast<std::size_t>(value));
}

/// The value that `word` names. Throws std::invalid_argument for a word that is none: stored states are ours.
template <class Enum, std::size_t Size>
constexpr Enum from_word(const std::array<std::string_view, Size>& words, std::string_view word) {
    for (std::size_t i = 0; i < Size; ++i) {
        if (words[i] == word) return static_cast<Enum>(i);
    }
    throw std::invalid_argument("unknown state '" + std::string(word) + "'");
}

}  // namespace noren
