// What has to be done before TensorFlow's library is loaded.
//
// begin() and end() hold back what is written on standard error between them: the library says things while it is
// loaded, before any of its settings is read. end() returns the text, so that nothing is lost.
//
// load(paths) loads libraries, so that TensorFlow's finds them by name: the search path of a process is fixed when it
// starts. It returns those that cannot be loaded, as `path: reason`.
#include <dlfcn.h>
#include <fcntl.h>
#include <node_api.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#include <string>
#include <utility>
#include <vector>

static int saved = -1;

static int OpenHolder() {
#ifdef __linux__
  return memfd_create("stderr", MFD_CLOEXEC);
#else
  FILE* file = tmpfile();
  if (file == nullptr) return -1;
  const int held = dup(fileno(file));
  fclose(file);
  return held;
#endif
}

static napi_value Begin(napi_env, napi_callback_info) {
  if (saved >= 0) return nullptr;
  const int held = OpenHolder();
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

static std::vector<std::string> StringsOf(napi_env env, napi_value list) {
  std::vector<std::string> all;
  uint32_t count = 0;
  napi_get_array_length(env, list, &count);
  for (uint32_t i = 0; i < count; i++) {
    napi_value item = nullptr;
    size_t size = 0;
    napi_get_element(env, list, i, &item);
    if (napi_get_value_string_utf8(env, item, nullptr, 0, &size) != napi_ok) continue;
    std::string text(size + 1, '\0');
    napi_get_value_string_utf8(env, item, &text[0], text.size(), &size);
    text.resize(size);
    all.push_back(text);
  }
  return all;
}

static napi_value Load(napi_env env, napi_callback_info info) {
  size_t count = 1;
  napi_value list = nullptr;
  napi_get_cb_info(env, info, &count, &list, nullptr, nullptr);
  std::vector<std::pair<std::string, std::string>> failed;
  for (const std::string& path : StringsOf(env, list)) failed.emplace_back(path, "");
  // One library may need another that comes later.
  for (size_t before = failed.size() + 1; failed.size() < before;) {
    before = failed.size();
    std::vector<std::pair<std::string, std::string>> again;
    for (const auto& [path, reason] : failed) {
      if (dlopen(path.c_str(), RTLD_NOW | RTLD_GLOBAL) == nullptr) again.emplace_back(path, dlerror());
    }
    failed = std::move(again);
  }
  napi_value result = nullptr;
  napi_create_array(env, &result);
  for (uint32_t i = 0; i < failed.size(); i++) {
    const std::string text = failed[i].first + ": " + failed[i].second;
    napi_value item = nullptr;
    napi_create_string_utf8(env, text.data(), text.size(), &item);
    napi_set_element(env, result, i, item);
  }
  return result;
}

static void Export(napi_env env, napi_value exports, const char* name, napi_callback callback) {
  napi_value function = nullptr;
  napi_create_function(env, name, NAPI_AUTO_LENGTH, callback, nullptr, &function);
  napi_set_named_property(env, exports, name, function);
}

NAPI_MODULE_INIT() {
  Export(env, exports, "begin", Begin);
  Export(env, exports, "end", End);
  Export(env, exports, "load", Load);
  return exports;
}
