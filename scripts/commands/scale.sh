# scale: how many workers a pool may have: scale ops=8.
#
# usage: scripts/stoa scale POOL=N [POOL=N ...] [--env ENV]
#
# Writes pm.max_children into stoa.conf and reloads. Refused, with nothing changed, when PostgreSQL has not enough
# connections for the sum.

command_scale() {
	local pair pool count before
	[ $# -gt 0 ] || wrong "Say which pool and how many: scripts/stoa scale ops=8"
	need_running
	for pair in "$@"; do
		[[ $pair =~ ^([a-z0-9-]+)=([0-9]+)$ ]] || wrong "\"$pair\" is not POOL=N."
		[ "$(pools_named "${BASH_REMATCH[1]}")" = "${BASH_REMATCH[1]}" ] || wrong "There is no pool \"${BASH_REMATCH[1]}\"."
	done
	take_lock
	before=$(cat "$CONFIG"; echo .)
	for pair in "$@"; do
		pool=${pair%%=*} count=${pair#*=}
		config_set "pool.$pool" pm.max_children "$count"
	done
	if ! "$STOAD" --config "$CONFIG" --check >/dev/null || ! (reload_all); then
		printf '%s' "${before%.}" | as_owner tee "$CONFIG" >/dev/null
		nginx_configure && nginx_reload
		fail "Nothing has changed; the reason is above."
	fi
	say "Now: $*"
}
