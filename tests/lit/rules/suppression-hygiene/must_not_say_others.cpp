// Bare comments and names that are for other tools.
// RUN: %check %s -- %cxx | FileCheck %s --implicit-check-not='[race'
// CHECK: 0 findings
int a; // NOLINT
int b; // NOLINT(bugprone-*, cert-err58-cpp)
int c; // NOLINT(racecourse-unguarded-shared-data, racestyle-suppression-hygiene): for a platform that is not built here
// NOLINTBEGIN
int d;
// NOLINTEND
