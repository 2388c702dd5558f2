// sig_atomic_t between a handler and its thread; a register of a device.
// RUN: %check --rules racestyle-volatile-synchronisation %s -- %cc | FileCheck %s --allow-empty --implicit-check-not='[race'
// CHECK: 0 findings
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
static volatile sig_atomic_t stop;
static void on_signal(int n) { (void)n; stop = 1; }
static void* work(void* arg) {
  *(volatile uint32_t*)arg = 1;
  return 0;
}
int main(void) {
  uint32_t device;
  signal(SIGINT, on_signal);
  pthread_t t;
  pthread_create(&t, 0, work, &device);
  while (!stop) *(volatile uint32_t*)&device;
  pthread_join(t, 0);
  return 0;
}
