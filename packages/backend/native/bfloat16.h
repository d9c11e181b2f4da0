// bfloat16: the upper half of a float32, rounded to the nearest, of two equally near ones to the even.
#pragma once
#include <cstddef>
#include <cstdint>
#include <cstring>
#include "vector.h"

typedef uint32_t WordVec __attribute__((vector_size(kLanes * 4), may_alias));
typedef uint16_t HalfVec __attribute__((vector_size(kLanes * 2), may_alias));

static inline uint16_t toBfloat16(float x) {
  uint32_t bits;
  std::memcpy(&bits, &x, sizeof bits);
  // Rounding could make a NaN infinite.
  if (x != x) return static_cast<uint16_t>(bits >> 16 | 0x40);
  return static_cast<uint16_t>((bits + 0x7fff + (bits >> 16 & 1)) >> 16);
}

static inline float fromBfloat16(uint16_t half) {
  const uint32_t bits = static_cast<uint32_t>(half) << 16;
  float x;
  std::memcpy(&x, &bits, sizeof x);
  return x;
}

// The rounded numbers in the lower halves of the lanes.
static inline WordVec roundedWords(Vec v) {
  const WordVec bits = (WordVec)v;
  const WordVec rounded = (bits + 0x7fff + (bits >> 16 & 1)) >> 16;
  return v == v ? rounded : (bits >> 16 | 0x40);
}

static inline HalfVec toBfloat16(Vec v) { return __builtin_convertvector(roundedWords(v), HalfVec); }

static inline uint16_t halfOf(float x) { return toBfloat16(x); }
static inline uint16_t halfOf(uint16_t x) { return x; }

// `count` numbers as bfloat16, each `step` after the one before; zeros follow them.
template <typename T>
static inline HalfVec halvesOf(const T* p, ptrdiff_t step, int count) {
  if (step == 1 && count >= kLanes) {
    if constexpr (sizeof(T) == sizeof(float)) {
      return toBfloat16(load(p));
    } else {
      HalfVec v;
      std::memcpy(&v, p, sizeof v);
      return v;
    }
  }
  HalfVec v = HalfVec{};
  for (int i = 0; i < (count < kLanes ? count : kLanes); i++) v[i] = halfOf(p[i * step]);
  return v;
}

static inline void storeSome(uint16_t* p, Vec v, int count) {
  const HalfVec halves = toBfloat16(v);
  if (count > 0) std::memcpy(p, &halves, (count < kLanes ? count : kLanes) * sizeof *p);
}
