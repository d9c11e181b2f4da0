// Holds back what is written on standard error between begin() and end(): TensorFlow's library says things while it is
// loaded, before any of its settings is read. end() returns the text, so that nothing is lost.
#include <fcntl.h>
#include <node_api.h>
#include <sys/mman.h>
#include <unistd.h>

#include <string>

static int saved = -1;

static napi_value Begin(napi_env, napi_callback_info) {
  if (saved >= 0) return nullptr;
  const int held = memfd_create("stderr", MFD_CLOEXEC);
  if (held < 0) return nullptr;
  saved = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3);
  if (saved >= 0) dup2(held, STDERR_FILENO);
  close(held);
  return nullptr;
}

static napi_value End(napi_env env, napi_callback_info) {
  std::string text;
  if (saved >= 0) {
    lseek(STDERR_FILENO, 0, SEEK_SET);
    char part[4096];
    for (ssize_t n; (n = read(STDERR_FILENO, part, sizeof part)) > 0;) text.append(part, n);
    dup2(saved, STDERR_FILENO);
    close(saved);
    saved = -1;
  }
  napi_value result = nullptr;
  napi_create_string_utf8(env, text.data(), text.size(), &result);
  return result;
}

NAPI_MODULE_INIT() {
  napi_value begin = nullptr;
  napi_value end = nullptr;
  napi_create_function(env, "begin", NAPI_AUTO_LENGTH, Begin, nullptr, &begin);
  napi_create_function(env, "end", NAPI_AUTO_LENGTH, End, nullptr, &end);
  napi_set_named_property(env, exports, "begin", begin);
  napi_set_named_property(env, exports, "end", end);
  return exports;
}
