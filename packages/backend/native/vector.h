// Vectors of the widest kind that the processor has, and exp, the logistic function and tanh on them.
#pragma once
#include <cstdint>
#include <cstring>

#if defined(__AVX512F__)
constexpr int kLanes = 16;
#elif defined(__AVX__)
constexpr int kLanes = 8;
#else
constexpr int kLanes = 4;
#endif

typedef float Vec __attribute__((vector_size(kLanes * 4), may_alias));
typedef int32_t IntVec __attribute__((vector_size(kLanes * 4), may_alias));

static inline Vec load(const float* p) {
  Vec v;
  std::memcpy(&v, p, sizeof v);
  return v;
}

static inline void store(float* p, Vec v) { std::memcpy(p, &v, sizeof v); }

static inline Vec all(float x) { return x - Vec{}; }

static inline Vec smaller(Vec a, Vec b) { return a < b ? a : b; }
static inline Vec larger(Vec a, Vec b) { return a > b ? a : b; }

// e^x to about an ulp, x clamped to where the result is a normal number; NaN stays NaN, since of two numbers that cannot be
// compared the second is taken. Cephes: 2^n times a polynomial in what is
// left of x within half of ln 2.
static inline Vec exponential(Vec x) {
  x = larger(all(-87.33f), smaller(all(88.02f), x));
  const Vec magic = all(12582912.0f);  // 1.5 * 2^23: adding it rounds to a whole number
  const Vec n = (x * all(1.44269504088896341f) + magic) - magic;
  const Vec r = x - n * all(0.693359375f) - n * all(-2.12194440e-4f);
  Vec p = all(1.9875691500e-4f);
  p = p * r + all(1.3981999507e-3f);
  p = p * r + all(8.3334519073e-3f);
  p = p * r + all(4.1665795894e-2f);
  p = p * r + all(1.6666665459e-1f);
  p = p * r + all(5.0000001201e-1f);
  p = p * (r * r) + r + all(1.0f);
  const IntVec power = (__builtin_convertvector(n, IntVec) + 127) << 23;
  return p * (Vec)power;
}

static inline Vec logistic(Vec x) { return all(1.0f) / (all(1.0f) + exponential(-x)); }

// tanh(x): near 0 a polynomial, since 1 - 2/(e^2x + 1) loses digits there. Cephes.
static inline Vec hyperbolicTangent(Vec x) {
  const Vec size = x < Vec{} ? -x : x;
  const Vec s = x * x;
  Vec p = all(-5.70498872745e-3f);
  p = p * s + all(2.06390887954e-2f);
  p = p * s + all(-5.37397155531e-2f);
  p = p * s + all(1.33314422036e-1f);
  p = p * s + all(-3.33332819422e-1f);
  const Vec near = p * s * x + x;
  const Vec far = all(1.0f) - all(2.0f) / (exponential(size + size) + all(1.0f));
  return size < all(0.625f) ? near : (x < Vec{} ? -far : far);
}
