#!/bin/bash
# up.sh -- how long `scripts/stoa up` takes when everything is built: from nothing running to all pools ready, and when
# all runs already.  At most three seconds each.
#
# usage: scripts/stoa bench up

top=$(cd "$(dirname "$0")/../.." && pwd)
most=3000

milliseconds() { echo $(($(date +%s%N) / 1000000)); }

# `timed NAME COMMAND...`: prints how long it took; fails past the most.
timed() {
	local name=$1 began took
	shift
	began=$(milliseconds)
	"$@" >/dev/null 2>&1 9>&- || { echo "$name: it failed"; return 1; }
	took=$(($(milliseconds) - began))
	printf '%-28s %5d ms (at most %d ms)%s\n' "$name" $took $most "$([ $took -le $most ] || echo '  MISSED')"
	[ $took -le $most ]
}

"$top/scripts/stoa" up --env test >/dev/null 2>&1 || { echo "scripts/stoa up --env test fails"; exit 1; }
"$top/scripts/stoa" down --env test >/dev/null 2>&1
status=0
timed "up, from nothing running" "$top/scripts/stoa" up --env test || status=1
timed "up, a second time" "$top/scripts/stoa" up --env test || status=1
exit $status
