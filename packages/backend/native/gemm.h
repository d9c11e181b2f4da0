// Matrix products in the manner of Goto and van de Geijn, "Anatomy of high-performance matrix multiplication" (ACM
// TOMS 34, 2008): both factors are copied into panels that the innermost loop reads in order.
//
// How the numbers of the factors are kept is a type K, so that the same loops multiply float32 and bfloat16:
//
//   K::Factor                       what a number of a panel is kept as;
//   K::Stored                       what whole matrices are kept as that are factors and nothing else;
//   K::kRows, K::kCols              the tile of the result that K::multiply makes;
//   K::padded(depth)                numbers of the summed axis in a panel; those after `depth` are zero;
//   K::packRows, K::packCols        a matrix in panels of kRows rows, or of kCols columns, each K::padded(depth) deep;
//   K::packSome                     some units of one row where packRows would put them;
//   K::multiply(depth, a, b, tile)  tile [kRows][kCols] = a · b of two panels, with `depth` padded already;
//   K::Session                      what a thread holds while it multiplies.
#pragma once
#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <memory>
#include "vector.h"

// A matrix in memory, of any orientation: element (i, j) is p[i * rows + j * cols].
template <typename T>
struct Matrix {
  const T* p;
  ptrdiff_t rows, cols;
  Matrix at(ptrdiff_t i, ptrdiff_t j) const { return {p + i * rows + j * cols, rows, cols}; }
};

template <typename T>
static inline Matrix<T> rowMajor(const T* p, ptrdiff_t width) {
  return {p, width, 1};
}

template <typename T>
static inline Matrix<T> transposed(Matrix<T> m) {
  return {m.p, m.cols, m.rows};
}

struct FreeAligned {
  void operator()(void* p) const { std::free(p); }
};
template <typename T>
using Buffer = std::unique_ptr<T[], FreeAligned>;

template <typename T>
static inline Buffer<T> allocate(size_t count) {
  const size_t bytes = (count * sizeof(T) + 63) / 64 * 64;
  return Buffer<T>(static_cast<T*>(std::aligned_alloc(64, std::max<size_t>(bytes, 64))));
}

static constexpr int roundUp(int x, int to) { return (x + to - 1) / to * to; }

// Some lanes of a vector, where the numbers end before the vector does.
static inline Vec loadSome(const float* p, int count) {
  if (count >= kLanes) return load(p);
  Vec v = Vec{};
  if (count > 0) std::memcpy(&v, p, count * sizeof(float));
  return v;
}

static inline void storeSome(float* p, Vec v, int count) {
  if (count >= kLanes) store(p, v);
  else if (count > 0) std::memcpy(p, &v, count * sizeof(float));
}

// Panels of this size stay in the caches: kDepth of the summed axis, about kTall rows, 64 panels of columns.
constexpr int kDepth = 384;
constexpr int kTall = 192;

template <typename K>
constexpr int wideOf() {
  return 64 * K::kCols;
}

template <typename K>
constexpr int tallOf() {
  return kTall / K::kRows * K::kRows;
}

// Room for the panels of one thread, for products with up to `rights` right factors at once.
template <typename K>
struct GemmRoom {
  typedef typename K::Factor Factor;
  explicit GemmRoom(int rights) : right(allocate<Factor>(static_cast<size_t>(rights) * wideOf<K>() * kDepth)) {}
  Buffer<Factor> left = allocate<Factor>(tallOf<K>() * kDepth);
  Buffer<Factor> right;
};

// Writes a tile into a matrix of which `rows` rows and `cols` columns are left, or adds it.
template <typename K>
static inline void putTile(const float* tile, int rows, int cols, bool add, float* out, ptrdiff_t stride) {
  if (rows >= K::kRows && cols >= K::kCols) {
    for (int r = 0; r < K::kRows; r++)
      for (int c = 0; c < K::kCols; c += kLanes) {
        float* at = out + r * stride + c;
        const Vec sum = load(tile + r * K::kCols + c);
        store(at, add ? load(at) + sum : sum);
      }
  } else {
    for (int r = 0; r < std::min(K::kRows, rows); r++)
      for (int c = 0; c < std::min(K::kCols, cols); c++) {
        float& x = out[r * stride + c];
        x = (add ? x : 0.0f) + tile[r * K::kCols + c];
      }
  }
}

// outs[l][r] (+)= lefts[l] · rights[r], all of one shape, row-major; each factor is packed once.
template <typename K, int L, int R, typename A, typename B>
static inline void multiply(int rows, int cols, int depth, const Matrix<A> (&lefts)[L], const Matrix<B> (&rights)[R],
                            float* const (&outs)[L][R], ptrdiff_t stride, bool add, GemmRoom<K>& room) {
  for (int j0 = 0; j0 < cols; j0 += wideOf<K>()) {
    const int wide = std::min(wideOf<K>(), cols - j0);
    for (int k0 = 0; k0 < depth; k0 += kDepth) {
      const int deep = std::min(kDepth, depth - k0), padded = K::padded(deep);
      const ptrdiff_t rightSize = static_cast<ptrdiff_t>(roundUp(wide, K::kCols)) * padded;
      for (int r = 0; r < R; r++) K::packCols(rights[r].at(k0, j0), deep, wide, room.right.get() + r * rightSize);
      for (int i0 = 0; i0 < rows; i0 += tallOf<K>()) {
        const int tall = std::min(tallOf<K>(), rows - i0);
        for (int l = 0; l < L; l++) {
          K::packRows(lefts[l].at(i0, k0), tall, deep, room.left.get());
          for (int r = 0; r < R; r++)
            for (int j = 0; j < wide; j += K::kCols)
              for (int i = 0; i < tall; i += K::kRows) {
                alignas(64) float tile[K::kRows * K::kCols];
                K::multiply(padded, room.left.get() + static_cast<ptrdiff_t>(i) * padded,
                            room.right.get() + r * rightSize + static_cast<ptrdiff_t>(j) * padded, tile);
                putTile<K>(tile, tall - i, wide - j, add || k0 > 0, outs[l][r] + (i0 + i) * stride + j0 + j, stride);
              }
        }
      }
    }
  }
}

// out (+)= a · b, out row-major.
template <typename K, typename A, typename B>
static inline void multiply(int rows, int cols, int depth, Matrix<A> a, Matrix<B> b, float* out, ptrdiff_t stride, bool add,
                            GemmRoom<K>& room) {
  multiply<K, 1, 1>(rows, cols, depth, {a}, {b}, {{out}}, stride, add, room);
}
