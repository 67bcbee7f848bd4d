# audit: says whether the audit is whole, and if not, which row was changed, dropped or moved.
#
# usage: scripts/stoa audit verify [--file EXPORT] [--seal NUMBER:HASH] [--env ENV]
#
#   --file  lines of GET /v1/audit/export instead of the database; - is standard input
#   --seal  a seal that must be there; without it, the last that the log tells of
#
# Exits 1 when something is wrong. How it works, and how to check an export without us: handlers/audit/README.md.

# The log is not in the database: whoever cut the end off the chain has not cut it off there.
last_seal_of_log() {
	grep -hs '"message":"sealed"' "$LOG/stoad.log" | tail -n 1 |
		sed -n 's/.*"seal":\([0-9]*\),.*"hash":"\([0-9a-f]*\)".*/\1:\2/p'
}

command_audit() {
	local arguments=("$@") seal
	[ "${1:-}" = verify ] || wrong "usage: scripts/stoa audit verify [--file EXPORT] [--seal NUMBER:HASH]"
	need_installed
	if [ $# = 1 ]; then
		seal=$(last_seal_of_log)
		[ -z "$seal" ] || arguments+=(--seal "$seal")
	fi
	as_owner "$STOAD" --config "$CONFIG" --audit "${arguments[@]}"
}
