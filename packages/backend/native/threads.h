// A few threads that wait for work, and barriers between those that share it.
#pragma once
#include <atomic>
#include <condition_variable>
#include <cstdlib>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>
#if defined(__linux__)
#include <sched.h>
#endif

// How many threads compute: TF_NUM_INTRAOP_THREADS if it is set, else one for each processor of this process.
inline int threadCount() {
  if (const char* text = std::getenv("TF_NUM_INTRAOP_THREADS")) {
    const int count = std::atoi(text);
    if (count > 0) return count;
  }
#if defined(__linux__)
  cpu_set_t set;
  if (sched_getaffinity(0, sizeof set, &set) == 0 && CPU_COUNT(&set) > 0) return CPU_COUNT(&set);
#endif
  const unsigned count = std::thread::hardware_concurrency();
  return count == 0 ? 1 : static_cast<int>(count);
}

// Lets `count` threads pass when all have come. They are few and come at nearly the same time, so they spin first.
class Barrier {
 public:
  explicit Barrier(int count) : count_(count) {}
  void wait() {
    if (count_ == 1) return;
    const unsigned round = round_.load(std::memory_order_relaxed);
    if (arrived_.fetch_add(1, std::memory_order_acq_rel) == count_ - 1) {
      arrived_.store(0, std::memory_order_relaxed);
      round_.store(round + 1, std::memory_order_release);
      return;
    }
    for (int spin = 0; round_.load(std::memory_order_acquire) == round; spin++)
      if (spin > 2000) std::this_thread::yield();
  }

 private:
  const int count_;
  std::atomic<int> arrived_{0};
  std::atomic<unsigned> round_{0};
};

// Runs one function on all threads at once.
class Team {
 public:
  explicit Team(int size) : size_(size) {
    for (int i = 1; i < size; i++)
      std::thread([this, i] { loop(i); }).detach();
  }
  int size() const { return size_; }
  // Calls work(i) for each i below `count`, which is at most the size, on a thread each, and waits for all.
  void run(int count, const std::function<void(int)>& work) {
    std::lock_guard<std::mutex> one(turn_);
    {
      std::lock_guard<std::mutex> lock(mutex_);
      work_ = &work;
      count_ = count;
      left_ = count - 1;
      round_++;
    }
    wake_.notify_all();
    work(0);
    std::unique_lock<std::mutex> lock(mutex_);
    done_.wait(lock, [this] { return left_ == 0; });
    work_ = nullptr;
  }

 private:
  void loop(int i) {
    unsigned seen = 0;
    for (;;) {
      const std::function<void(int)>* work;
      {
        std::unique_lock<std::mutex> lock(mutex_);
        wake_.wait(lock, [&] { return round_ != seen; });
        seen = round_;
        if (i >= count_) continue;
        work = work_;
      }
      (*work)(i);
      std::lock_guard<std::mutex> lock(mutex_);
      if (--left_ == 0) done_.notify_one();
    }
  }

  const int size_;
  std::mutex turn_, mutex_;
  std::condition_variable wake_, done_;
  const std::function<void(int)>* work_ = nullptr;
  int count_ = 0, left_ = 0;
  unsigned round_ = 0;
};

// The threads of this process. Never destroyed: they may be waiting when it ends.
inline Team& team() {
  static Team* const all = new Team(threadCount());
  return *all;
}
