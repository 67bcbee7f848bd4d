# redis.sh -- the private Redis of dev and test: a unix socket, nothing on disk.

redis_settings() {
	cat <<END
port 0
unixsocket $RUN/redis.sock
unixsocketperm 700
dir $HERE/redis
logfile $LOG/redis.log
daemonize no
pidfile $RUN/redis.pid
save ""
appendonly no
databases 1
maxmemory 32mb
maxmemory-policy volatile-ttl
tcp-backlog 511
END
}

redis_make() {
	[ -f "$HERE/redis/redis.conf" ] || redis_settings | as_owner tee "$HERE/redis/redis.conf" >/dev/null
}

redis_running() { [ "$(as_owner redis-cli -s "$RUN/redis.sock" ping 2>/dev/null)" = PONG ]; }
