// racecourse::process_pool: tasks in processes of their own, so that one which crashes takes nobody with it. Workers are
// forked by the constructor; construct the pool before other threads exist, and no fork happens under threads later.
//
// A task is a plain function and arguments that can be copied as bytes, because that is what crosses between processes:
// the workers are copies of this program, so a function has one address in all of them. Results likewise. An exception
// of a task comes back as process_error with its text; a worker that dies fails its task the same way, and the pool goes
// on with one worker less.
//
// Threads: all calls from any. Ownership: the pool owns its workers; the destructor ends them when all tasks are done.
// Cost: a task is two writes and two reads of a pipe.
#pragma once

#include "racecourse/thread_pool.h"

#include <cerrno>
#include <cstring>
#include <new>
#include <string>
#include <sys/socket.h>
#include <sys/wait.h>
#include <system_error>
#include <unistd.h>

namespace racecourse {

/// What became of a task that did not return.
struct process_error : std::runtime_error {
  using std::runtime_error::runtime_error;
};

class process_pool {
public:
  /// 0 workers: as many as the machine has processors. Throws std::system_error when they cannot be started. The name is
  /// kept, not copied.
  explicit process_pool(std::size_t max_workers = 0, const char* name = "process_pool")
      : workers_(
            fork_workers(max_workers != 0 ? max_workers : std::max(1u, std::thread::hardware_concurrency()))),
        threads_(workers_.size(), name) {
    for (std::size_t i = 0; i < workers_.size(); ++i)
      idle_.push_back(i);
  }
  ~process_pool() { shutdown(); }
  process_pool(const process_pool&) = delete;
  process_pool& operator=(const process_pool&) = delete;

  /// Throws std::runtime_error after shutdown.
  template <class Result, class... Parameters, class... Args>
  future<Result> submit(Result (*function)(Parameters...), Args&&... args) {
    static_assert((std::is_trivially_copyable_v<std::decay_t<Parameters>> && ...),
                  "arguments cross to another process as bytes");
    static_assert(std::is_void_v<Result> || std::is_trivially_copyable_v<detail::Stored<Result>>,
                  "the result crosses from another process as bytes");
    std::string request;
    append(request, &run<Result, std::decay_t<Parameters>...>);
    append(request, function);
    (append(request, static_cast<std::decay_t<Parameters>>(std::forward<Args>(args))), ...);
    return threads_.submit([this, request] {
      std::string reply = ask(request);
      if constexpr (!std::is_void_v<Result>) {
        const char* from = reply.data();
        return take<Result>(from);
      }
    });
  }

  /// As thread_pool's.
  void shutdown(bool wait = true, bool cancel_futures = false) {
    threads_.shutdown(wait, cancel_futures);
    if (!wait) return;
    for (Worker& worker : workers_)
      end(worker);
  }

  std::size_t max_workers() const { return workers_.size(); }
  /// Workers that have not died.
  std::size_t alive() const {
    std::lock_guard lock(mutex_);
    std::size_t count = 0;
    for (const Worker& worker : workers_)
      count += worker.socket >= 0;
    return count;
  }

private:
  struct Worker {
    pid_t process;
    int socket; ///< -1: it is gone
  };
  using Run = void (*)(const char* request, std::string& reply);

  template <class T> static void append(std::string& bytes, const T& value) {
    bytes.append(reinterpret_cast<const char*>(&value), sizeof value);
  }
  template <class T> static T take(const char*& from) {
    alignas(T) char room[sizeof(T)];
    memcpy(room, from, sizeof room);
    from += sizeof room;
    return *std::launder(reinterpret_cast<T*>(room));
  }

  /// In the worker: the function and its arguments out of the request, the result into the reply.
  template <class Result, class... Parameters> static void run(const char* request, std::string& reply) {
    auto function = take<Result (*)(Parameters...)>(request);
    std::tuple<Parameters...> arguments{take<Parameters>(request)...}; // braces: from left to right
    if constexpr (std::is_void_v<Result>)
      std::apply(function, arguments);
    else
      append(reply, std::apply(function, arguments));
  }

  static bool send_all(int socket, const char* bytes, std::size_t count) {
    while (count > 0) {
      ssize_t sent = ::send(socket, bytes, count, MSG_NOSIGNAL);
      if (sent < 0 && errno == EINTR) continue;
      if (sent <= 0) return false;
      bytes += sent;
      count -= static_cast<std::size_t>(sent);
    }
    return true;
  }
  static bool receive_all(int socket, char* bytes, std::size_t count) {
    while (count > 0) {
      ssize_t got = ::recv(socket, bytes, count, 0);
      if (got < 0 && errno == EINTR) continue;
      if (got <= 0) return false;
      bytes += got;
      count -= static_cast<std::size_t>(got);
    }
    return true;
  }
  // A message is a size, a byte that is 1 for a failure, and the bytes.
  static bool send_message(int socket, bool failed, const std::string& text) {
    std::size_t size = text.size();
    char header[sizeof size + 1];
    memcpy(header, &size, sizeof size);
    header[sizeof size] = failed;
    return send_all(socket, header, sizeof header) && send_all(socket, text.data(), size);
  }
  static bool receive_message(int socket, bool& failed, std::string& text) {
    std::size_t size;
    char header[sizeof size + 1];
    if (!receive_all(socket, header, sizeof header)) return false;
    memcpy(&size, header, sizeof size);
    failed = header[sizeof size] != 0;
    text.resize(size);
    return receive_all(socket, text.data(), size);
  }

  [[noreturn]] static void work_on(int socket) {
    std::string request;
    bool unused;
    while (receive_message(socket, unused, request)) {
      std::string reply;
      bool failed = false;
      try {
        const char* from = request.data();
        Run call = take<Run>(from);
        call(from, reply);
      } catch (const std::exception& exception) {
        failed = true;
        reply = exception.what();
      } catch (...) {
        failed = true;
        reply = "an exception that is no std::exception";
      }
      if (!send_message(socket, failed, reply)) break;
    }
    _exit(0); // without the parent's destructors and buffers
  }

  static std::vector<Worker> fork_workers(std::size_t count) {
    std::vector<Worker> workers;
    for (std::size_t i = 0; i < count; ++i) {
      int pair[2] = {-1, -1};
      pid_t process = -1;
      if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) == 0) process = ::fork();
      if (process == 0) {
        ::close(pair[0]);
        for (const Worker& earlier : workers)
          ::close(earlier.socket); // or they would never see the end of their requests
        work_on(pair[1]);
      }
      int error = errno;
      if (pair[1] >= 0) ::close(pair[1]);
      if (process < 0) {
        if (pair[0] >= 0) ::close(pair[0]);
        for (Worker& worker : workers)
          end(worker);
        throw std::system_error(error, std::generic_category(), "racecourse::process_pool");
      }
      workers.push_back({process, pair[0]});
    }
    return workers;
  }
  static void end(Worker& worker) {
    if (worker.socket < 0) return;
    ::close(worker.socket);
    worker.socket = -1;
    int status;
    while (::waitpid(worker.process, &status, 0) < 0 && errno == EINTR) {
    }
  }

  /// On a thread of `threads_`, of which there are as many as workers: an idle one is there unless workers died.
  std::string ask(const std::string& request) {
    std::size_t index;
    {
      std::unique_lock lock(mutex_);
      came_back_.wait(lock, [this] { return !idle_.empty() || dead_ == workers_.size(); });
      if (idle_.empty()) throw process_error("racecourse::process_pool: all workers have died");
      index = idle_.back();
      idle_.pop_back();
    }
    Worker& worker = workers_[index];
    std::string reply;
    bool failed = false;
    bool answered =
        send_message(worker.socket, false, request) && receive_message(worker.socket, failed, reply);
    {
      std::lock_guard lock(mutex_);
      if (answered) {
        idle_.push_back(index);
      } else {
        end(worker);
        ++dead_;
      }
      came_back_.notify_all();
    }
    if (!answered) throw process_error("racecourse::process_pool: the worker died of this task");
    if (failed) throw process_error(reply);
    return reply;
  }

  mutable std::mutex mutex_;
  std::condition_variable came_back_;
  std::vector<Worker> workers_; ///< forked before threads_ has a thread
  std::vector<std::size_t> idle_;
  std::size_t dead_ = 0;
  thread_pool threads_; ///< one thread waits for each worker; destroyed first
};

} // namespace racecourse
