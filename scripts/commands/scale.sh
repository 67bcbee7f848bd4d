# scale: how many workers a pool may have: scale ops=8.
#
# usage: scripts/stoa scale POOL=N [POOL=N ...] [--env ENV]
#
# Writes pm.max_children into stoa.conf and reloads. Refused, with nothing changed, when PostgreSQL has not enough
# connections for the sum.

command_scale() {
	local pair settings=()
	[ $# -gt 0 ] || wrong "Say which pool and how many: scripts/stoa scale ops=8"
	need_running
	for pair in "$@"; do
		[[ $pair =~ ^([a-z0-9-]+)=([0-9]+)$ ]] || wrong "\"$pair\" is not POOL=N."
		[ "$(pools_named "${BASH_REMATCH[1]}")" = "${BASH_REMATCH[1]}" ] || wrong "There is no pool \"${BASH_REMATCH[1]}\"."
		settings+=("pool.${BASH_REMATCH[1]}" pm.max_children "${BASH_REMATCH[2]}")
	done
	take_lock
	apply "${settings[@]}"
	say "Now: $*"
}
