# The command people use runs from the source tree; only the unit file is installed.
EXTRA_DIST += .ci/run
EXTRA_DIST += scripts/README.md
EXTRA_DIST += scripts/stoa
EXTRA_DIST += scripts/commands/down.sh
EXTRA_DIST += scripts/commands/up.sh
EXTRA_DIST += scripts/lib/build.sh
EXTRA_DIST += scripts/lib/config.sh
EXTRA_DIST += scripts/lib/keeper.sh
EXTRA_DIST += scripts/lib/nginx.sh
EXTRA_DIST += scripts/lib/package.sh
EXTRA_DIST += scripts/lib/place.sh
EXTRA_DIST += scripts/lib/postgres.sh
EXTRA_DIST += scripts/lib/redis.sh
EXTRA_DIST += scripts/lib/say.sh
EXTRA_DIST += scripts/lib/running.sh
EXTRA_DIST += scripts/lib/merge-logs
EXTRA_DIST += scripts/commands/test.sh
EXTRA_DIST += scripts/commands/stop.sh
EXTRA_DIST += scripts/commands/status.sh
EXTRA_DIST += scripts/commands/start.sh
EXTRA_DIST += scripts/commands/scale.sh
EXTRA_DIST += scripts/commands/restart.sh
EXTRA_DIST += scripts/commands/reload.sh
EXTRA_DIST += scripts/commands/psql.sh
EXTRA_DIST += scripts/commands/openapi.sh
EXTRA_DIST += scripts/commands/migrate.sh
EXTRA_DIST += scripts/commands/logs.sh
EXTRA_DIST += scripts/commands/ledger.sh
EXTRA_DIST += scripts/commands/keys.sh
EXTRA_DIST += scripts/commands/doctor.sh
EXTRA_DIST += scripts/commands/dev.sh
EXTRA_DIST += scripts/commands/config.sh
EXTRA_DIST += scripts/commands/createsuperuser.sh
EXTRA_DIST += scripts/commands/call.sh
EXTRA_DIST += scripts/commands/audit.sh
EXTRA_DIST += scripts/commands/bench.sh
EXTRA_DIST += scripts/systemd/stoad.service.in scripts/systemd/stoa-nginx.service.in
EXTRA_DIST += nginx/README.md

dist_check_SCRIPTS += scripts/check-house
dist_check_SCRIPTS += scripts/check-drift

unitdir = $(prefix)/lib/systemd/system
nodist_unit_DATA = scripts/systemd/stoad.service scripts/systemd/stoa-nginx.service
CLEANFILES += $(nodist_unit_DATA)
.service.in.service:
	$(AM_V_GEN)$(MKDIR_P) $(@D) && sed -e 's|@bindir[@]|$(bindir)|g' -e 's|@pkgdatadir[@]|$(pkgdatadir)|g' $< >$@.new && \
		mv $@.new $@
$(nodist_unit_DATA): Makefile
SUFFIXES += .service.in .service

# Their names say what they are; both kinds of folder want NAME.conf.
EXTRA_DIST += scripts/systemd/stoa.sysusers scripts/systemd/stoa.tmpfiles
install-data-local:
	$(MKDIR_P) $(DESTDIR)$(prefix)/lib/sysusers.d $(DESTDIR)$(prefix)/lib/tmpfiles.d
	$(INSTALL_DATA) $(srcdir)/scripts/systemd/stoa.sysusers $(DESTDIR)$(prefix)/lib/sysusers.d/stoa.conf
	$(INSTALL_DATA) $(srcdir)/scripts/systemd/stoa.tmpfiles $(DESTDIR)$(prefix)/lib/tmpfiles.d/stoa.conf
uninstall-local:
	rm -f $(DESTDIR)$(prefix)/lib/sysusers.d/stoa.conf $(DESTDIR)$(prefix)/lib/tmpfiles.d/stoa.conf

# For scripts/stoa test, which runs them in its own order.
list-tests:
	@for test in $(TESTS); do echo $$test; done
.PHONY: list-tests
