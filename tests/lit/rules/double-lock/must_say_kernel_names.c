// The kernel's names, declared only.
// RUN: %check %s -- %cc | FileCheck %s --implicit-check-not='[racecourse-'
typedef struct {
  int raw;
} spinlock_t;
void spin_lock(spinlock_t*);
void spin_unlock(spinlock_t*);

static spinlock_t queue_lock;
static int queued;

static void enqueue(void) {
  spin_lock(&queue_lock);
  queued++;
  spin_unlock(&queue_lock);
}

void submit(void) {
  spin_lock(&queue_lock);
  enqueue();
  // CHECK: {{error|warning}}: {{.*}}`queue_lock`{{.*}}[racecourse-double-lock]
  spin_unlock(&queue_lock);
}
// CHECK: 1 unit, {{.+}}, 1 finding{{$}}
