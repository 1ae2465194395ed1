// After a change of the schema nobody is answered by the catalog before it, not even when the one after can't be read.
import { expect, test } from 'vitest';
import { DatabaseFacts, type Resolver, type Snapshot } from '../../../gateway/catalog/index.ts';
import { OffThread, silentLog } from '../../../gateway/lib/index.ts';
import { loadGrammar } from '../../../gateway/sql/index.ts';

const question = {
  text: 'BEGIN',
  parameterTypes: [],
  analysis: { searchPath: ['pg_catalog'], settings: {} },
};

test('what is asked waits for the new catalog, and has no answer without it', async () => {
  await loadGrammar();
  let version = '1';
  let look = Promise.withResolvers<void>();
  const current = () => ({ version, majorVersion: 18, eventTriggers: [] }) as unknown as Snapshot;
  const facts = new DatabaseFacts({
    catalog: { current, refresh: () => look.promise },
    resolver: { invalidate: () => undefined } as Resolver,
    thread: new OffThread(),
    log: silentLog,
    statementBytes: 1_000,
  });
  expect(await facts.of(question)).toMatchObject({ statements: [{ catalogVersion: '1' }] });

  facts.schemaChanged();
  const asked = facts.of(question);
  version = '2';
  look.resolve();
  expect(await asked).toMatchObject({ statements: [{ catalogVersion: '2' }] });

  look = Promise.withResolvers();
  facts.schemaChanged();
  const refused = facts.of(question);
  look.reject(new Error('the database is gone'));
  expect(await refused).toMatchObject({ kind: 'unknown' });

  // Whoever asks then begins another look, and waits for it.
  look = Promise.withResolvers();
  const again = facts.of(question);
  version = '3';
  look.resolve();
  expect(await again).toMatchObject({ statements: [{ catalogVersion: '3' }] });
});
