// One probe for all who ask the same, and a cache that forgets in time. Probes are counted in the server's log.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ResolvedTree } from '../../../gateway/catalog/index.ts';
import { TreeCache } from '../../../gateway/catalog/resolver/tree-cache.ts';
import { waitUntil } from '../../support/wait.ts';
import { context, type Stage, startStage } from './fixture.ts';

describe('the resolver', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await startStage(15, { connections: 3 });
  });
  afterAll(() => stage?.stop());

  /** How many functions with that mark in their body the server has been asked to create. */
  const probesOf = async (mark: string): Promise<number> => {
    const end = `end of ${mark} ${Math.random()}`;
    await stage.admin.query(`SELECT '${end}'`);
    await waitUntil('the log', () => stage.server.logText().includes(end));
    return stage.server.logText().split(`BEGIN ATOMIC\n\tSELECT '${mark}'`).length - 1;
  };

  test('a hundred who ask at once share one probe', async () => {
    const asked = Array.from({ length: 100 }, () => stage.resolve(`SELECT 'shared', name FROM customers`));
    const answers = new Set(await Promise.all(asked));
    expect(answers.size).toBe(1);
    expect(await probesOf('shared')).toBe(1);
  });

  test('who asks later has it from the cache', async () => {
    const first = await stage.resolve(`SELECT 'kept'`);
    expect(await stage.resolve(`SELECT 'kept'`)).toBe(first);
    expect(await probesOf('kept')).toBe(1);
  });

  test('what differs in anything that matters is probed for itself', async () => {
    const text = `SELECT 'apart', $1`;
    const all = [
      { parameterTypes: [23] },
      { parameterTypes: [25] },
      { catalogVersion: '2' },
      { context: { ...context, searchPath: ['pg_catalog', 'other'] } },
      { context: { ...context, settings: { DateStyle: 'ISO, DMY' } } },
    ];
    const answers = await Promise.all(all.map((request) => stage.resolve(text, request)));
    expect(new Set(answers).size).toBe(all.length);
    expect(await probesOf('apart')).toBe(all.length);
  });

  test('different ones run side by side, on no more connections than it may have', async () => {
    const asked = Array.from({ length: 60 }, (_, index) => stage.resolve(`SELECT 'many', ${index}`));
    expect((await Promise.all(asked)).every(({ kind }) => kind === 'tree')).toBe(true);
    const { rows } = await stage.admin.query(
      `SELECT count(*)::int AS count FROM pg_stat_activity WHERE usename = 'resolver'`,
    );
    expect(rows[0].count).toBe(3);
    expect(stage.resolver.status()).toMatchObject({ connections: 3, idle: 3, waiting: 0 });
  });

  test('an invalidation forgets, and does not share what is under way', async () => {
    await stage.resolve(`SELECT 'stale'`);
    stage.resolver.invalidate();
    expect(stage.resolver.status()).toMatchObject({ cachedTrees: 0, cachedBytes: 0 });
    const before = stage.resolve(`SELECT 'stale'`);
    stage.resolver.invalidate();
    const after = stage.resolve(`SELECT 'stale'`);
    expect(await before).not.toBe(await after);
    expect(await stage.resolve(`SELECT 'stale'`)).toBe(await after);
    expect(await probesOf('stale')).toBe(3);
  });

  test('errors are asked again: the table may be there by now', async () => {
    expect((await stage.resolve(`SELECT 'late' FROM latecomer`)).kind).toBe('error');
    await stage.admin.query('CREATE TABLE latecomer ()');
    expect((await stage.resolve(`SELECT 'late' FROM latecomer`)).kind).toBe('tree');
  });
});

describe('the cache', () => {
  const tree = (size: number): ResolvedTree => ({
    kind: 'tree',
    nodeText: 'x'.repeat(size),
    parameterTypes: [],
    serverVersion: 150_000,
  });

  test('keeps within its bytes and lets go of what was used least lately', () => {
    const cache = new TreeCache(10_000);
    for (const key of ['a', 'b', 'c']) cache.set(key, tree(1_300));
    expect(cache.size).toBe(3);
    cache.get('a');
    cache.set('d', tree(1_300));
    expect(['a', 'b', 'c', 'd'].filter((key) => cache.get(key) !== undefined)).toEqual(['a', 'c', 'd']);
    expect(cache.bytes).toBeLessThanOrEqual(10_000);
  });

  test('leaves out what is larger than itself, and counts a replaced entry once', () => {
    const cache = new TreeCache(10_000);
    cache.set('a', tree(6_000));
    expect(cache.size).toBe(0);
    cache.set('a', tree(1_000));
    const { bytes } = cache;
    cache.set('a', tree(1_000));
    expect(cache.bytes).toBe(bytes);
    cache.set('a', tree(6_000));
    expect([cache.size, cache.bytes]).toEqual([0, 0]);
  });
});
