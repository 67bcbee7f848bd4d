# up: from whatever is there to a running platform; run it again at any time.
#
# usage: scripts/stoa up [--env dev|test|staging|prod]
#
# Installs what is missing from Debian's packages, builds, makes a private PostgreSQL, Redis and nginx under var/<env>
# (dev and test), brings the database up to date, starts everything, waits until it is healthy and says where it
# answers. A second run changes nothing. Staging and prod make no PostgreSQL and no Redis: their stoa.conf
# (var/<env>/stoa.conf or /etc/stoa/stoa.conf) names them.

check_path() {
	case $TOP in
	*[[:space:]]*) todo "The path $TOP has a blank in it, which make cannot cope with. Move the folder, then run this again." ;;
	esac
}

check_ports() {
	local port holder
	[ -z "$(nginx_pid)" ] || return 0
	for port in $(setting global https_port) $(setting global http_port); do
		[ "$port" != 0 ] || continue
		holder=$(port_holder "$port") || continue
		todo "Port $port is taken by $holder. End that, or choose another https_port and http_port in $CONFIG."
	done
}

# Prints who listens on a TCP port; fails when nobody does.
port_holder() {
	local line
	line=$(ss -Hltnp "sport = :$1" 2>/dev/null | head -n 1)
	[ -n "$line" ] || return 1
	line=$(sed -n 's/.*users:(("\([^"]*\)",pid=\([0-9]*\).*/\1 (process \2)/p' <<<"$line")
	echo "${line:-a program of another user}"
}

wait_ready() {
	wait_until 30 is_ready && return 0
	echo "It does not answer $(base_url)/ready with 200; it says:"
	fetch /ready
	echo
	echo "The newest lines of the logs:"
	tail -qn 5 "$LOG/stoad-start.log" "$LOG/stoad.log" "$LOG/nginx-error.log" 2>/dev/null
	return 1
}

up_servers() {
	makes_servers || return 0
	if [ ! -f "$HERE/postgres/PG_VERSION" ]; then
		step "making a private PostgreSQL" postgres_make || fail "initdb failed; see above."
	fi
	redis_make
	# While all four run, none of them is to be taken off the list.
	[ -n "$(keeper_pid)" ] || keep postgres redis
	if ! postgres_running || ! redis_running; then
		step "starting PostgreSQL and Redis" wait_until 60 eval 'postgres_running && redis_running' ||
			fail "They did not start; see $LOG/postgres-start.log, $LOG/redis.log and $LOG/keep.log."
	fi
	postgres_make_database >/dev/null || fail "The database could not be made; see scripts/stoa logs postgres."
}

migrate_database() { as_owner "$STOAD" --config "$CONFIG" --migrate "$@"; }

# The data of `test` is nobody's: when the migrations are others than those it was made with, it begins again.
migrate_afresh() {
	psql_owner -d postgres -c "DROP DATABASE $POSTGRES_DATABASE WITH (FORCE)" && postgres_make_database && migrate_database
}

up_database() {
	migrate_database status >/dev/null 2>&1 && return 0
	if [ "$ENVIRONMENT" = test ] && ! migrate_database >/dev/null 2>&1; then
		step "making the test database afresh" migrate_afresh || fail "The migration named above fails on an empty database."
		return
	fi
	step "bringing the database up to date" migrate_database ||
		fail "The migration named above failed; nothing of it was kept. Mend it, then run this again."
}

up_programs() {
	nginx_configure || fail "nginx does not take its configuration; see above."
	# shellcheck disable=SC2046
	if ! kept stoad || [ -z "$(keeper_pid)" ]; then keep $(program_names); fi
	if stoad_is_old; then
		step "handing over to the new build" stoad_reload ||
			fail "The new build did not start; see above. The hard way is: $(stoa_command restart stoad)"
	fi
	if nginx_is_old; then nginx_reload; fi
	step "waiting until it is healthy" wait_ready || fail "Not healthy; \`scripts/stoa doctor\` says what is wrong."
}

# As long as nobody may do everything, each `up` prints a fresh link that makes the first who may.
setup_link() {
	local link
	[ "$ENVIRONMENT" != test ] || return 0
	link=$(as_owner "$STOAD" --config "$CONFIG" --users setup-link) || return 0
	[ -n "$link" ] || return 0
	say
	say "There is no super user yet. For 30 minutes this link makes one:"
	say "  $link"
	say "or by hand: $(stoa_command createsuperuser)"
}

farewell() {
	local url ca=''
	url=$(setting global public_url)
	if [ -z "$(setting global certificate)" ]; then
		ca=$(certificate_path)
		ca="--cacert ${ca/#$HERE/var\/$ENVIRONMENT} "
	fi
	say
	say "Stoa ($ENVIRONMENT) answers at $url"
	if makes_servers; then say "  everything of it is in   var/$ENVIRONMENT"; else say "  its state is in          $(state_dir)"; fi
	say "  its settings are in      ${CONFIG/#$HERE/var\/$ENVIRONMENT}"
	setup_link
	say
	say "Try next:"
	say "  curl $ca$url/health"
	say "  $(printf '%-24s' "$(stoa_command status)") (what runs; \`scripts/stoa help\` lists the other commands)"
	say "  scripts/stoa test        (runs all tests in an environment of their own)"
}

need_config() {
	[ -f "$CONFIG" ] && return 0
	todo "$ENVIRONMENT makes no database of its own. Write a configuration first, $HERE/stoa.conf or /etc/stoa/stoa.conf, with
[global] environment = $ENVIRONMENT, database_url, database_admin_url and public_url; core/config/settings.md explains them."
}

# From an installed build to a healthy platform.
up_start() {
	if makes_servers; then config_make || fail "Cannot write $CONFIG."; fi
	as_owner "$STOAD" --config "$CONFIG" --check >/dev/null || fail "The configuration is wrong, so nothing was started; see above."
	make_configured_place || fail "The folders named in $CONFIG could not be made; see above."
	allow_ports
	secret_make || fail "The master secret could not be made; see above."
	check_ports
	up_servers
	up_database
	up_programs
}

command_up() {
	[ $# = 0 ] || wrong "up takes no arguments; see scripts/stoa up --help."
	local began
	began=$(now_ms)
	trap 'rm -f "${STEP_OUTPUT:-}"; echo; warn "Interrupted. Nothing is broken: run it again to go on."; exit 130' INT
	check_path
	need_packages
	make_place || fail "The folders in var could not be made; see above."
	take_lock
	makes_servers || need_config
	say "Stoa: environment $ENVIRONMENT, run by the user $OWNER"
	build_and_install
	up_start
	say "Done in $(seconds_since "$began")."
	[ -n "${STOA_BRIEF:-}" ] || farewell # a test does not end here
}
