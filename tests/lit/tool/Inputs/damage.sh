# usage: damage.sh RACECOURSE TEST COMMAND PREFIX: does COMMAND to every entry ($f) of the store s; the next run says
# what PREFIX of TEST expects, the one after it nothing, and both report what a run without a store does.
check="$1 check --exit-zero --cache s"
sources="one.cpp two.cpp -- -std=c++20"
for f in $(find s/units s/runs -type f); do eval "$3"; done
$check $sources >out 2>err && cmp out none && FileCheck "$2" --check-prefix="$4" <err || exit 1
$check -v $sources >out 2>err && cmp out none && FileCheck "$2" --check-prefix=HEALED <err
