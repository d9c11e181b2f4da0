// Registers the kernels of @halp/backend as operations of TensorFlow, through its C interface, when this library is
// loaded. Node loads it as an addon that exports what bfloat16 is multiplied by.
#include <node_api.h>
#include <cstdint>
#include <vector>
#include "factors.h"
#include "gru.h"
#include "tensorflow/c/kernels.h"
#include "tensorflow/c/ops.h"
#include "tensorflow/c/tf_status.h"
#include "tensorflow/c/tf_tensor.h"
#if defined(__GLIBC__)
#include <malloc.h>
#endif

namespace {

// The inputs and outputs of one call, released at its end.
class Call {
 public:
  explicit Call(TF_OpKernelContext* context) : context_(context), status_(TF_NewStatus()) {}
  ~Call() {
    for (TF_Tensor* tensor : held_) TF_DeleteTensor(tensor);
    TF_DeleteStatus(status_);
  }
  TF_Tensor* input(int index) {
    TF_Tensor* tensor = nullptr;
    TF_GetInput(context_, index, &tensor, status_);
    if (TF_GetCode(status_) != TF_OK) return fail(), nullptr;
    held_.push_back(tensor);
    return tensor;
  }
  // The numbers of an input, of which there must be so many, if that is known.
  const float* floats(int index, int64_t count = -1) {
    TF_Tensor* tensor = input(index);
    if (tensor == nullptr) return nullptr;
    expect(count < 0 || TF_TensorElementCount(tensor) == count, "expected inputs of matching shapes, got another shape");
    return static_cast<const float*>(TF_TensorData(tensor));
  }
  float* output(int index, std::vector<int64_t> shape) {
    size_t bytes = sizeof(float);
    for (int64_t size : shape) bytes *= size;
    TF_Tensor* tensor = TF_AllocateOutput(context_, index, TF_FLOAT, shape.data(), shape.size(), bytes, status_);
    if (TF_GetCode(status_) != TF_OK) return fail(), nullptr;
    held_.push_back(tensor);
    return static_cast<float*>(TF_TensorData(tensor));
  }
  void expect(bool condition, const char* what) {
    if (condition || !ok_) return;
    TF_SetStatus(status_, TF_INVALID_ARGUMENT, what);
    fail();
  }
  bool ok() const { return ok_; }

 private:
  void fail() {
    ok_ = false;
    TF_OpKernelContext_Failure(context_, status_);
  }
  TF_OpKernelContext* context_;
  TF_Status* status_;
  std::vector<TF_Tensor*> held_;
  bool ok_ = true;
};

struct Flags {
  bool first = false, second = false;
  Factors factors = Factors::kFloat32;
};

bool flagOf(TF_OpKernelConstruction* construction, const char* name, TF_Status* status) {
  unsigned char value = 0;
  TF_OpKernelConstruction_GetAttrBool(construction, name, &value, status);
  return value != 0;
}

void* createWith(TF_OpKernelConstruction* construction, const char* first, const char* second) {
  TF_Status* status = TF_NewStatus();
  int64_t factors = 0;
  TF_OpKernelConstruction_GetAttrInt64(construction, "factors", &factors, status);
  Flags* flags = new Flags{flagOf(construction, first, status), flagOf(construction, second, status), chosen(factors)};
  if (TF_GetCode(status) == TF_OK && !available(flags->factors))
    TF_SetStatus(status, TF_UNIMPLEMENTED, "HalpGru: this processor cannot multiply factors of that kind");
  if (TF_GetCode(status) != TF_OK) TF_OpKernelConstruction_Failure(construction, status);
  TF_DeleteStatus(status);
  return flags;
}

void* createForward(TF_OpKernelConstruction* c) { return createWith(c, "reversed", "keep"); }
void* createBackward(TF_OpKernelConstruction* c) { return createWith(c, "reversed", "last_only"); }
void deleteFlags(void* flags) { delete static_cast<Flags*>(flags); }

// x [T, N, F]; of each half weight_ih, weight_hh, bias_ih, bias_hh from `first` on.
GruSizes sizesOf(Call& call, TF_Tensor* x, TF_Tensor* recurrent, bool reversed) {
  call.expect(TF_NumDims(x) == 3 && TF_NumDims(recurrent) == 2, "HalpGru: expected x [T, N, F] and weight_hh [3H, H]");
  if (!call.ok()) return {};
  return {static_cast<int>(TF_Dim(x, 0)), static_cast<int>(TF_Dim(x, 1)), static_cast<int>(TF_Dim(x, 2)),
          static_cast<int>(TF_Dim(recurrent, 1)), reversed};
}

void computeForward(void* kernel, TF_OpKernelContext* context) {
  const Flags& flags = *static_cast<Flags*>(kernel);
  Call call(context);
  TF_Tensor* x = call.input(0);
  TF_Tensor* recurrent = call.input(2);
  if (!call.ok()) return;
  const GruSizes s = sizesOf(call, x, recurrent, flags.first);
  GruHalf w[2];
  for (int half = 0; half < 2 && call.ok(); half++)
    w[half] = {call.floats(1 + half * 4, s.inputWeights()), call.floats(2 + half * 4, s.recurrentWeights()),
               call.floats(3 + half * 4, 3 * s.hidden), call.floats(4 + half * 4, 3 * s.hidden)};
  if (!call.ok()) return;
  float* y = call.output(0, {s.frames, s.batch, 2 * s.hidden});
  float* saved = flags.second ? call.output(1, {s.frames, 2, s.batch, 4 * s.hidden}) : call.output(1, {0});
  if (!call.ok()) return;
  withFactors(flags.factors, [&](auto kind) {
    gruForward<typename decltype(kind)::Type>(s, w, static_cast<const float*>(TF_TensorData(x)), y,
                                              flags.second ? saved : nullptr);
  });
}

// upstream, x, y, saved, then of each half weight_ih and weight_hh.
void computeBackward(void* kernel, TF_OpKernelContext* context) {
  const Flags& flags = *static_cast<Flags*>(kernel);
  Call call(context);
  TF_Tensor* x = call.input(1);
  TF_Tensor* recurrent = call.input(5);
  if (!call.ok()) return;
  const GruSizes s = sizesOf(call, x, recurrent, flags.first);
  const int64_t states = int64_t{2} * s.batch * s.hidden;
  const float* upstream = call.floats(0, flags.second ? states : states * s.frames);
  const float* y = call.floats(2, states * s.frames);
  const float* saved = call.floats(3, 4 * states * s.frames);
  GruHalf w[2];
  for (int half = 0; half < 2 && call.ok(); half++)
    w[half] = {call.floats(4 + half * 2, s.inputWeights()), call.floats(5 + half * 2, s.recurrentWeights()), nullptr, nullptr};
  if (!call.ok()) return;
  float* dx = call.output(0, {s.frames, s.batch, s.inputs});
  GruHalfGradient gradients[2];
  for (int half = 0; half < 2 && call.ok(); half++)
    gradients[half] = {call.output(1 + half * 4, {3 * s.hidden, s.inputs}), call.output(2 + half * 4, {3 * s.hidden, s.hidden}),
                       call.output(3 + half * 4, {3 * s.hidden}), call.output(4 + half * 4, {3 * s.hidden})};
  if (!call.ok()) return;
  withFactors(flags.factors, [&](auto kind) {
    typedef typename decltype(kind)::Type K;
    const GruBackward<K> pass = {static_cast<const float*>(TF_TensorData(x)), y, saved, upstream, flags.second, {}};
    gruBackward<K>(s, w, pass, gradients, dx);
  });
}

// t + rate * (s - t) for each pair; inputs: the targets, the sources, the rate.
void computeEma(void*, TF_OpKernelContext* context);
// v' = momentum * v + g + decay * p, p' = p - rate * v'; inputs: the parameters, velocities and gradients, then
// [rate, momentum, decay]; outputs: the parameters, the velocities.
void computeSgd(void*, TF_OpKernelContext* context);

// Splits [0, size) among all threads.
template <typename Work>
void inParallel(int64_t size, const Work& work) {
  const int threads = size < 100000 ? 1 : team().size();
  const int64_t block = (size + threads - 1) / threads;
  const auto part = [&](int i) { work(std::min<int64_t>(size, i * block), std::min<int64_t>(size, (i + 1) * block)); };
  if (threads == 1) part(0);
  else team().run(threads, part);
}

std::vector<int64_t> shapeOf(TF_Tensor* tensor) {
  std::vector<int64_t> shape(TF_NumDims(tensor));
  for (size_t i = 0; i < shape.size(); i++) shape[i] = TF_Dim(tensor, i);
  return shape;
}

void computeEma(void*, TF_OpKernelContext* context) {
  Call call(context);
  const int count = (TF_NumInputs(context) - 1) / 2;
  const float* rateAt = call.floats(2 * count, 1);
  if (!call.ok()) return;
  const float rate = *rateAt;
  for (int i = 0; i < count; i++) {
    TF_Tensor* target = call.input(i);
    if (!call.ok()) return;
    const float* s = call.floats(count + i, TF_TensorElementCount(target));
    if (!call.ok()) return;
    const float* t = static_cast<const float*>(TF_TensorData(target));
    float* out = call.output(i, shapeOf(target));
    if (!call.ok()) return;
    inParallel(TF_TensorElementCount(target), [=](int64_t from, int64_t to) {
      for (int64_t k = from; k < to; k++) out[k] = t[k] + rate * (s[k] - t[k]);
    });
  }
}

void computeSgd(void*, TF_OpKernelContext* context) {
  Call call(context);
  const int count = (TF_NumInputs(context) - 1) / 3;
  const float* constants = call.floats(3 * count, 3);
  if (!call.ok()) return;
  const float rate = constants[0], momentum = constants[1], decay = constants[2];
  for (int i = 0; i < count; i++) {
    TF_Tensor* parameter = call.input(i);
    if (!call.ok()) return;
    const float* v = call.floats(count + i, TF_TensorElementCount(parameter));
    const float* g = call.floats(2 * count + i, TF_TensorElementCount(parameter));
    if (!call.ok()) return;
    const float* p = static_cast<const float*>(TF_TensorData(parameter));
    float* newP = call.output(i, shapeOf(parameter));
    float* newV = call.output(count + i, shapeOf(parameter));
    if (!call.ok()) return;
    inParallel(TF_TensorElementCount(parameter), [=](int64_t from, int64_t to) {
      for (int64_t k = from; k < to; k++) {
        const float next = g[k] + decay * p[k] + momentum * v[k];
        newV[k] = next;
        newP[k] = p[k] - rate * next;
      }
    });
  }
}

typedef void (*ShapeFunction)(TF_ShapeInferenceContext*, TF_Status*);
typedef void* (*Create)(TF_OpKernelConstruction*);
typedef void (*Compute)(void*, TF_OpKernelContext*);

bool registerOp(const char* name, const std::vector<const char*>& attributes, const std::vector<const char*>& inputs,
                const std::vector<const char*>& outputs, Create create, Compute compute, void (*destroy)(void*)) {
  TF_OpDefinitionBuilder* op = TF_NewOpDefinitionBuilder(name);
  for (const char* attribute : attributes) TF_OpDefinitionBuilderAddAttr(op, attribute);
  for (const char* input : inputs) TF_OpDefinitionBuilderAddInput(op, input);
  for (const char* output : outputs) TF_OpDefinitionBuilderAddOutput(op, output);
  TF_OpDefinitionBuilderSetShapeInferenceFunction(op, &TF_ShapeInferenceContextSetUnknownShape);
  TF_Status* status = TF_NewStatus();
  TF_RegisterOpDefinition(op, status);
  if (TF_GetCode(status) == TF_OK) {
    TF_KernelBuilder* kernel = TF_NewKernelBuilder(name, "CPU", create, compute, destroy);
    TF_RegisterKernelBuilder(name, kernel, status);
  }
  const bool good = TF_GetCode(status) == TF_OK;
  TF_DeleteStatus(status);
  return good;
}

bool registerAll() {
  return registerOp("HalpGruForward", {"reversed: bool", "keep: bool", "factors: int"}, {"x: float", "weight_ih: float", "weight_hh: float", "bias_ih: float", "bias_hh: float", "weight_ih_reverse: float", "weight_hh_reverse: float", "bias_ih_reverse: float", "bias_hh_reverse: float"},
                    {"y: float", "saved: float"}, createForward, computeForward, deleteFlags) &&
         registerOp("HalpGruBackward", {"reversed: bool", "last_only: bool", "factors: int"},
                    {"upstream: float", "x: float", "y: float", "saved: float", "weight_ih: float", "weight_hh: float", "weight_ih_reverse: float", "weight_hh_reverse: float"},
                    {"dx: float", "d_weight_ih: float", "d_weight_hh: float", "d_bias_ih: float", "d_bias_hh: float", "d_weight_ih_reverse: float", "d_weight_hh_reverse: float", "d_bias_ih_reverse: float", "d_bias_hh_reverse: float"}, createBackward, computeBackward, deleteFlags) &&
         registerOp("HalpEma", {"N: int >= 1"}, {"targets: N * float", "sources: N * float", "rate: float"},
                    {"next: N * float"}, nullptr, computeEma, nullptr) &&
         registerOp("HalpSgd", {"N: int >= 1"},
                    {"parameters: N * float", "velocities: N * float", "gradients: N * float", "constants: float"},
                    {"next: N * float", "next_velocities: N * float"}, nullptr, computeSgd, nullptr);
}

// Large tensors would otherwise be given back to the system and faulted in again at every operation.
void keepFreedMemory() {
#if defined(__GLIBC__)
  mallopt(M_MMAP_THRESHOLD, 1 << 30);
  mallopt(M_TRIM_THRESHOLD, 2147483647);
  mallopt(M_TOP_PAD, 256 << 20);
#endif
}

napi_value init(napi_env env, napi_value exports) {
  static const bool registered = registerAll();
  if (!registered) napi_throw_error(env, nullptr, "TensorFlow refused the operations of @halp/backend");
  else keepFreedMemory();
  // What bfloat16 is multiplied by here.
  napi_value name;
  napi_create_string_utf8(env, nameOf(chosen(1)), NAPI_AUTO_LENGTH, &name);
  napi_set_named_property(env, exports, "bfloat16", name);
  return exports;
}

}  // namespace

NAPI_MODULE(NODE_GYP_MODULE_NAME, init)
