# bench: runs a benchmark of tests/bench and prints its figures beside what they must be: bench http.
#
# usage: scripts/stoa bench [NAME [ARGUMENT ...]]
#
# Without a name it lists them. What each measures is in tests/bench/README.md. They start platforms of their own, beside
# the environment test.

bench_names() {
	sed -n 's/^BENCHES +\?= //p' "$TOP/tests/bench/local.mk" | tr ' ' '\n' | sed -n 's,^tests/bench/\(.*\)_bench$,\1,p'
	find "$TOP/tests/bench" -maxdepth 1 -name '*.sh' -printf '%f\n' | sed 's/[.]sh$//'
}

command_bench() {
	local folder name=${1:-} found
	if [ -z "$name" ]; then
		bench_names | sort
		return
	fi
	# Not `grep -q`: it leaves at the first match, and whoever writes to it would fail.
	[ -n "$(bench_names | grep -Fx -- "$name")" ] || wrong "There is no benchmark \"$name\"; \`scripts/stoa bench\` lists them."
	shift
	PACKAGES+=(wrk)
	ENVIRONMENT=test
	"$TOP/scripts/stoa" up --env test >/dev/null || fail "The environment test does not start: scripts/stoa up --env test"
	need_packages
	find_place
	folder=$(build_folder)
	found=$TOP/tests/bench/$name.sh
	if [ ! -f "$found" ]; then
		step "building the benchmarks" make -s -j"$(nproc)" -C "$folder" benches || fail "They do not compile; see above."
		found=$folder/tests/bench/${name}_bench
	fi
	test_environment
	cd "$folder" && exec "$found" "$@"
}
