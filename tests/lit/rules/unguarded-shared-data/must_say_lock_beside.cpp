// A lock beside a member says that the member is shared. One method that forgot it is enough, however few the others.
// RUN: %check %s -- %cxx | FileCheck %s
#include <mutex>

class ForgottenReader {
public:
  void increment() {
    std::lock_guard guard(mu_);
    ++value_;
  }
  // CHECK: lock_beside.cpp:[[@LINE+1]]:{{[0-9]+}}: warning: `ForgottenReader::value_` is read {{.+}} without `ForgottenReader::mu_`
  int get() const { return value_; }

private:
  mutable std::mutex mu_;
  int value_ = 0;
};

class ForgottenWriter {
public:
  // CHECK: lock_beside.cpp:[[@LINE+1]]:{{[0-9]+}}: warning: `ForgottenWriter::value_` is written {{.+}} without `ForgottenWriter::mu_`
  void reset() { value_ = 0; }
  int get() const {
    std::lock_guard guard(mu_);
    return value_;
  }

private:
  mutable std::mutex mu_;
  int value_ = 0;
};

// Every write holds it; what reads without it are suspects, many or few.
class ManyReaders {
public:
  void set(int value) {
    std::lock_guard guard(mu_);
    value_ = value;
  }
  // CHECK: lock_beside.cpp:[[@LINE+1]]:{{[0-9]+}}: warning: `ManyReaders::value_` is read {{.+}} without `ManyReaders::mu_`
  int get() const { return value_; }
  bool isSet() const { return value_ != 0; }
  bool isBig() const { return value_ > 100; }

private:
  mutable std::mutex mu_;
  int value_ = 0;
};

// Two locks beside it, and each access has its own.
class TwoLocks {
public:
  void add() {
    std::lock_guard guard(first_);
    ++value_;
  }
  void remove() {
    std::lock_guard guard(second_);
    // CHECK: lock_beside.cpp:[[@LINE+1]]:{{[0-9]+}}: warning: `TwoLocks::value_` is updated {{.+}} without `TwoLocks::first_`
    --value_;
  }

private:
  std::mutex first_, second_;
  int value_ = 0;
};
// CHECK: 4 findings
