// A node locks itself and then its child: two instances of one member, ordered by the tree.
// RUN: %check %s -- %cxx | FileCheck %s --implicit-check-not='[racecourse-'
// CHECK: 1 unit, {{.+}}, 0 findings{{$}}
#include <mutex>
#include <thread>

struct Node {
  std::mutex mu;
  int value = 0;
  Node* child = nullptr;
};

void update(Node& node) {
  std::lock_guard parent(node.mu);
  if (!node.child) return;
  std::lock_guard below(node.child->mu);
  node.child->value = ++node.value;
}

int main() {
  Node leaf;
  Node root;
  root.child = &leaf;
  std::thread one([&] { update(root); }), two([&] { update(root); });
  one.join();
  two.join();
}
