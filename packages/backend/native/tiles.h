// Factors kept as bfloat16 in the tiles of AMX: 16 rows of 32 numbers of the left factor, 16 pairs of rows by 16 columns of
// the right one. Intel, "Intel Architecture Instruction Set Extensions Programming Reference", chapter 3.
#pragma once
#include "pairs.h"
#if defined(__linux__) && defined(__x86_64__)
#include <cpuid.h>
#include <sys/syscall.h>
#include <unistd.h>
#endif

constexpr int kTileRows = 32;
constexpr int kTileCols = 32;
constexpr int kTileDepth = 32;

// What the instructions do with tiles in memory, step by step: the packing is tested with it where there is no AMX.
struct EmulatedTiles {
  struct Session {};
  static void multiply(int depth, const uint16_t* a, const uint16_t* b, float* tile) {
    std::fill(tile, tile + kTileRows * kTileCols, 0.0f);
    for (int k0 = 0; k0 < depth; k0 += kTileDepth, a += kTileRows * kTileDepth, b += kTileDepth * kTileCols)
      for (int i = 0; i < kTileRows; i++)
        for (int k = 0; k < kTileDepth; k++) {
          const float left = fromBfloat16(a[i * kTileDepth + k]);
          for (int j = 0; j < kTileCols; j++)
            tile[i * kTileCols + j] += left * fromBfloat16(b[(k / 2 * kTileCols + j) * 2 + k % 2]);
        }
  }
};

// Earlier compilers do not know the instructions; clang has not been tried.
#if defined(__linux__) && defined(__x86_64__) && !defined(__clang__) && __GNUC__ >= 11
#include <immintrin.h>
#define HALP_HAS_TILES 1

// Rows and bytes of a row of each of the eight tiles.
struct alignas(64) TileShapes {
  uint8_t palette = 1, start = 0, reserved[14] = {};
  uint16_t bytes[16] = {64, 64, 64, 64, 64, 64, 64, 64};
  uint8_t rows[16] = {16, 16, 16, 16, 16, 16, 16, 16};
};

__attribute__((target("amx-tile"))) static inline void loadTileShapes() {
  const TileShapes shapes;
  _tile_loadconfig(&shapes);
}

__attribute__((target("amx-tile"))) static inline void releaseTiles() { _tile_release(); }

__attribute__((noinline, target("amx-tile,amx-bf16"))) static void multiplyTiles(int depth, const uint16_t* a,
                                                                                 const uint16_t* b, float* tile) {
  _tile_zero(0);
  _tile_zero(1);
  _tile_zero(2);
  _tile_zero(3);
  for (int k = 0; k < depth; k += kTileDepth, a += kTileRows * kTileDepth, b += kTileDepth * kTileCols) {
    _tile_loadd(4, a, 64);
    _tile_loadd(6, b, 4 * kTileCols);
    _tile_loadd(7, b + 32, 4 * kTileCols);
    _tile_loadd(5, a + 16 * kTileDepth, 64);
    _tile_dpbf16ps(0, 4, 6);
    _tile_dpbf16ps(1, 4, 7);
    _tile_dpbf16ps(2, 5, 6);
    _tile_dpbf16ps(3, 5, 7);
  }
  _tile_stored(0, tile, 4 * kTileCols);
  _tile_stored(1, tile + 16, 4 * kTileCols);
  _tile_stored(2, tile + 16 * kTileCols, 4 * kTileCols);
  _tile_stored(3, tile + 16 * kTileCols + 16, 4 * kTileCols);
}

struct HardwareTiles {
  // The shapes belong to a thread, and last until they are released.
  struct Session {
    Session() { loadTileShapes(); }
    ~Session() { releaseTiles(); }
    Session(const Session&) = delete;
  };
  static void multiply(int depth, const uint16_t* a, const uint16_t* b, float* tile) { multiplyTiles(depth, a, b, tile); }
};

// Whether the processor has AMX for bfloat16 and the system lets this process use it; asked once.
static inline bool hasTiles() {
  static const bool has = [] {
    unsigned a, b, c, d;
    if (!__get_cpuid_count(7, 0, &a, &b, &c, &d)) return false;
    const bool instructions = (d >> 22 & 1) && (d >> 24 & 1);
    constexpr long kRequestPermission = 0x1023, kTileData = 18;
    return instructions && syscall(SYS_arch_prctl, kRequestPermission, kTileData) == 0;
  }();
  return has;
}
#else
static inline bool hasTiles() { return false; }
#endif

// A panel of rows has, of each 32 numbers of the summed axis, those of a row beside each other.
template <typename Engine>
struct TilesOf {
  typedef uint16_t Factor;
  typedef uint16_t Stored;
  typedef typename Engine::Session Session;
  static constexpr int kRows = kTileRows, kCols = kTileCols;
  static constexpr int padded(int depth) { return roundUp(depth, kTileDepth); }

  template <typename T>
  static void packRows(Matrix<T> a, int rows, int depth, uint16_t* out) {
    const int deep = padded(depth);
    for (int i = 0; i < rows; i += kRows, out += static_cast<ptrdiff_t>(deep) * kRows) {
      if (rows - i < kRows || deep != depth) std::memset(out, 0, static_cast<size_t>(deep) * kRows * sizeof *out);
      for (int r = 0; r < std::min(kRows, rows - i); r++)
        for (int k = 0; k < depth; k += kLanes)
          put(out, r, k, halvesOf(a.p + (i + r) * a.rows + k * a.cols, a.cols, depth - k), depth - k);
    }
  }

  template <typename T>
  static void packCols(Matrix<T> b, int depth, int cols, uint16_t* out) {
    packPairs<kCols, kTileDepth>(b, depth, cols, out);
  }

  static void packSome(uint16_t* panel, int row, int unit, Vec v, int count) {
    put(panel, row, unit, toBfloat16(v), count);
  }

  static void put(uint16_t* panel, int row, int unit, HalfVec halves, int count) {
    if (count >= kLanes && unit % kLanes == 0) {
      std::memcpy(panel + unit / kTileDepth * (kRows * kTileDepth) + row * kTileDepth + unit % kTileDepth, &halves,
                  sizeof halves);
      return;
    }
    for (int lane = 0; lane < std::min(count, kLanes); lane++) {
      const int k = unit + lane;
      panel[k / kTileDepth * (kRows * kTileDepth) + row * kTileDepth + k % kTileDepth] = halves[lane];
    }
  }

  static void multiply(int depth, const uint16_t* a, const uint16_t* b, float* tile) { Engine::multiply(depth, a, b, tile); }
};
