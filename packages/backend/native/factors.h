// How the factors of products are kept, chosen while the program runs.
#pragma once
#include <cstdint>
#include "float32.h"
#include "tiles.h"

enum class Factors : int64_t {
  kFloat32 = 0,
  // The attribute's 1 is whichever of the following is fastest here.
  kRounded = 2,
  kPairs = 3,
  kTiles = 4,
  kEmulatedTiles = 5,
};

// By what the processor is, not by a measurement: a run that is resumed has to add in the same order.
static inline Factors chosen(int64_t attribute) {
  if (attribute != 1) return static_cast<Factors>(attribute);
  return hasTiles() ? Factors::kTiles : hasFastPairs() ? Factors::kPairs : Factors::kRounded;
}

static inline bool available(Factors factors) {
  switch (factors) {
    case Factors::kFloat32:
    case Factors::kRounded:
    case Factors::kEmulatedTiles:
      return true;
    case Factors::kPairs:
      return hasPairs();
    case Factors::kTiles:
      return hasTiles();
  }
  return false;
}

static inline const char* nameOf(Factors factors) {
  switch (factors) {
    case Factors::kPairs:
      return "avx512_bf16";
    case Factors::kTiles:
      return "amx_bf16";
    case Factors::kEmulatedTiles:
      return "emulated amx_bf16";
    default:
      return "float32";
  }
}

template <typename K>
struct Kind {
  typedef K Type;
};

// Calls work with the kind of the factors, which are available.
template <typename Work>
static void withFactors(Factors factors, const Work& work) {
  switch (factors) {
    case Factors::kFloat32:
      return work(Kind<Float32>{});
    case Factors::kRounded:
      return work(Kind<RoundedFloat32>{});
    case Factors::kEmulatedTiles:
      return work(Kind<TilesOf<EmulatedTiles>>{});
#if defined(HALP_HAS_PAIRS)
    case Factors::kPairs:
      return work(Kind<Pairs>{});
#endif
#if defined(HALP_HAS_TILES)
    case Factors::kTiles:
      return work(Kind<TilesOf<HardwareTiles>>{});
#endif
    default:
      return;
  }
}
