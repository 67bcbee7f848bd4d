# say.sh -- how the commands speak: what is being done, how long it took, and what to do when it failed.

say() { printf '%s\n' "$*"; }
warn() { printf 'stoa: %s\n' "$*" >&2; }
# It failed; the message says what to do next.
fail() { warn "$*"; exit 1; }
# It was asked wrongly.
wrong() { warn "$*"; exit 2; }
# There is something for the person to do first.
todo() { warn "$*"; exit 3; }

# Milliseconds of a clock that only matters for differences.
now_ms() { local t=$EPOCHREALTIME; echo $((${t%.*} * 1000 + 10#${t#*.} / 1000)); }
seconds_since() { local took=$(($(now_ms) - $1)); printf '%d.%d s' $((took / 1000)) $((took % 1000 / 100)); }

# step LABEL COMMAND...: one line with its seconds.  What the command prints is kept and shown only if it fails.  It runs in a
# shell of its own, so that who is interrupted meanwhile is told so on the screen.
step() {
	local label=$1 began status
	shift
	began=$(now_ms)
	STEP_OUTPUT=$(mktemp)
	printf '  %-46s' "$label"
	("$@") >"$STEP_OUTPUT" 2>&1
	status=$?
	if [ $status = 0 ]; then
		printf '%s\n' "$(seconds_since "$began")"
	else
		printf 'failed after %s\n' "$(seconds_since "$began")"
		grep -vE '^  (CC|CCLD|AR|GEN) ' "$STEP_OUTPUT" | tail -n 40 | sed 's/^/    /' >&2
	fi
	rm -f "$STEP_OUTPUT"
	return $status
}
