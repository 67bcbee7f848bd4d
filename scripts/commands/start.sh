# start: starts the environment again, or one pool or area that was stopped.
#
# usage: scripts/stoa start [AREA or POOL] [--env ENV]
#
# Without a name it is `up` without installing and building. With one, the pool is put back into `pools` in stoa.conf
# and a new generation takes over; nobody's request is lost.

command_start() {
	local pools all
	[ $# -le 1 ] || wrong "start takes one name at most; see scripts/stoa start --help."
	need_installed
	if [ $# = 0 ]; then
		. "$TOP/scripts/commands/up.sh"
		take_lock
		up_start
		return
	fi
	need_running
	need_name "$1"
	is_program "$1" && { say "$1 runs whenever the environment does."; return 0; }
	pools=$(pools_named "$1")
	all=$( { pool_rows | awk -F'\t' '$7 == "on" { print $1 }'; echo "$pools"; } | sort -u)
	[ "$(wc -l <<<"$all")" != "$(pool_rows | wc -l)" ] || all=
	take_lock
	apply global pools "$(paste -sd, <<<"$all" | sed 's/,/, /g')"
	say "Running: $(paste -sd' ' <<<"$pools")"
}
