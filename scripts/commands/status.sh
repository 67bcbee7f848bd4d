# status: what runs, since when, and how much memory it holds.
#
# usage: scripts/stoa status [--env ENV]
#
# Exits 0 when everything that should run does and /ready says so, 1 when not, 3 when nothing was set up.

# Proportional set size in kB of a process and all below it.
memory_of() {
	local pid=$1 sum=0 child part
	part=$(awk '/^Pss:/ { print $2 }' "/proc/$pid/smaps_rollup" 2>/dev/null)
	sum=$((sum + ${part:-0}))
	for child in $(cat "/proc/$pid/task/$pid/children" 2>/dev/null); do
		sum=$((sum + $(memory_of "$child")))
	done
	echo "$sum"
}

command_status() {
	local name pid memory sum=0 problem=0 format='  %-12s %-9s %8s  %-14s %9s\n'
	[ $# = 0 ] || wrong "status takes no arguments; see scripts/stoa status --help."
	need_installed
	# shellcheck disable=SC2059
	printf "$format" PROGRAM STATE PID SINCE MEMORY
	for name in $(program_names) keeper; do
		if pid=$("${name}_pid"); then
			if [ "$name" = keeper ]; then
				memory=$(awk '/^Pss:/ { print $2 }' "/proc/$pid/smaps_rollup" 2>/dev/null)
			else
				memory=$(memory_of "$pid")
			fi
			sum=$((sum + ${memory:-0}))
			# shellcheck disable=SC2059
			printf "$format" "$name" running "$pid" "$(ps -o etime= -p "$pid" | tr -d ' ')" "$((${memory:-0} / 1024)) MB"
		else
			problem=1
			# shellcheck disable=SC2059
			printf "$format" "$name" stopped - - -
		fi
	done
	say "  all together: $((sum / 1024)) MB of memory (proportional set size)"
	say
	printf '  %-14s %-10s %-9s %-9s %-5s %s\n' POOL AREA KIND PM MOST RUNS
	pool_rows | awk -F'\t' '{ printf "  %-14s %-10s %-9s %-9s %-5s %s\n", $1, $2, $3, $4, $5, $7 == "on" ? "yes" : "no" }'
	say
	if [ $problem = 0 ] && is_ready; then
		say "  $(base_url) is ready."
	else
		say "  $(base_url) is not ready. What is wrong: $(stoa_command doctor)   Start it: $(stoa_command up)"
		return 1
	fi
}
