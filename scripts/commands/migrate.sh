# migrate: brings the database up to date; `migrate status` only says how it stands.
#
# usage: scripts/stoa migrate [status] [--env ENV]

command_migrate() {
	[ $# = 0 ] || [ "$*" = status ] || wrong "usage: scripts/stoa migrate [status]"
	need_installed
	as_owner "$STOAD" --config "$CONFIG" --migrate "$@"
}
