// One layer of a two-direction GRU, forward and backward, as the plain version of @halp/nn computes it.
//
// Each thread has a share of the units of one half: it projects the input for its units, some frames at a time, and in
// every step it computes the gates and the new states of its units from the states of all. Nothing of size T·N·3H is
// ever stored for the projections, and the threads of a half meet once a step.
#pragma once
#include <type_traits>
#include "float32.h"
#include "threads.h"
#include "tiles.h"

struct GruSizes {
  int frames, batch, inputs, hidden;
  bool reversed;  // whether the second half reads from the last frame to the first
  int rows() const { return frames * batch; }
  int64_t inputWeights() const { return int64_t{3} * hidden * inputs; }
  int64_t recurrentWeights() const { return int64_t{3} * hidden * hidden; }
  int frameOf(int half, int step) const { return half == 1 && reversed ? frames - 1 - step : step; }
};

// PyTorch's weight_ih [3H, F], weight_hh [3H, H], bias_ih [3H], bias_hh [3H]; gates r, z, n.
struct GruHalf {
  const float *input, *recurrent, *inputBias, *recurrentBias;
};

struct GruHalfGradient {
  float *input, *recurrent, *inputBias, *recurrentBias;
};

// The units of one half that one thread computes, and the threads it computes them with.
struct GruShare {
  int half, from, to;
  Barrier* barrier;
  int units() const { return to - from; }
};

// What the threads of a half share: the latest states or gate gradients, packed as the left factor of a step's product.
// Two of each, so that nobody overwrites what another still reads.
template <typename K>
struct GruExchange {
  typedef typename K::Factor Factor;
  const int depth;
  Buffer<Factor> packed[2];
  GruExchange(int batch, int units) : depth(K::padded(units)) {
    const size_t count = static_cast<size_t>(roundUp(batch, K::kRows)) * depth;
    for (Buffer<Factor>& buffer : packed) {
      buffer = allocate<Factor>(count);
      std::memset(buffer.get(), 0, count * sizeof(Factor));
    }
  }
};

template <typename Factor>
static inline Factor* panelOf(Factor* packed, int row, int depth) {
  return packed + static_cast<ptrdiff_t>(row) * depth;
}

constexpr int kProjectedRows = 2048;

// y [T, N, 2H] and, if wanted, saved [T, 2, N, 4, H]: the gates r, z, n and c = W_hn h + b_hn of every step.
template <typename K>
static void forwardShare(const GruSizes& s, const GruShare& share, const GruHalf& w, const float* x, float* y, float* saved,
                         GruExchange<K>& exchange) {
  typedef typename K::Factor Factor;
  constexpr int kRows = K::kRows, kCols = K::kCols, kVecs = kCols / kLanes;
  const int H = s.hidden, N = s.batch, F = s.inputs, units = share.units(), half = share.half;
  if (units <= 0) {
    for (int step = 0; step < s.frames; step++) share.barrier->wait();
    return;
  }
  [[maybe_unused]] const typename K::Session session;
  const int depth = exchange.depth;
  const ptrdiff_t gateSize = static_cast<ptrdiff_t>(roundUp(units, kCols)) * depth;
  Buffer<Factor> recurrent = allocate<Factor>(3 * gateSize);
  for (int g = 0; g < 3; g++)
    K::packCols(transposed(rowMajor(w.recurrent + static_cast<ptrdiff_t>(g * H + share.from) * H, H)), H, units,
             recurrent.get() + g * gateSize);
  const int chunk = std::max(1, std::min(s.frames, kProjectedRows / std::max(1, N)));
  const ptrdiff_t projectedSize = static_cast<ptrdiff_t>(chunk) * N * units;
  Buffer<float> projected = allocate<float>(3 * projectedSize);
  GemmRoom<K> room(3);
  for (int step = 0; step < s.frames; step++) {
    const int frame = s.frameOf(half, step);
    const int inChunk = step % chunk;
    const int count = std::min(chunk, s.frames - (step - inChunk));
    const int firstFrame = half == 1 && s.reversed ? frame + inChunk - count + 1 : frame - inChunk;
    if (inChunk == 0) {
      const auto weights = [&](int g) {
        return transposed(rowMajor(w.input + static_cast<ptrdiff_t>(g * H + share.from) * F, F));
      };
      float* const out = projected.get();
      multiply<K, 1, 3>(count * N, units, F, {rowMajor(x + static_cast<ptrdiff_t>(firstFrame) * N * F, F)},
                        {weights(0), weights(1), weights(2)}, {{out, out + projectedSize, out + 2 * projectedSize}}, units,
                        false, room);
    }
    const float* before = step == 0 ? nullptr : y + static_cast<ptrdiff_t>(s.frameOf(half, step - 1)) * N * 2 * H + half * H;
    float* now = y + static_cast<ptrdiff_t>(frame) * N * 2 * H + half * H;
    float* kept = saved == nullptr ? nullptr : saved + static_cast<ptrdiff_t>(frame * 2 + half) * N * 4 * H;
    const Factor* states = exchange.packed[step % 2].get();
    Factor* next = exchange.packed[(step + 1) % 2].get();
    for (int j = 0; j < units; j += kCols) {
      for (int i = 0; i < N; i += kRows) {
        alignas(64) float sum[3][kRows * kCols];
        for (int g = 0; g < 3; g++) {
          if (step > 0)
            K::multiply(depth, panelOf(states, i, depth), panelOf(recurrent.get() + g * gateSize, j, depth), sum[g]);
          else
            std::memset(sum[g], 0, sizeof sum[g]);
        }
        Factor* panel = panelOf(next, i, depth);
        for (int v = 0; v < kVecs; v++) {
          const int local = j + v * kLanes, unit = share.from + local, lanes = units - local;
          if (lanes <= 0) break;
          const Vec biasR = loadSome(w.inputBias + unit, lanes) + loadSome(w.recurrentBias + unit, lanes);
          const Vec biasZ = loadSome(w.inputBias + H + unit, lanes) + loadSome(w.recurrentBias + H + unit, lanes);
          const Vec biasN = loadSome(w.inputBias + 2 * H + unit, lanes);
          const Vec biasC = loadSome(w.recurrentBias + 2 * H + unit, lanes);
          for (int row = 0; row < std::min(kRows, N - i); row++) {
            const float* at = sum[0] + row * kCols + v * kLanes;
            const float* in =
                projected.get() + static_cast<ptrdiff_t>((frame - firstFrame) * N + i + row) * units + local;
            const Vec r = logistic(load(at) + loadSome(in, lanes) + biasR);
            const Vec z = logistic(load(at + kRows * kCols) + loadSome(in + projectedSize, lanes) + biasZ);
            const Vec c = load(at + 2 * kRows * kCols) + biasC;
            const Vec n = hyperbolicTangent(r * c + loadSome(in + 2 * projectedSize, lanes) + biasN);
            const ptrdiff_t place = static_cast<ptrdiff_t>(i + row) * 2 * H + unit;
            const Vec old = before == nullptr ? Vec{} : loadSome(before + place, lanes);
            const Vec h = n + z * (old - n);
            storeSome(now + place, h, lanes);
            K::packSome(panel, row, unit, h, lanes);
            if (kept != nullptr) {
              float* gates = kept + static_cast<ptrdiff_t>(i + row) * 4 * H + unit;
              storeSome(gates, r, lanes);
              storeSome(gates + H, z, lanes);
              storeSome(gates + 2 * H, n, lanes);
              storeSome(gates + 3 * H, c, lanes);
            }
          }
        }
      }
    }
    share.barrier->wait();
  }
}

// What the backward pass reads, and where it writes.
template <typename K>
struct GruBackward {
  const float *x, *y, *saved;
  const float* upstream;  // [T, N, 2H], or [N, 2H] if only the final states have a gradient
  bool lastOnly;
  typename K::Stored* gates[2];  // of each half, [T, N, 4, H]: the gradients of a_r, a_z, c and a_n
};

static inline void addColumns(const float* p, int rows, ptrdiff_t stride, int units, float* out) {
  std::fill(out, out + units, 0.0f);
  for (int row = 0; row < rows; row++, p += stride)
    for (int u = 0; u < units; u += kLanes) {
      const int lanes = units - u;
      storeSome(out + u, loadSome(out + u, lanes) + loadSome(p + u, lanes), lanes);
    }
}

// The gate gradients of the share's units, and the gradients of the weights that lead to them.
template <typename K>
static void backwardShare(const GruSizes& s, const GruShare& share, const GruHalf& w, const GruBackward<K>& pass,
                          const GruHalfGradient& out, GruExchange<K>& exchange) {
  typedef typename K::Factor Factor;
  typedef typename K::Stored Stored;
  constexpr int kRows = K::kRows, kCols = K::kCols, kVecs = kCols / kLanes;
  const int H = s.hidden, N = s.batch, F = s.inputs, units = share.units(), half = share.half;
  if (units <= 0) {
    for (int step = s.frames - 1; step > 0; step--) share.barrier->wait();
    return;
  }
  [[maybe_unused]] const typename K::Session session;
  const int depth = exchange.depth;
  Buffer<Factor> recurrent = allocate<Factor>(static_cast<size_t>(roundUp(units, kCols)) * depth);
  K::packCols(rowMajor(w.recurrent + share.from, H), 3 * H, units, recurrent.get());
  Buffer<float> carry = allocate<float>(static_cast<size_t>(N) * units);
  std::memset(carry.get(), 0, static_cast<size_t>(N) * units * sizeof(float));
  // Where gates are stored as rounded factors, the gradients of the biases are summed on the way: of r, z, c and n.
  constexpr bool kExactGates = std::is_same<Stored, float>::value;
  Buffer<float> biases = allocate<float>(kExactGates ? 0 : static_cast<size_t>(4) * units);
  if (!kExactGates) std::fill(biases.get(), biases.get() + static_cast<ptrdiff_t>(4) * units, 0.0f);
  const float* upstream = pass.upstream;
  for (int step = s.frames - 1; step >= 0; step--) {
    const int frame = s.frameOf(half, step);
    const float* arriving = pass.lastOnly ? (step == s.frames - 1 ? upstream : nullptr)
                                          : upstream + static_cast<ptrdiff_t>(frame) * N * 2 * H;
    const float* before =
        step == 0 ? nullptr : pass.y + static_cast<ptrdiff_t>(s.frameOf(half, step - 1)) * N * 2 * H + half * H;
    Factor* packed = exchange.packed[step % 2].get();
    for (int i = 0; i < N; i++) {
      const float* kept = pass.saved + (static_cast<ptrdiff_t>(frame * 2 + half) * N + i) * 4 * H;
      Stored* gates = pass.gates[half] + (static_cast<ptrdiff_t>(frame) * N + i) * 4 * H;
      Factor* panel = panelOf(packed, i / kRows * kRows, depth);
      float* carried = carry.get() + static_cast<ptrdiff_t>(i) * units;
      for (int local = 0; local < units; local += kLanes) {
        const int unit = share.from + local, lanes = units - local;
        Vec d = loadSome(carried + local, lanes);
        const ptrdiff_t place = static_cast<ptrdiff_t>(i) * 2 * H + unit;
        if (arriving != nullptr) d += loadSome(arriving + half * H + place, lanes);
        const Vec r = loadSome(kept + unit, lanes), z = loadSome(kept + H + unit, lanes);
        const Vec n = loadSome(kept + 2 * H + unit, lanes), c = loadSome(kept + 3 * H + unit, lanes);
        const Vec old = before == nullptr ? Vec{} : loadSome(before + place, lanes);
        const Vec leave = all(1.0f) - z;
        const Vec dn = d * leave * (all(1.0f) - n * n);
        const Vec dc = dn * r;
        const Vec dr = dc * c * (all(1.0f) - r);
        const Vec dz = d * (old - n) * z * leave;
        storeSome(gates + unit, dr, lanes);
        storeSome(gates + H + unit, dz, lanes);
        storeSome(gates + 2 * H + unit, dc, lanes);
        storeSome(gates + 3 * H + unit, dn, lanes);
        if (!kExactGates) {
          const Vec of[4] = {dr, dz, dc, dn};
          for (int g = 0; g < 4; g++) {
            float* sum = biases.get() + static_cast<ptrdiff_t>(g) * units + local;
            storeSome(sum, loadSome(sum, lanes) + of[g], lanes);
          }
        }
        if (step == 0) continue;
        K::packSome(panel, i % kRows, unit, dr, lanes);
        K::packSome(panel, i % kRows, H + unit, dz, lanes);
        K::packSome(panel, i % kRows, 2 * H + unit, dc, lanes);
        storeSome(carried + local, d * z, lanes);
      }
    }
    if (step == 0) break;
    share.barrier->wait();
    for (int j = 0; j < units; j += kCols) {
      for (int i = 0; i < N; i += kRows) {
        alignas(64) float sum[kRows * kCols];
        K::multiply(depth, panelOf(packed, i, depth), panelOf(recurrent.get(), j, depth), sum);
        for (int row = 0; row < std::min(kRows, N - i); row++)
          for (int v = 0; v < kVecs; v++) {
            const int local = j + v * kLanes, lanes = units - local;
            float* at = carry.get() + static_cast<ptrdiff_t>(i + row) * units + local;
            if (lanes > 0) storeSome(at, loadSome(at, lanes) + load(sum + row * kCols + v * kLanes), lanes);
          }
      }
    }
  }

  GemmRoom<K> room(1);
  const int rows = s.rows();
  const bool backwards = half == 1 && s.reversed;
  const ptrdiff_t width = 4 * static_cast<ptrdiff_t>(H);
  // The third gate has one gradient on the side of the input, a_n, and another on that of the states, c.
  const Stored* const gradients = pass.gates[half] + share.from;
  const auto ofInput = [&](int g) { return gradients + (g == 2 ? 3 : g) * H; };
  const auto ofState = [&](int g) { return gradients + g * H; };
  const auto rowOf = [&](int g) { return static_cast<ptrdiff_t>(g) * H + share.from; };
  const auto byUnit = [&](const Stored* p) { return transposed(rowMajor(p, width)); };
  multiply<K, 3, 1>(units, F, rows, {byUnit(ofInput(0)), byUnit(ofInput(1)), byUnit(ofInput(2))}, {rowMajor(pass.x, F)},
                    {{out.input + rowOf(0) * F}, {out.input + rowOf(1) * F}, {out.input + rowOf(2) * F}}, F, false, room);
  // Rows of gates stand against the states one step before; the first step has none.
  const auto later = [&](int g) { return byUnit(backwards ? ofState(g) : ofState(g) + static_cast<ptrdiff_t>(N) * width); };
  const float* earlier = (backwards ? pass.y + static_cast<ptrdiff_t>(N) * 2 * H : pass.y) + half * H;
  if (s.frames > 1)
    multiply<K, 3, 1>(units, H, rows - N, {later(0), later(1), later(2)}, {rowMajor(earlier, 2 * H)},
                      {{out.recurrent + rowOf(0) * H}, {out.recurrent + rowOf(1) * H}, {out.recurrent + rowOf(2) * H}}, H,
                      false, room);
  for (int g = 0; g < 3; g++) {
    const ptrdiff_t row = rowOf(g);
    if (s.frames == 1) std::fill(out.recurrent + row * H, out.recurrent + (row + units) * H, 0.0f);
    if constexpr (kExactGates) {
      addColumns(ofInput(g), rows, width, units, out.inputBias + row);
      addColumns(ofState(g), rows, width, units, out.recurrentBias + row);
    } else {
      const float* sums = biases.get();
      std::copy_n(sums + static_cast<ptrdiff_t>(g == 2 ? 3 : g) * units, units, out.inputBias + row);
      std::copy_n(sums + static_cast<ptrdiff_t>(g) * units, units, out.recurrentBias + row);
    }
  }
}

// Some rows of dx [T·N, F], from the gate gradients of both halves.
template <typename K>
static void backwardInput(const GruSizes& s, const GruHalf (&w)[2], const GruBackward<K>& pass, int from, int to, float* dx) {
  if (from >= to) return;
  [[maybe_unused]] const typename K::Session session;
  GemmRoom<K> room(1);
  const int H = s.hidden, F = s.inputs;
  const ptrdiff_t width = 4 * static_cast<ptrdiff_t>(H);
  for (int half = 0; half < 2; half++) {
    const auto gates = rowMajor(pass.gates[half] + from * width, width);
    float* out = dx + static_cast<ptrdiff_t>(from) * F;
    multiply(to - from, F, 2 * H, gates, rowMajor(w[half].input, F), out, F, half > 0, room);
    multiply(to - from, F, H, gates.at(0, 3 * H), rowMajor(w[half].input, F).at(2 * H, 0), out, F, true, room);
  }
}

// Calls work(share) on all threads: half of them for each half, or one after the other on a single thread.
template <typename K, typename Work>
static void withShares(Team& team, int hidden, const Work& work) {
  const int threads = team.size();
  const int members[2] = {(threads + 1) / 2, std::max(1, threads / 2)};
  Barrier first(members[0]), second(members[1]);
  Barrier* const barriers[2] = {&first, &second};
  const auto share = [&](int half, int member) {
    const int blocks = (hidden + K::kCols - 1) / K::kCols, m = members[half];
    const int from = std::min(hidden, blocks * member / m * K::kCols);
    const int to = std::min(hidden, blocks * (member + 1) / m * K::kCols);
    return GruShare{half, from, to, barriers[half]};
  };
  if (threads == 1) {
    work(share(0, 0));
    work(share(1, 0));
  } else {
    team.run(threads, [&](int thread) { work(share(thread % 2, thread / 2)); });
  }
}

template <typename K>
static void gruForward(const GruSizes& s, const GruHalf (&w)[2], const float* x, float* y, float* saved) {
  GruExchange<K> exchanges[2] = {{s.batch, s.hidden}, {s.batch, s.hidden}};
  withShares<K>(team(), s.hidden, [&](const GruShare& share) {
    forwardShare<K>(s, share, w[share.half], x, y, saved, exchanges[share.half]);
  });
}

template <typename K>
static void gruBackward(const GruSizes& s, const GruHalf (&w)[2], GruBackward<K> pass, const GruHalfGradient (&out)[2], float* dx) {
  const size_t size = static_cast<size_t>(s.rows()) * 4 * s.hidden;
  typedef typename K::Stored Stored;
  Buffer<Stored> gates[2] = {allocate<Stored>(size), allocate<Stored>(size)};
  for (int half = 0; half < 2; half++) pass.gates[half] = gates[half].get();
  GruExchange<K> exchanges[2] = {{s.batch, 3 * s.hidden}, {s.batch, 3 * s.hidden}};
  withShares<K>(team(), s.hidden, [&](const GruShare& share) {
    backwardShare<K>(s, share, w[share.half], pass, out[share.half], exchanges[share.half]);
  });
  const int threads = team().size(), rows = s.rows();
  team().run(threads, [&](int thread) {
    const int panels = (rows + K::kRows - 1) / K::kRows;
    backwardInput<K>(s, w, pass, std::min(rows, panels * thread / threads * K::kRows),
                     std::min(rows, panels * (thread + 1) / threads * K::kRows), dx);
  });
}
