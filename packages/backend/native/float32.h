// Factors kept as float32: as they are, or rounded to bfloat16 first.
#pragma once
#include "bfloat16.h"
#include "gemm.h"

#if defined(__AVX__) && !defined(__AVX512F__)
constexpr int kFloatRows = 4;
#else
constexpr int kFloatRows = 8;
#endif
constexpr int kFloatVecs = 2;
constexpr int kFloatCols = kFloatVecs * kLanes;

// The product of a panel of rows and one of columns, each stored along the summed axis. Never inlined: where it is,
// compilers keep some of the sums in memory.
__attribute__((noinline)) static void multiplyFloats(int depth, const float* __restrict a, const float* __restrict b,
                                                     float* __restrict tile) {
  Vec sum[kFloatRows][kFloatVecs] = {};
  for (int k = 0; k < depth; k++, a += kFloatRows, b += kFloatCols) {
    Vec right[kFloatVecs];
#pragma GCC unroll 4
    for (int j = 0; j < kFloatVecs; j++) right[j] = load(b + j * kLanes);
#pragma GCC unroll 16
    for (int i = 0; i < kFloatRows; i++) {
      const Vec left = all(a[i]);
#pragma GCC unroll 4
      for (int j = 0; j < kFloatVecs; j++) sum[i][j] += left * right[j];
    }
  }
  for (int i = 0; i < kFloatRows; i++)
    for (int j = 0; j < kFloatVecs; j++) store(tile + i * kFloatCols + j * kLanes, sum[i][j]);
}

// `rounds`: whether factors are rounded to bfloat16, which is bfloat16's arithmetic on any processor.
template <bool rounds>
struct Floats {
  typedef float Factor;
  typedef float Stored;
  struct Session {};
  static constexpr int kRows = kFloatRows, kCols = kFloatCols;
  static constexpr int padded(int depth) { return depth; }
  static float factor(float x) { return rounds ? fromBfloat16(toBfloat16(x)) : x; }

  static void packRows(Matrix<float> a, int rows, int depth, float* out) {
    for (int i = 0; i < rows; i += kRows) {
      const int here = std::min(kRows, rows - i);
      const float* p = a.p + i * a.rows;
      for (int k = 0; k < depth; k++, out += kRows, p += a.cols)
        for (int r = 0; r < kRows; r++) out[r] = r < here ? factor(p[r * a.rows]) : 0.0f;
    }
  }

  static void packCols(Matrix<float> b, int depth, int cols, float* out) {
    for (int j = 0; j < cols; j += kCols, out += static_cast<ptrdiff_t>(depth) * kCols) {
      const int here = std::min(kCols, cols - j);
      const float* p = b.p + j * b.cols;
      if (here == kCols && b.cols == 1) {
        for (int k = 0; k < depth; k++, p += b.rows)
          for (int c = 0; c < kCols; c++) out[k * kCols + c] = factor(p[c]);
      } else {
        // Column by column, a few rows at a time, so that a transposed matrix is read in order.
        for (int k0 = 0; k0 < depth; k0 += kLanes)
          for (int c = 0; c < kCols; c++)
            for (int k = k0; k < std::min(depth, k0 + kLanes); k++)
              out[k * kCols + c] = c < here ? factor(p[k * b.rows + c * b.cols]) : 0.0f;
      }
    }
  }

  static void packSome(float* panel, int row, int unit, Vec v, int count) {
    float* out = panel + static_cast<ptrdiff_t>(unit) * kRows + row;
    for (int lane = 0; lane < std::min(count, kLanes); lane++) out[lane * kRows] = factor(v[lane]);
  }

  static void multiply(int depth, const float* a, const float* b, float* tile) { multiplyFloats(depth, a, b, tile); }
};

typedef Floats<false> Float32;
typedef Floats<true> RoundedFloat32;
