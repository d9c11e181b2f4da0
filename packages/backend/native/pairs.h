// Factors kept as bfloat16, two neighbours along the summed axis in one word, as the processor's dot products of pairs
// want them.
#pragma once
#include "bfloat16.h"
#include "gemm.h"

// Two numbers in one word, the first in the lower half.
template <typename T>
static inline uint32_t pairOf(T first, T second) {
  return static_cast<uint32_t>(halfOf(second)) << 16 | halfOf(first);
}

// The columns of a matrix in panels of `width`: of each pair of rows, one word a column. `step` numbers of the summed axis
// are a unit; missing rows and columns are zero.
template <int width, int step, typename T>
static inline void packPairs(Matrix<T> b, int depth, int cols, uint16_t* out) {
  const int padded = roundUp(depth, step);
  for (int j = 0; j < cols; j += width, out += static_cast<ptrdiff_t>(padded) * width) {
    const int here = std::min(width, cols - j);
    const T* p = b.p + j * b.cols;
    uint32_t* words = reinterpret_cast<uint32_t*>(out);
    if (here < width || padded != depth) std::memset(out, 0, static_cast<size_t>(padded) * width * sizeof *out);
    if (here == width && b.cols == 1) {
      for (int k = 0; k + 1 < depth; k += 2, words += width, p += 2 * b.rows)
        for (int c = 0; c < width; c++) words[c] = pairOf(p[c], p[b.rows + c]);
      if (depth % 2 == 1)
        for (int c = 0; c < width; c++) words[c] = halfOf(p[c]);
    } else {
      // Column by column, a vector of rows at a time, so that a transposed matrix is read in order.
      for (int k0 = 0; k0 < depth; k0 += kLanes)
        for (int c = 0; c < here; c++) {
          const int deep = std::min(kLanes, depth - k0);
          uint32_t column[kLanes / 2];
          const HalfVec halves = halvesOf(p + k0 * b.rows + c * b.cols, b.rows, deep);
          std::memcpy(column, &halves, sizeof column);
          for (int i = 0; 2 * i < deep; i++) words[(k0 / 2 + i) * width + c] = column[i];
        }
    }
  }
}

// Earlier compilers do not know the instructions.
#if defined(__AVX512F__) && (defined(__clang__) || __GNUC__ >= 10)
#include <immintrin.h>
#define HALP_HAS_PAIRS 1

constexpr int kPairRows = 8;
constexpr int kPairVecs = 2;
constexpr int kPairCols = kPairVecs * kLanes;

__attribute__((noinline, target("avx512bf16"))) static void multiplyPairs(int depth, const uint16_t* __restrict left,
                                                                          const uint16_t* __restrict right,
                                                                          float* __restrict tile) {
  const uint32_t* a = reinterpret_cast<const uint32_t*>(left);
  const uint32_t* b = reinterpret_cast<const uint32_t*>(right);
  __m512 sum[kPairRows][kPairVecs];
#pragma GCC unroll 16
  for (int i = 0; i < kPairRows; i++)
#pragma GCC unroll 4
    for (int j = 0; j < kPairVecs; j++) sum[i][j] = _mm512_setzero_ps();
  for (int k = 0; k < depth; k += 2, a += kPairRows, b += kPairCols) {
    __m512bh columns[kPairVecs];
#pragma GCC unroll 4
    for (int j = 0; j < kPairVecs; j++) columns[j] = (__m512bh)_mm512_loadu_si512(b + j * kLanes);
#pragma GCC unroll 16
    for (int i = 0; i < kPairRows; i++) {
      const __m512bh row = (__m512bh)_mm512_set1_epi32(static_cast<int>(a[i]));
#pragma GCC unroll 4
      for (int j = 0; j < kPairVecs; j++) sum[i][j] = _mm512_dpbf16_ps(sum[i][j], row, columns[j]);
    }
  }
#pragma GCC unroll 16
  for (int i = 0; i < kPairRows; i++)
#pragma GCC unroll 4
    for (int j = 0; j < kPairVecs; j++) _mm512_storeu_ps(tile + i * kPairCols + j * kLanes, sum[i][j]);
}

// Of `avx512_bf16`: a panel of rows has, of each pair of the summed axis, one word a row.
struct Pairs {
  typedef uint16_t Factor;
  typedef uint16_t Stored;
  struct Session {};
  static constexpr int kRows = kPairRows, kCols = kPairCols;
  static constexpr int padded(int depth) { return roundUp(depth, 2); }

  template <typename T>
  static void packRows(Matrix<T> a, int rows, int depth, uint16_t* out) {
    packPairs<kRows, 2>(transposed(a), depth, rows, out);
  }
  template <typename T>
  static void packCols(Matrix<T> b, int depth, int cols, uint16_t* out) {
    packPairs<kCols, 2>(b, depth, cols, out);
  }

  static void packSome(uint16_t* panel, int row, int unit, Vec v, int count) {
    const HalfVec halves = toBfloat16(v);
    if (count >= kLanes && unit % 2 == 0) {
      uint32_t pairs[kLanes / 2];
      std::memcpy(pairs, &halves, sizeof pairs);
      uint32_t* words = reinterpret_cast<uint32_t*>(panel) + unit / 2 * kRows + row;
      for (int i = 0; i < kLanes / 2; i++) words[i * kRows] = pairs[i];
      return;
    }
    for (int lane = 0; lane < std::min(count, kLanes); lane++) {
      const int k = unit + lane;
      panel[(k / 2 * kRows + row) * 2 + k % 2] = halves[lane];
    }
  }

  static void multiply(int depth, const uint16_t* a, const uint16_t* b, float* tile) { multiplyPairs(depth, a, b, tile); }
};

// Whether the processor has the instructions, and they are twice as fast as float32's: those of Intel have one port for them.
static inline bool hasFastPairs() {
  __builtin_cpu_init();
  return __builtin_cpu_supports("avx512bf16") && __builtin_cpu_is("amd");
}

static inline bool hasPairs() {
  __builtin_cpu_init();
  return __builtin_cpu_supports("avx512bf16");
}
#else
static inline bool hasPairs() { return false; }
static inline bool hasFastPairs() { return false; }
#endif
