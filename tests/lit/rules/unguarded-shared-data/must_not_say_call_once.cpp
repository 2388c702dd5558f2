// call_once and function-local statics initialise once, before anyone's use.
// RUN: %check %s -- %cxx | FileCheck %s --implicit-check-not='[racecourse-'
// CHECK: 1 unit, {{.+}}, 0 findings{{$}}
#include <mutex>
#include <string>
#include <thread>

std::once_flag once;
std::string* table = nullptr;

const std::string& get() {
  std::call_once(once, [] { table = new std::string("ready"); });
  return *table;
}

const std::string& other() {
  static const std::string text = "static";
  return text;
}

int main() {
  std::thread first([] { get().size(); }), second([] { other().size(); });
  get();
  first.join();
  second.join();
}
