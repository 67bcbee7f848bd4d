# logs: what nginx, the pools, the jobs, PostgreSQL and Redis wrote, merged by time.
#
# usage: scripts/stoa logs [AREA, POOL or PROGRAM] [-f] [-n LINES] [--request ID] [--env ENV]
#
#   -f            goes on with what is written from now on
#   -n LINES      how many of the newest lines at first (100)
#   --request ID  only the lines that bear this X-Request-Id, all of them, and what PostgreSQL wrote meanwhile in the
#                 process that worked on it (not with -f, which has shown that line before it knows)
#
# The files themselves are in var/<env>/log.

command_logs() {
	local options=()
	need_installed
	while [ $# -gt 0 ]; do
		case $1 in
		-f) options+=(--follow) ;;
		-n) [[ ${2:-} =~ ^[0-9]+$ ]] || wrong "-n wants a number."
			options+=(--lines "$2"); shift ;;
		--request) [[ ${2:-} =~ ^[A-Za-z0-9-]{8,64}$ ]] || wrong "--request wants an id, as X-Request-Id tells it."
			options+=(--request "$2"); shift ;;
		-*) wrong "logs knows no $1; see scripts/stoa logs --help." ;;
		*) need_name "$1"
			if is_program "$1"; then options+=(--program "$1"); else options+=(--pools "$(pools_named "$1" | paste -sd,)"); fi ;;
		esac
		shift
	done
	exec perl "$TOP/scripts/lib/merge-logs" "${options[@]}" --folder "$(state_dir)/log"
}
