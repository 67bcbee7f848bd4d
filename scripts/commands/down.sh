# down: ends everything of the environment; its data stays.
#
# usage: scripts/stoa down [--env dev|test|staging|prod]
#
# Requests at hand are finished first. `scripts/stoa up` brings it back with the same data. To be rid of the data as
# well, remove var/<env> afterwards.

command_down() {
	[ $# = 0 ] || wrong "down takes no arguments; see scripts/stoa down --help."
	[ -d "$HERE" ] || { say "There is no environment $ENVIRONMENT here."; return 0; }
	take_lock
	if [ -z "$(keeper_pid)$(stoad_pid)$(nginx_pid)$(redis_pid)$(postgres_pid)" ]; then
		say "$ENVIRONMENT is not running."
		return 0
	fi
	step "stopping $ENVIRONMENT" keeper_stop
}
