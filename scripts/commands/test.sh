# test: runs the tests, all of them or those whose name fits, in an environment of their own.
#
# usage: scripts/stoa test [NAME ...] [--all] [--strict]
#
#   NAME      an area, a folder of tests/ or a part of a test's name: `test ops`, `test core`, `test arena`
#   --all     the long forms too, with the full figures
#   --strict  what cannot be run here counts as failed; fetches promtool and chromium as well
#
# Unit tests, the state of the house, statements, the API through nginx, faults, and drift between what is written and
# what is built. They use the environment `test` (own ports, own data, started if need be). The last line is
# `N passed, N failed`; what failed is shown above it.


# Tests that speak to the one running platform run one after the other; unit tests need not wait for each other.
is_unit() { case $1 in tests/core/*|scripts/*) return 0 ;; esac; return 1; }

chosen_tests() {
	local name pattern all
	all=$(make -s -C "$1" list-tests)
	shift
	[ $# -gt 0 ] || { echo "$all"; return; }
	for name in "$@"; do
		pattern=$(sed 's/[][\.*^$/]/\\&/g' <<<"$name")
		grep -E "(^|/)${pattern}/|${pattern}[^/]*$" <<<"$all"
	done | sort -u
}

# Runs them and prints a line for each as it ends.  Each is a target of its own (its log), so that one that cannot be
# built does not keep the others from running.
run_tests() {
	local folder=$1 jobs=$2
	shift 2
	[ $# -gt 0 ] || return 0
	make -s -k -j"$jobs" -C "$folder" "${@/%/.log}" 2>&1 9>&- | grep --line-buffered -E '^(PASS|FAIL|SKIP|ERROR): ' |
		sed -u 's/^/  /'
}

# One test program's cases, from what it printed: cmocka's summary, TAP lines, or the program itself as one case.
# Prints "passed failed skipped".
count_cases() {
	local log=$1.log result
	result=$(sed -n 's/^:test-result: *//p' "$1.trs" 2>/dev/null | head -n 1)
	awk -v result="${result:-ERROR}" '
		/^\[  PASSED  \] [0-9]+ test/ { passed += $4 }
		/^\[  FAILED  \] [0-9]+ test/ { failed += $4 }
		/^\[  SKIPPED \] [0-9]+ test/ { skipped += $4 }
		/^ok [0-9]/ { passed++ }
		/^not ok [0-9]/ { failed++ }
		END {
			if (result == "PASS" && !passed && !skipped) passed = 1
			if (result == "SKIP" && !skipped) skipped = 1
			if ((result == "FAIL" || result == "ERROR") && !failed) failed = 1
			print passed + 0, failed + 0, skipped + 0
		}' "$log" 2>/dev/null || echo 0 1 0
}

show_failure() {
	local log=$1.log
	printf '\n--- %s\n' "$1"
	if grep -q '^\[  FAILED\|^not ok' "$log" 2>/dev/null; then
		grep -vE '^\[ RUN  |^\[       OK|^ok [0-9]' "$log" | tail -n 60
	else
		tail -n 40 "$log" 2>/dev/null || echo "(it wrote nothing)"
	fi
}

summarize() {
	local folder=$1 strict=$2 test passed=0 failed=0 skipped=0 p f s skips=''
	shift 2
	for test in "$@"; do
		read -r p f s < <(cd "$folder" && count_cases "$test")
		passed=$((passed + p)) failed=$((failed + f)) skipped=$((skipped + s))
		[ "$f" = 0 ] || (cd "$folder" && show_failure "$test")
		[ "$s" = 0 ] || skips+=" $test"
	done
	echo
	[ $skipped = 0 ] || say "$skipped skipped:$skips"
	[ -z "$strict" ] || failed=$((failed + skipped))
	say "$passed passed, $failed failed"
	[ $failed = 0 ]
}

# What the tests alone need: judges of our tokens and codes, and a provider to sign in by.  Node from elsewhere will do.
test_packages() {
	local name
	PACKAGES+=(oathtool)
	[ -z "$1" ] || PACKAGES+=(chromium)
	for name in node:nodejs npm:npm; do
		command -v "${name%:*}" >/dev/null || PACKAGES+=("${name#*:}")
	done
	need_packages
}

# Packages from npm, beside the build.  Where its registry cannot be reached, the tests that need them are skipped.
node_packages() {
	local folder=$1/tests/api/node_modules.tmp
	mkdir -p "$folder" && cp "$TOP"/tests/api/node/*.js* "$TOP"/tests/browser/*.js "$folder" || return 1
	! cmp -s "$folder/package-lock.json" "$folder/node_modules/installed.json" || return 0
	(cd "$folder" && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error --fetch-retries=1 --fetch-retry-mintimeout=1000) &&
		cp "$folder/package-lock.json" "$folder/node_modules/installed.json"
}

# The judge of our metrics lies in a package that also starts a server: unpacked, not installed.
promtool_unpack() {
	local folder=$HERE/tools
	mkdir -p "$folder" && cd "$folder" && apt-get download -qq prometheus &&
		dpkg-deb --fsys-tarfile prometheus_*.deb | tar -x --strip-components=3 ./usr/bin/promtool && rm prometheus_*.deb
}

need_promtool() {
	PATH=$PATH:$HERE/tools
	command -v promtool >/dev/null || (step "promtool" promtool_unpack)
}

command_test() {
	local names=() strict='' folder tests units=() others=() test began
	began=$(now_ms)
	while [ $# -gt 0 ]; do
		case $1 in
		--all) export STOA_TEST_LONG=yes ;;
		--strict) strict=yes ;;
		-*) wrong "test knows no $1; see scripts/stoa test --help." ;;
		*) names+=("$1") ;;
		esac
		shift
	done
	ENVIRONMENT=test
	test_packages "$strict" || { say "0 passed, 1 failed"; exit 1; }
	STOA_BRIEF=yes "$TOP/scripts/stoa" up --env test || { say "0 passed, 1 failed"; exit 1; }
	find_place
	folder=$(build_folder)
	mapfile -t tests < <(chosen_tests "$folder" "${names[@]}")
	[ -n "${tests[*]}" ] || wrong "No test has a name like: ${names[*]}"
	say
	step "packages from npm" node_packages "$folder" || say "npm could not fetch them; tests that need them are skipped."
	[ -z "$strict" ] || need_promtool
	# What does not compile fails below, as the test that it is.
	step "building the tests" make -s -k -j"$(nproc)" -C "$folder" check TESTS=
	test_environment
	(cd "$folder" && rm -f "${tests[@]/%/.log}" "${tests[@]/%/.trs}")
	for test in "${tests[@]}"; do
		if is_unit "$test"; then units+=("$test"); else others+=("$test"); fi
	done
	run_tests "$folder" "$(nproc)" "${units[@]}"
	run_tests "$folder" 1 "${others[@]}"
	say "Tests took $(seconds_since "$began")."
	summarize "$folder" "$strict" "${tests[@]}"
}
