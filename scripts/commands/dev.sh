# dev: works on an area: builds and reloads on every saved file.
#
# usage: scripts/stoa dev AREA [--env dev]
#
# Looks at the area's folder, core, schema and nginx three times a second. What does not compile is shown and changes
# nothing; the last good build goes on. New migrations are applied. Interrupt to end.

dev_folders() {
	local folder
	for folder in "handlers/$1" handlers/areas.def core schema nginx; do
		echo "$TOP/$folder"
	done
}

# Changes when a file is saved, added or removed.
dev_mark() {
	# shellcheck disable=SC2046
	find $(dev_folders "$1") -type f \( -name '*.[ch]' -o -name '*.def' -o -name '*.sql' -o -name '*.mk' -o -name '*.in' \
		-o -name '*.conf' -o -name '*.html' \) ! -name 'queries.[ch]' -printf '%T@ %p\n' | sort | cksum
}

dev_build() {
	local folder output
	folder=$(build_folder)
	output=$(make -s -j"$(nproc)" -C "$folder" all 2>&1)
	if [ $? != 0 ]; then
		grep -E --color=auto 'error|warning|\*\*\*' <<<"$output" || tail -n 20 <<<"$output"
		return 1
	fi
	grep -E 'warning' <<<"$output"
	install_sources "$folder" >/dev/null
}

dev_take_over() {
	if ! as_owner "$STOAD" --config "$CONFIG" --migrate status >/dev/null 2>&1; then
		as_owner "$STOAD" --config "$CONFIG" --migrate || return 1
	fi
	nginx_configure && stoad_reload || return 1
	if nginx_is_old; then nginx_reload; fi
}

command_dev() {
	local mark seen began
	[ $# = 1 ] || wrong "Say which area: scripts/stoa dev ops"
	[ -d "$TOP/handlers/$1" ] || wrong "There is no area \"$1\"; there are: $(ls "$TOP/handlers" | grep -v '[.]' | paste -sd' ')"
	need_running
	seen=$(dev_mark "$1")
	say "Watching handlers/$1, core, schema and nginx. Save a file to build and reload; interrupt to end."
	trap 'echo; exit 0' INT
	while sleep 0.3; do
		mark=$(dev_mark "$1")
		[ "$mark" != "$seen" ] || continue
		seen=$mark
		began=$(now_ms)
		if ! dev_build; then
			say "$(date +%T) does not compile; the last good build goes on"
		elif dev_take_over; then
			say "$(date +%T) reloaded in $(seconds_since "$began")"
		else
			say "$(date +%T) not taken over; the last good build goes on"
		fi
	done
}
