# reload: a new generation of workers with the configuration as it is now; loses no request.
#
# usage: scripts/stoa reload [AREA or POOL, or nginx] [--env ENV]
#
# All pools of a host are forked from one master, so a name only says what you care about: the others hand over as
# well, and none of them notices. A configuration with a mistake changes nothing.

command_reload() {
	[ $# -le 1 ] || wrong "reload takes one name at most; see scripts/stoa reload --help."
	need_running
	[ $# = 0 ] || need_name "$1"
	take_lock
	if [ "${1:-}" = nginx ]; then
		nginx_configure && nginx_reload
		return
	fi
	reload_all
}
