# bench: runs a benchmark of tests/bench and prints its figures: bench http.
#
# usage: scripts/stoa bench [NAME [ARGUMENT ...]]
#
# Without a name it lists them. They run in the environment test, which is started for it.

command_bench() {
	local folder found
	folder=$(build_folder)
	if [ $# = 0 ]; then
		find "$TOP/tests/bench" "$folder/tests/bench" -maxdepth 1 -type f -perm /111 -printf '%f\n' 2>/dev/null | sort -u
		return
	fi
	ENVIRONMENT=test
	find_place
	"$TOP/scripts/stoa" up --env test >/dev/null || fail "The environment test does not start: scripts/stoa up --env test"
	make -s -C "$folder" -j"$(nproc)" benches 2>/dev/null
	for found in "$TOP/tests/bench/$1" "$folder/tests/bench/$1" "$TOP/tests/bench/$1.sh" "$folder/tests/bench/$1_bench"; do
		if [ -f "$found" ] && [ -x "$found" ]; then
			shift
			test_environment
			exec "$found" "$@"
		fi
	done
	wrong "There is no benchmark \"$1\"; \`scripts/stoa bench\` lists them."
}
