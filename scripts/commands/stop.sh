# stop: stops the environment, or one pool or area of it.
#
# usage: scripts/stoa stop [AREA or POOL] [--env ENV]
#
# Without a name it is `down`. With one, the pool is left out of `pools` in stoa.conf and a new generation takes over:
# requests at hand are finished, later ones are answered 503. `scripts/stoa start NAME` brings it back.

command_stop() {
	local pools rest
	[ $# -le 1 ] || wrong "stop takes one name at most; see scripts/stoa stop --help."
	if [ $# = 0 ]; then
		. "$TOP/scripts/commands/down.sh"
		command_down
		return
	fi
	need_running
	need_name "$1"
	is_program "$1" && wrong "$1 is a part of the whole; \`$(stoa_command stop)\` stops everything."
	pools=$(pools_named "$1")
	rest=$(pool_rows | awk -F'\t' '$7 == "on" { print $1 }' | grep -vxF -- "$pools")
	[ -n "$rest" ] || wrong "Nothing would be left; \`$(stoa_command stop)\` stops everything."
	take_lock
	apply global pools "$(paste -sd, <<<"$rest" | sed 's/,/, /g')"
	say "Stopped: $(paste -sd' ' <<<"$pools"). Back with: $(stoa_command start "$1")"
}
