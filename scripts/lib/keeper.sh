# keeper.sh -- the programs of an environment and the keeper that starts again what dies (core/pool/README.md).

keeper_file() { echo "$RUN/keep.conf"; }

# The command line of a process, "" when it has gone.
command_of() { { tr '\0' ' ' <"/proc/$1/cmdline"; } 2>/dev/null; }

# A process id from a file, if that process lives and is the program that it should be.
pid_of() {
	local pid
	pid=$(head -n 1 "$1" 2>/dev/null)
	case $pid in ''|*[!0-9]*) return 1 ;; esac
	command_of "$pid" | grep -q -- "$2" || return 1
	echo "$pid"
}

keeper_pid() { pid_of "$RUN/keep.pid" --keep; }
stoad_pid() { pid_of "$RUN/stoad.pid" stoad; }
nginx_pid() { pid_of "$RUN/nginx.pid" nginx; }
redis_pid() { pid_of "$RUN/redis.pid" redis; }
postgres_pid() { pid_of "$HERE/postgres/postmaster.pid" postgres; }

# In the order in which they start.
program_names() {
	if makes_servers; then echo postgres redis; fi
	echo stoad nginx
}

program_line() {
	case $1 in
	postgres) echo "postgres: log=$LOG/postgres-start.log grace=30 $(postgres_bin)/postgres -D $HERE/postgres" ;;
	redis) echo "redis: log=$LOG/redis.log redis-server $HERE/redis/redis.conf" ;;
	stoad) echo "stoad: pidfile=$RUN/stoad.pid log=$LOG/stoad-start.log grace=30 $STOAD --config $CONFIG --run" ;;
	nginx) echo "nginx: log=$LOG/nginx-error.log grace=30 $(nginx_command_line)" ;;
	esac
}

# `keep NAME...`: from now on these programs run, and no others of ours.
keep() {
	local name pid file
	file=$(keeper_file)
	{
		echo "# Written by scripts/stoa; read by \`stoad --keep\`."
		for name in "$@"; do program_line "$name"; done
	} | as_owner sh -c 'cat >"$1.new" && mv "$1.new" "$1"' sh "$file"
	if pid=$(keeper_pid); then
		as_owner kill -HUP "$pid"
		return
	fi
	stop_leftovers
	as_owner touch "$HERE/nginx/loaded"
	as_owner setsid --fork sh -c 'echo $$ >"$1/keep.pid"; exec "$2" --keep "$1/keep.conf" >>"$3/keep.log" 2>&1' \
		sh "$RUN" "$STOAD" "$LOG" </dev/null >/dev/null 2>&1 9>&-
}

kept() { grep -q "^$1:" "$(keeper_file)" 2>/dev/null; }

# A keeper that was killed leaves its programs running; they must not stand in the next one's way.
stop_leftovers() {
	local name pid
	for name in nginx stoad redis postgres; do
		pid=$("${name}_pid") || continue
		case $name in
		postgres) as_owner kill -INT "$pid" ;;
		nginx) as_owner kill -QUIT "$pid" ;;
		*) as_owner kill -TERM "$pid" ;;
		esac
		wait_gone 30 "$pid" || as_owner kill -KILL "$pid"
	done
}

# wait_gone SECONDS PID
wait_gone() {
	local turn
	for ((turn = 0; turn < $1 * 20; turn++)); do
		[ -d "/proc/$2" ] || return 0
		sleep 0.05
	done
	return 1
}

# wait_until SECONDS COMMAND...: repeats it until it succeeds.
wait_until() {
	local end=$(($(now_ms) + $1 * 1000))
	shift
	until "$@" >/dev/null 2>&1; do
		[ "$(now_ms)" -lt "$end" ] || return 1
		sleep 0.05
	done
}

# Ends everything of this environment.
keeper_stop() {
	local pid
	if pid=$(keeper_pid); then
		as_owner kill -TERM "$pid"
		wait_gone 60 "$pid" || { as_owner kill -KILL "$pid"; wait_gone 5 "$pid"; }
	fi
	stop_leftovers
}

# Ends one program; the keeper starts it again.
program_restart() {
	local pid
	pid=$("$1_pid") || return 0
	case $1 in
	postgres) as_owner kill -INT "$pid" ;;
	nginx) as_owner kill -QUIT "$pid" ;;
	*) as_owner kill -TERM "$pid" ;;
	esac
	wait_gone 40 "$pid"
}

# Where it answers on this machine.
base_url() {
	local host
	host=$(setting global listen | cut -d, -f1)
	case $host in 0.0.0.0|::|127.*|::1) host=localhost ;; *:*) host="[$host]" ;; esac
	echo "https://$host:$(setting global https_port)"
}

# curl to our own nginx, which must show the certificate that stoa.conf names.  A configured one bears the name that clients
# use, and not this machine's, so it is known by its key.
fetch() {
	local path=$1 trust=(--cacert "$(certificate_path)") key
	shift
	if [ -n "$(setting global certificate)" ]; then
		key=$(openssl x509 -in "$(certificate_path)" -noout -pubkey | openssl pkey -pubin -outform der |
			openssl dgst -sha256 -binary | base64) || return 1
		trust=(-k --pinnedpubkey "sha256//$key" -H "Host: $(setting global public_url | sed 's|^https*://||')")
	fi
	curl -sS --max-time 10 "${trust[@]}" "$@" "$(base_url)$path"
}

is_ready() { [ "$(fetch /ready -o /dev/null -w '%{http_code}')" = 200 ]; }

# Whether the running master is another program than the installed one.
stoad_is_old() {
	local pid
	pid=$(stoad_pid) || return 1
	[ "$(stat -Lc %i "/proc/$pid/exe" 2>/dev/null)" != "$(stat -c %i "$STOAD")" ]
}

# The new generation is there when the master is another process than before.
stoad_reload() {
	local old new turn
	old=$(stoad_pid) || return 1
	as_owner kill -HUP "$old"
	for ((turn = 0; turn < 240; turn++)); do
		new=$(stoad_pid) && [ "$new" != "$old" ] && return 0
		sleep 0.05
	done
	echo "The new generation did not start; the old one goes on. Why is in $(setting global log):"
	tail -n 3 "$(setting global log)"
	return 1
}

nginx_reload() {
	local pid
	pid=$(nginx_pid) || return 1
	as_owner touch "$HERE/nginx/loaded"
	as_owner kill -HUP "$pid"
}

# Whether its configuration or its certificate is newer than what it has read.
nginx_is_old() {
	[ -n "$(nginx_pid)" ] || return 1
	[ -n "$(find "$HERE"/nginx/*.conf "$(certificate_path)" -newer "$HERE/nginx/loaded" 2>/dev/null)" ]
}
