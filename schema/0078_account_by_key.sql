-- no-transaction
-- The index of search_keys.  No list of new names that wait to be put into it together: each of the look-ups that one search
-- makes would read that list.  Nobody needs statistics of its keys, and gathering them would take each name to pieces.
CREATE INDEX CONCURRENTLY IF NOT EXISTS account_by_key ON account.account
	USING gin (account.search_keys(search, created_at)) WITH (fastupdate = off);
ALTER INDEX account.account_by_key ALTER COLUMN 1 SET STATISTICS 0;
ALTER TABLE account.account ALTER COLUMN search SET STATISTICS -1;
