#include "tests/runtime/situation.h"

#include <cstdio>
#include <cstring>

static Situation* first = nullptr;

Situation::Situation(const char* name, const char* expected, bool hangs, void (*run)())
    : name(name), expected(expected), hangs(hangs), run(run), next(first) {
  first = this;
}

int main(int count, char** arguments) {
  if (count == 2 && strcmp(arguments[1], "--list") == 0) {
    for (const Situation* one = first; one; one = one->next)
      printf("%s\t%d\t%s\n", one->name, one->hangs, one->expected);
    return 0;
  }
  for (const Situation* one = first; count == 2 && one; one = one->next)
    if (strcmp(arguments[1], one->name) == 0) {
      one->run();
      return 0;
    }
  fprintf(stderr, "usage: situations NAME | --list\n");
  return 2;
}
