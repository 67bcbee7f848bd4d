-- no-transaction
-- The index of the pieces of names, in the place of pg_trgm's; made while accounts are opened.
CREATE INDEX CONCURRENTLY IF NOT EXISTS account_by_piece ON account.account USING gin (account.pieces(search));
DROP INDEX CONCURRENTLY IF EXISTS account.account_by_name;
