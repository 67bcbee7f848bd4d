#!/bin/bash
# accounts.sh -- what is promised of accounts, clients and plans, as one table: lists and searches (lists), and the choice
# of a plan (choice).  The short form has 200,000 of each; --all has two million, which take some minutes to make.
#
# usage: scripts/stoa bench accounts [--all]

many=200000
[ "${1:-}" != --all ] || many=2000000
make -s benches || exit 1
status=0
tests/bench/lists_bench 10000 $many || status=1
tests/bench/choice_bench || status=1
exit $status
