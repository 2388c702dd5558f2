// A library's header: one class that was made to be shared, and one that was not.
#pragma once
#include <atomic>

namespace library {

class Server {
public:
  void listen();
  void stop();

private:
  std::atomic<bool> running_{false};
};

class Session {
public:
  void send();
  int sent() const;

private:
  int sent_ = 0;
};

} // namespace library
