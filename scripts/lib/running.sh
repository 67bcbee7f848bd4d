# running.sh -- what the commands that speak to a running environment need first.

need_installed() {
	[ -x "$STOAD" ] && [ -f "$CONFIG" ] || todo "The environment $ENVIRONMENT has not been set up yet. Run: $(stoa_command up)"
}

need_running() {
	need_installed
	[ -n "$(stoad_pid)" ] || todo "$ENVIRONMENT is not running. Run: $(stoa_command up)"
}

# How a person would type it: `scripts/stoa up --env test`.
stoa_command() {
	if [ "$ENVIRONMENT" = dev ]; then echo "scripts/stoa $*"; else echo "scripts/stoa $* --env $ENVIRONMENT"; fi
}

# psql with database_admin_url; its password is not put on the command line, where everybody on the machine could read it.
psql_admin() {
	local url password=''
	url=$(setting global database_admin_url) || return 1
	if [[ $url =~ ^(postgres(ql)?://[^:/@?]*):([^@/?]*)@(.*)$ ]]; then
		url=${BASH_REMATCH[1]}@${BASH_REMATCH[4]}
		printf -v password '%b' "${BASH_REMATCH[3]//%/\\x}"
	fi
	(
		export PGCONNECT_TIMEOUT=3
		[ -z "$password" ] || export PGPASSWORD=$password
		exec psql "$url" "$@"
	)
}

# name, area, kind, pm, max_children, socket, on|off; a line each.
pool_rows() { "$STOAD" --config "$CONFIG" --pools; }

# The pools that NAME means: a pool of that name, or all of the area.
pools_named() {
	pool_rows | awk -F'\t' -v name="$1" '$1 == name { found = 1; print $1 } { area[$1] = $2 }
		END { if (!found) for (pool in area) if (area[pool] == name) print pool }'
}

is_program() { program_names | tr ' ' '\n' | grep -qx -- "$1"; }

need_name() {
	is_program "$1" || [ -n "$(pools_named "$1")" ] ||
		wrong "There is no area, pool or program \"$1\"; \`$(stoa_command status)\` lists them."
}

reload_all() {
	allow_ports
	"$STOAD" --config "$CONFIG" --check >/dev/null || fail "The configuration is wrong, so everything stays as it is; see above."
	nginx_configure || fail "nginx does not take its configuration; see above."
	step "handing over to a new generation" stoad_reload || return 1
	nginx_reload
}

# apply SECTION KEY VALUE [SECTION KEY VALUE ...]: into stoa.conf and into force, or nothing of it.
apply() {
	local before
	before=$(cat "$CONFIG"; echo .)
	while [ $# -gt 0 ]; do
		config_set "$1" "$2" "$3"
		shift 3
	done
	(reload_all) && return 0
	printf '%s' "${before%.}" | config_write
	nginx_configure && nginx_reload
	fail "$CONFIG is as it was before; the reason is above."
}

# What tests and benchmarks find in their environment.
test_environment() {
	export STOA_TEST_CONFIG=$CONFIG
	export STOA_TEST_STOAD=$STOAD
	export STOA_TEST_LONG=${STOA_TEST_LONG:-}
}
