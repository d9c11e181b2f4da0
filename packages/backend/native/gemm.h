// Matrix products in the manner of Goto and van de Geijn, "Anatomy of high-performance matrix multiplication" (ACM
// TOMS 34, 2008): both factors are copied into panels that the innermost loop reads in order.
#pragma once
#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <memory>
#include "vector.h"

// The tile of the result that stays in registers: kRows rows of kCols columns.
#if defined(__AVX512F__)
constexpr int kRows = 8;
#elif defined(__AVX__)
constexpr int kRows = 4;
#else
constexpr int kRows = 8;
#endif
constexpr int kVecs = 2;
constexpr int kCols = kVecs * kLanes;
constexpr int kTile = kRows * kCols;

// Panels of this size stay in the caches: kDepth of the summed axis, kTall rows, kWide columns.
constexpr int kDepth = 384;
constexpr int kTall = 24 * kRows;
constexpr int kWide = 64 * kCols;

// A matrix in memory, of any orientation: element (i, j) is p[i * rows + j * cols].
struct Matrix {
  const float* p;
  ptrdiff_t rows, cols;
  Matrix at(ptrdiff_t i, ptrdiff_t j) const { return {p + i * rows + j * cols, rows, cols}; }
};

static inline Matrix rowMajor(const float* p, ptrdiff_t width) { return {p, width, 1}; }
static inline Matrix transposed(Matrix m) { return {m.p, m.cols, m.rows}; }

struct FreeAligned {
  void operator()(float* p) const { std::free(p); }
};
typedef std::unique_ptr<float[], FreeAligned> Buffer;

static inline Buffer allocate(size_t count) {
  const size_t bytes = (count * sizeof(float) + 63) / 64 * 64;
  return Buffer(static_cast<float*>(std::aligned_alloc(64, std::max<size_t>(bytes, 64))));
}

static inline int roundUp(int x, int to) { return (x + to - 1) / to * to; }

// The product of a panel of kRows rows and one of kCols columns, each stored along the summed axis. Never inlined: where
// it is, compilers keep some of the sums in memory.
__attribute__((noinline)) static void multiplyPanels(int depth, const float* __restrict a, const float* __restrict b,
                                                     Vec (&out)[kRows][kVecs]) {
  Vec sum[kRows][kVecs] = {};
  for (int k = 0; k < depth; k++, a += kRows, b += kCols) {
    Vec right[kVecs];
#pragma GCC unroll 4
    for (int j = 0; j < kVecs; j++) right[j] = load(b + j * kLanes);
#pragma GCC unroll 16
    for (int i = 0; i < kRows; i++) {
      const Vec left = all(a[i]);
#pragma GCC unroll 4
      for (int j = 0; j < kVecs; j++) sum[i][j] += left * right[j];
    }
  }
  for (int i = 0; i < kRows; i++)
    for (int j = 0; j < kVecs; j++) out[i][j] = sum[i][j];
}

// The rows of a matrix in panels of kRows, each stored along the summed axis; missing rows are zero.
static inline void packRows(Matrix a, int rows, int depth, float* out) {
  for (int i = 0; i < rows; i += kRows) {
    const int here = std::min(kRows, rows - i);
    const float* p = a.p + i * a.rows;
    for (int k = 0; k < depth; k++, out += kRows, p += a.cols)
      for (int r = 0; r < kRows; r++) out[r] = r < here ? p[r * a.rows] : 0.0f;
  }
}

// The columns of a matrix in panels of kCols, each stored along the summed axis; missing columns are zero.
static inline void packCols(Matrix b, int depth, int cols, float* out) {
  for (int j = 0; j < cols; j += kCols, out += static_cast<ptrdiff_t>(depth) * kCols) {
    const int here = std::min(kCols, cols - j);
    const float* p = b.p + j * b.cols;
    if (here == kCols && b.cols == 1) {
      for (int k = 0; k < depth; k++, p += b.rows) std::memcpy(out + k * kCols, p, kCols * sizeof(float));
    } else {
      // Column by column, a few rows at a time, so that a transposed matrix is read in order.
      for (int k0 = 0; k0 < depth; k0 += kLanes)
        for (int c = 0; c < kCols; c++)
          for (int k = k0; k < std::min(depth, k0 + kLanes); k++)
            out[k * kCols + c] = c < here ? p[k * b.rows + c * b.cols] : 0.0f;
    }
  }
}

// Room for the panels of one thread.
struct GemmRoom {
  Buffer left = allocate(kTall * kDepth), right = allocate(kWide * kDepth);
};

// out (+)= a · b, out row-major.
static inline void multiply(int rows, int cols, int depth, Matrix a, Matrix b, float* out, ptrdiff_t stride, bool add,
                            GemmRoom& room) {
  for (int j0 = 0; j0 < cols; j0 += kWide) {
    const int wide = std::min(kWide, cols - j0);
    for (int k0 = 0; k0 < depth; k0 += kDepth) {
      const int deep = std::min(kDepth, depth - k0);
      packCols(b.at(k0, j0), deep, wide, room.right.get());
      for (int i0 = 0; i0 < rows; i0 += kTall) {
        const int tall = std::min(kTall, rows - i0);
        packRows(a.at(i0, k0), tall, deep, room.left.get());
        for (int j = 0; j < wide; j += kCols) {
          for (int i = 0; i < tall; i += kRows) {
            Vec sum[kRows][kVecs];
            multiplyPanels(deep, room.left.get() + i * deep, room.right.get() + static_cast<ptrdiff_t>(j) * deep, sum);
            float* target = out + (i0 + i) * stride + j0 + j;
            const bool adds = add || k0 > 0;
            if (tall - i >= kRows && wide - j >= kCols) {
              for (int r = 0; r < kRows; r++)
                for (int v = 0; v < kVecs; v++) {
                  float* at = target + r * stride + v * kLanes;
                  store(at, adds ? load(at) + sum[r][v] : sum[r][v]);
                }
            } else {
              float tile[kTile];
              for (int r = 0; r < kRows; r++)
                for (int v = 0; v < kVecs; v++) store(tile + r * kCols + v * kLanes, sum[r][v]);
              for (int r = 0; r < std::min(kRows, tall - i); r++)
                for (int c = 0; c < std::min(kCols, wide - j); c++) {
                  float& x = target[r * stride + c];
                  x = (adds ? x : 0.0f) + tile[r * kCols + c];
                }
            }
          }
        }
      }
    }
  }
}
