# One line for each migration, sorted; so that those of two areas merge.
EXTRA_DIST += schema/README.md
nobase_dist_pkgdata_DATA += schema/0001_core_roles.sql
nobase_dist_pkgdata_DATA += schema/0002_core_keys.sql
nobase_dist_pkgdata_DATA += schema/0003_core_idempotency.sql
nobase_dist_pkgdata_DATA += schema/0004_core_leader.sql
nobase_dist_pkgdata_DATA += schema/0005_core_retention.sql
nobase_dist_pkgdata_DATA += schema/0006_party_party.sql
nobase_dist_pkgdata_DATA += schema/0007_session_session.sql
nobase_dist_pkgdata_DATA += schema/0008_queue_queue.sql
nobase_dist_pkgdata_DATA += schema/0009_event_event.sql
nobase_dist_pkgdata_DATA += schema/0010_authorization_role.sql
nobase_dist_pkgdata_DATA += schema/0011_authorization_assign.sql
nobase_dist_pkgdata_DATA += schema/0050_event_append_all.sql
nobase_dist_pkgdata_DATA += schema/0051_ledger_account.sql
nobase_dist_pkgdata_DATA += schema/0052_ledger_posting.sql
nobase_dist_pkgdata_DATA += schema/0053_ledger_reading.sql
