// No such rule; other tools' names are their business.
// RUN: %check %s -- %cxx | FileCheck %s --implicit-check-not='[race'
int first; // NOLINT(racecourse-lock-leek)
// CHECK: :[[@LINE-1]]:{{[0-9]+}}: note: `racecourse-lock-leek` is no rule, so this comment silences nothing by it; did you mean `racecourse-lock-leak`? [racestyle-suppression-hygiene]
// NOLINTNEXTLINE(bugprone-anything, racestyle-no-such-thing-at-all)
// CHECK: :[[@LINE-1]]:{{[0-9]+}}: note: `racestyle-no-such-thing-at-all` is no rule, so this comment silences nothing by it [racestyle-suppression-hygiene]
int second;
int sum() { return first + second; }
