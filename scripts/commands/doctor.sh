# doctor: looks for what is wrong and says which command cures it.
#
# usage: scripts/stoa doctor [--json] [--env ENV]
#
# One line for each finding: ok, warn or fail. Exits 1 when something fails.

DOCTOR_ROWS=()

# finding LEVEL NAME TEXT [CURE]
finding() {
	DOCTOR_ROWS+=("$1"$'\t'"$2"$'\t'"$3"$'\t'"${4:-}")
	[ -z "$DOCTOR_JSON" ] || return 0
	printf '%-5s %-12s %s\n' "$1" "$2" "$3"
	[ -z "${4:-}" ] || printf '                   cure: %s\n' "$4"
}

check_packages() {
	local missing
	missing=$(packages_missing | paste -sd' ')
	if [ -z "$missing" ]; then
		finding ok packages "everything needed is installed"
	else
		finding fail packages "not installed: $missing" "$(stoa_command up)"
	fi
}

# version_at_least NAME LEAST HAS
version_at_least() {
	if [ "$(printf '%s\n' "$2" "$3" | sort -V | head -n 1)" = "$2" ]; then
		finding ok version "$1 $3"
	else
		finding fail version "$1 is ${3:-missing}, at least $2 is needed" "apt-get install $1"
	fi
}

check_versions() {
	version_at_least stoad 0.1 "$("$STOAD" --version)"
	version_at_least nginx 1.22 "$(nginx -v 2>&1 | sed 's,.*/,,; s, .*,,')"
	if makes_servers; then
		version_at_least postgresql 15 "$("$(postgres_bin)/postgres" --version | grep -oE '[0-9]+[.][0-9]+' | head -n 1)"
		version_at_least redis-server 6 "$(redis-server --version | sed 's/.*v=\([0-9.]*\).*/\1/')"
	fi
}

check_disk() {
	local free used
	read -r free used < <(df -Pk "$HERE" | awk 'NR == 2 { print int($4 / 1024), $5 + 0 }')
	if [ "$free" -lt 500 ] || [ "$used" -gt 97 ]; then
		finding fail disk "$free MB free where $HERE is" "df -h $HERE; remove what is not needed"
	elif [ "$free" -lt 2000 ] || [ "$used" -gt 90 ]; then
		finding warn disk "$free MB free where $HERE is ($used % used)" "df -h $HERE"
	else
		finding ok disk "$free MB free"
	fi
}

check_config() {
	local text
	if text=$("$STOAD" --config "$CONFIG" --check 2>&1 >/dev/null); then
		finding ok config "$CONFIG is right"
	else
		finding fail config "$(head -n 1 <<<"$text")" "edit $CONFIG, then $(stoa_command reload)"
	fi
}

check_secret() {
	local path mode
	path=$(setting global secret_key_file)
	mode=$(stat -c %a "$path" 2>/dev/null)
	case $mode in
	'') finding fail secret "there is no $path" \
			"put back the copy that was kept of it; where there is none, what it sealed is lost: $(stoa_command keys new); $(stoa_command migrate); $(stoa_command reload)" ;;
	*[0-7][0-7][1-7]) finding fail secret "$path can be read by everybody (mode $mode)" "chmod o= $path" ;;
	*) finding ok secret "$path, mode $mode" ;;
	esac
}

check_programs() {
	local name pid
	for name in keeper $(program_names); do
		if pid=$("${name}_pid"); then
			finding ok "$name" "runs (process $pid)"
		elif [ "$name" = keeper ] && [ -n "$(stoad_pid)" ]; then
			finding warn keeper "does not run: what dies is not started again" "$(stoa_command up)"
		else
			finding fail "$name" "does not run" "$(stoa_command up)"
		fi
	done
}

# Is the port ours?  An nginx that is nobody's child any more holds it and answers 503 for ever.
check_ports() {
	local port line pid ours
	ours=$(nginx_pid)
	for port in $(setting global https_port) $(setting global http_port); do
		[ "$port" != 0 ] || continue
		line=$(ss -Hltnp "sport = :$port" 2>/dev/null | head -n 1)
		pid=$(grep -oE 'pid=[0-9]+' <<<"$line" | cut -d= -f2 | sort -n | head -n 1)
		if [ -z "$line" ]; then
			finding fail port "nobody listens on $port" "$(stoa_command up)"
		elif [ -n "$ours" ] && grep -q "pid=$ours," <<<"$line"; then
			finding ok port "$port is our nginx's"
		elif [ -n "$pid" ] && grep -q "nginx" "/proc/$pid/comm" 2>/dev/null && command_of "$pid" | grep -q "$HERE"; then
			finding fail port "an orphaned nginx of ours (process $pid) holds $port" "kill $pid; $(stoa_command up)"
		elif [ -n "$pid" ]; then
			finding fail port "$port is held by $(cat "/proc/$pid/comm") (process $pid)" \
				"end it, or set another https_port in $CONFIG and $(stoa_command up)"
		elif [ -n "$ours" ]; then
			finding ok port "$port is taken, by our nginx as far as this user can see"
		else
			finding fail port "$port is held by another user's program" "set another https_port in $CONFIG"
		fi
	done
}

check_certificate() {
	local path end left cure
	path=$(certificate_path)
	cure="put a new certificate at $path, then $(stoa_command reload)"
	[ -n "$(setting global certificate)" ] || cure="rm $path; $(stoa_command reload)"
	if ! end=$(openssl x509 -in "$path" -noout -enddate 2>/dev/null); then
		finding fail certificate "there is no readable certificate at $path" "$cure"
		return
	fi
	left=$((($(date -d "${end#*=}" +%s) - $(date +%s)) / 86400))
	if [ $left -lt 1 ]; then
		finding fail certificate "it has expired: ${end#*=}" "$cure"
	elif [ $left -lt 21 ]; then
		finding warn certificate "it expires in $left days" "$cure"
	elif ! openssl x509 -in "$path" -noout -checkhost "$(public_host)" | grep -q 'does match'; then
		finding warn certificate "it is not for $(public_host), which public_url names" "$cure"
	else
		finding ok certificate "good for $left days"
	fi
}

check_backlog() {
	local most pool socket backlog waiting
	most=$(cat /proc/sys/net/core/somaxconn)
	while IFS=$'\t' read -r pool _ kind _ _ socket on; do
		[ "$kind" = listener ] && [ "$on" = on ] || continue
		backlog=$(setting "pool.$pool" listen.backlog)
		waiting=$(ss -Hxl src "$socket" 2>/dev/null | awk '{ print $3; exit }')
		if [ "$backlog" -gt "$most" ]; then
			finding warn backlog "$pool: listen.backlog $backlog is cut to $most by the kernel" "sysctl -w net.core.somaxconn=$backlog"
		elif [ "${waiting:-0}" -gt $((backlog / 2)) ]; then
			finding fail backlog "$pool: $waiting of $backlog connections wait" \
				"scripts/stoa scale $pool=$((2 * $(setting "pool.$pool" pm.max_children) + 4))"
		else
			finding ok backlog "$pool: ${waiting:-0} of $backlog wait"
		fi
	done < <(pool_rows)
}

# One row of one statement, as the one who may see everything.
ask_database() {
	if makes_servers; then
		psql_owner -d "$POSTGRES_DATABASE" -Atc "$1" 2>/dev/null
	else
		psql_admin -X -w -Atc "$1" 2>/dev/null
	fi
}

check_database() {
	local skew count
	if ! count=$(ask_database "SELECT count(*) || ' of ' || current_setting('max_connections') FROM pg_stat_activity WHERE backend_type = 'client backend'"); then
		if makes_servers; then
			finding fail database "PostgreSQL does not answer" "$(stoa_command up)"
		else
			finding fail database "PostgreSQL does not answer" "start it, or mend database_admin_url in $CONFIG"
		fi
		return 1
	fi
	finding ok database "answers; $count connections in use"
	skew=$(ask_database "SELECT abs(extract(epoch FROM clock_timestamp()) - $(date +%s.%N))::numeric(12,3)")
	if awk -v s="${skew:-9}" 'BEGIN { exit !(s > 2) }'; then
		finding fail clock "this machine and PostgreSQL's differ by $skew s" "timedatectl set-ntp true"
	else
		finding ok clock "$skew s from PostgreSQL's"
	fi
	check_locks
	check_transactions
}

# The command that ends a session of PostgreSQL's; what it had begun is undone.
end_session() { echo "$(stoa_command psql) -- -c 'SELECT pg_terminate_backend($1)'"; }

check_locks() {
	local holder user
	read -r holder user < <(ask_database "SELECT h.pid || ' ' || h.usename
		FROM pg_stat_activity w CROSS JOIN unnest(pg_blocking_pids(w.pid)) b JOIN pg_stat_activity h ON h.pid = b
		WHERE w.wait_event_type = 'Lock' AND w.state_change < clock_timestamp() - interval '2 s'
		  AND cardinality(pg_blocking_pids(b)) = 0 LIMIT 1")
	if [ -n "$holder" ]; then
		finding fail locks "a session has waited for more than 2 s for a lock that $user holds (process $holder)" "$(end_session "$holder")"
	else
		finding ok locks "nobody waits for one"
	fi
}

check_transactions() {
	local age pid user
	read -r age pid user < <(ask_database "SELECT extract(epoch FROM clock_timestamp() - xact_start)::int || ' ' || pid || ' ' || usename
		FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid() AND xact_start IS NOT NULL
		ORDER BY xact_start LIMIT 1")
	if [ "${age:-0}" -gt "$(setting global transaction_old)" ]; then
		finding warn transactions "the oldest is $age s old, $user's (process $pid), and vacuum waits for it" "$(end_session "$pid")"
	else
		finding ok transactions "the oldest is ${age:-0} s old"
	fi
}

check_migrations() {
	local text
	if text=$(PGOPTIONS='-c statement_timeout=5s' as_owner "$STOAD" --config "$CONFIG" --migrate status 2>&1); then
		finding ok migrations "$(grep -c . <<<"$text") applied, none waits"
	else
		finding fail migrations "$(grep -vm 1 '^applied ' <<<"$text")" "$(stoa_command migrate)"
	fi
}

check_queue() {
	local oldest dead
	[ "$(ask_database "SELECT to_regclass('queue.job') IS NOT NULL")" = t ] || return 0
	oldest=$(ask_database "SELECT coalesce(max(extract(epoch FROM clock_timestamp() - run_at))::int, 0) FROM queue.job WHERE lease_token IS NULL AND head AND run_at < clock_timestamp()")
	if [ "${oldest:-0}" -gt 60 ]; then
		finding warn queue "the oldest ready job has waited for $oldest s" "$(stoa_command logs queue)"
	else
		finding ok queue "the oldest ready job has waited for ${oldest:-0} s"
	fi
	dead=$(ask_database "SELECT count(*) FROM queue.dead")
	if [ "${dead:-0}" != 0 ]; then
		finding warn queue "$dead jobs were given up" "$(stoa_command psql) -- -c 'SELECT kind, error, died_at FROM queue.dead ORDER BY died_at DESC LIMIT 10'"
	fi
}

check_redis() {
	local url
	url=$(setting global redis_url)
	if [ -z "$url" ]; then
		finding ok redis "none configured; each host limits by itself"
	elif ! makes_servers; then
		finding ok redis "configured; /ready says whether limits are shared"
	elif redis_running; then
		finding ok redis "answers"
	elif [ -n "$(redis_pid)" ]; then
		finding fail redis "does not answer; each host limits by itself meanwhile" "$(stoa_command restart redis)"
	else
		finding fail redis "does not answer; each host limits by itself meanwhile" "$(stoa_command up)"
	fi
}

check_answer() {
	local answer
	if is_ready; then
		finding ok ready "$(base_url)/ready"
	elif [ -e "$(state_dir)/erase.order" ]; then
		finding fail ready "everything is being erased by order, and nobody is served meanwhile" "$(stoa_command logs stoad)"
	else
		answer=$(fetch /ready 2>&1 | head -c 300 | tr '\n' ' ')
		finding fail ready "$(base_url)/ready says: $answer" "$(stoa_command logs)"
	fi
}

doctor_json() {
	printf '%s\n' "${DOCTOR_ROWS[@]}" |
		jq -R -s 'split("\n") | map(select(length > 0) | split("\t") | {level: .[0], name: .[1], text: .[2]} +
			(if .[3] == "" then {} else {cure: .[3]} end))'
}

command_doctor() {
	local check
	DOCTOR_JSON=
	case ${1:-} in
	'') ;;
	--json) DOCTOR_JSON=yes ;;
	*) wrong "usage: scripts/stoa doctor [--json]" ;;
	esac
	need_installed
	for check in packages disk config; do "check_$check"; done
	if "$STOAD" --config "$CONFIG" --check >/dev/null 2>&1; then
		for check in versions secret programs ports certificate backlog redis; do "check_$check"; done
		if check_database; then check_migrations; check_queue; fi
		check_answer
	fi
	[ -z "$DOCTOR_JSON" ] || doctor_json
	! printf '%s\n' "${DOCTOR_ROWS[@]}" | grep -q '^fail'
}
