# Read by ctest before any test runs. What one test finds out must not help another, nor must what a person's own run has left
# above the build folder; tests of the store name one.
set(ENV{RACECOURSE_STORE} off)
