# build.sh -- from sources to var/<env>/app.  make decides what is out of date.

# Out of the source tree, in build/, unless somebody has configured the tree itself.
build_folder() {
	if [ -f "$TOP/config.status" ]; then echo "$TOP"; else echo "$TOP/build"; fi
}

configure_sources() {
	local folder=$1
	if [ ! -f "$TOP/configure" ]; then
		(cd "$TOP" && autoreconf -i) || return 1
	fi
	[ ! -f "$folder/config.status" ] || return 0
	mkdir -p "$folder" && (cd "$folder" && "$TOP/configure" -q)
}

build_sources() { make -s -j"$(nproc)" -C "$1" all; }

# `install -C` leaves alone what has not changed, so that a second `up` changes nothing.
install_sources() {
	make -s -C "$1" install prefix="$APP" INSTALL='/usr/bin/install -C'
}

build_and_install() {
	local folder
	folder=$(build_folder)
	if [ ! -f "$TOP/configure" ] || [ ! -f "$folder/config.status" ]; then
		step "configuring" configure_sources "$folder" || fail "The sources could not be configured; see above."
	fi
	step "building" build_sources "$folder" || fail "It does not compile; mend what is named above, then run this again."
	step "installing into var/$ENVIRONMENT/app" install_sources "$folder" || fail "make install failed; see above."
}
