# ledger: says whether every balance follows from the transfers, and if not, which row is the first that is wrong.
#
# usage: scripts/stoa ledger verify [--env ENV]
#
# Plays all transfers again, in one snapshot, while everything goes on. Exits 1 when something is wrong.

command_ledger() {
	[ "${1:-}" = verify ] && [ $# = 1 ] || wrong "usage: scripts/stoa ledger verify [--env ENV]"
	need_installed
	as_owner "$STOAD" --config "$CONFIG" --ledger verify
}
