# One line for each migration, sorted; so that those of two areas merge.
EXTRA_DIST += schema/README.md
nobase_dist_pkgdata_DATA += schema/0001_core_roles.sql
nobase_dist_pkgdata_DATA += schema/0002_core_keys.sql
nobase_dist_pkgdata_DATA += schema/0003_core_idempotency.sql
