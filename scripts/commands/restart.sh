# restart: ends programs and starts them again; for settings that a reload cannot change.
#
# usage: scripts/stoa restart [postgres|redis|stoad|nginx, or an AREA or POOL] [--env ENV]
#
# Without a name: stoad and nginx. A pool cannot be restarted alone, because all are forked from one master, so a
# pool's name restarts stoad. Use `reload` wherever it is enough: it loses no request.

restart_program() {
	program_restart "$1" || return 1
	wait_until 60 eval "[ -n \"\$(${1}_pid)\" ]"
}

command_restart() {
	local name names=(stoad nginx)
	[ $# -le 1 ] || wrong "restart takes one name at most; see scripts/stoa restart --help."
	need_running
	[ -n "$(keeper_pid)" ] || todo "The keeper is not running, so nothing would be started again. Run: $(stoa_command up)"
	if [ $# = 1 ]; then
		need_name "$1"
		names=("$1")
		is_program "$1" || names=(stoad)
	fi
	"$STOAD" --config "$CONFIG" --check >/dev/null || fail "The configuration is wrong, so nothing was ended; see above."
	take_lock
	allow_ports
	nginx_configure || fail "nginx does not take its configuration; see above."
	for name in "${names[@]}"; do
		step "restarting $name" restart_program "$name" || fail "$name did not come back; see $LOG/keep.log."
	done
	wait_until 30 is_ready || fail "It is not healthy again; \`$(stoa_command doctor)\` says what is wrong."
}
