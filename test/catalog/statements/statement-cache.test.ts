// What is read once, for whom, and for how long it is kept. No test waits for time to pass: the clock is set.
import { beforeAll, describe, expect, test } from 'vitest';
import {
  type ContextParts,
  StatementCache,
  type StatementCacheOptions,
  sharedByShape,
} from '../../../gateway/catalog/index.ts';
import { loadGrammar } from '../../../gateway/sql/index.ts';

type Facts = { of: string; fails?: boolean; number: number };

const parts: ContextParts = {
  catalogVersion: '1',
  analysis: { searchPath: ['pg_catalog', 'public'], settings: {} },
  parameterTypes: [],
};

/** A cache whose readings wait until the test ends them; `asked` has the texts in their order. */
function stage(options: Partial<StatementCacheOptions<Facts>> = {}) {
  const asked: string[] = [];
  const open: ((facts: Facts | Error) => void)[] = [];
  const time = { now: 10_000 };
  const cache = new StatementCache<Facts>({
    reader: (text) => {
      asked.push(text);
      return new Promise((resolve, reject) => {
        open.push((facts) => (facts instanceof Error ? reject(facts) : resolve(facts)));
      });
    },
    lasts: ({ fails }) => fails !== true,
    clock: { now: () => time.now },
    ...options,
  });
  const context = cache.contextOf(parts);
  const answer = (facts: Partial<Facts> = {}): void =>
    open.shift()?.({ of: asked.at(-open.length - 1) ?? '', number: asked.length, ...facts });
  const refuse = (error: Error): void => open.shift()?.(error);
  const readNow = async (text: string, facts: Partial<Facts> = {}, of = context): Promise<Facts> => {
    const reading = cache.read(text, of);
    answer(facts);
    return reading;
  };
  return { cache, context, asked, answer, refuse, readNow, time };
}

beforeAll(() => loadGrammar());

describe('a statement that was read', () => {
  test('is found by its text', async () => {
    const { cache, context, asked, readNow } = stage();
    expect(cache.lookup('SELECT 1', context)).toBeUndefined();
    const facts = await readNow('SELECT 1');
    expect(cache.lookup('SELECT 1', context)).toBe(facts);
    expect(await cache.read('SELECT 1', context)).toBe(facts);
    expect(asked).toEqual(['SELECT 1']);
    expect(cache.status()).toMatchObject({ readings: 1, hitsByText: 2, hitsByShape: 0 });
  });

  test('is found by its shape', async () => {
    const { cache, context, readNow } = stage();
    const facts = await readNow('SELECT a FROM t WHERE id = 1');
    expect(cache.lookup('SELECT a FROM t WHERE id = 2', context)).toBe(facts);
    expect(cache.lookup('select a FROM t WHERE id = 2', context)).toBe(facts);
    expect(cache.status()).toMatchObject({ hitsByShape: 2, hitsByText: 0 });
    expect(cache.lookup('SELECT a FROM t LIMIT 2', context)).toBeUndefined();
  });

  test('is found by its shape, and then by the text, where it takes the parser to tell the shape', async () => {
    const { cache, context, readNow } = stage();
    const facts = await readNow('SELECT a FROM t WHERE id = 1 -- one');
    expect(cache.lookup('SELECT a FROM t WHERE id = 2 -- two', context)).toBe(facts);
    expect(cache.lookup('SELECT a FROM t WHERE id = 2 -- two', context)).toBe(facts);
    expect(cache.status()).toMatchObject({ hitsByShape: 1, hitsByText: 1 });
  });

  test('serves a thousand texts of one shape', async () => {
    const { cache, context, asked, readNow } = stage();
    const text = (id: number) => `SELECT abalance FROM pgbench_accounts WHERE aid = ${id};`;
    const facts = await readNow(text(0));
    for (let id = 1; id <= 1_000; id++) expect(cache.lookup(text(id), context)).toBe(facts);
    expect(asked).toHaveLength(1);
  });

  test('is found by text alone when it has no shape, or is no SQL', async () => {
    const { cache, context, readNow } = stage();
    for (const text of ['SHOW a', 'SELEC', 'SELECT 1; SELECT 2', '', `SELECT '${'x'.repeat(40_000)}'`]) {
      const facts = await readNow(text);
      expect(cache.lookup(text, context)).toBe(facts);
      expect(cache.lookup(`${text} `, context)).toBeUndefined();
    }
  });

  test('is not shared by shape when its facts forbid it', async () => {
    const { cache, context, readNow } = stage({ sharedByShape: () => false });
    await readNow(`SELECT lower('a')`);
    expect(cache.lookup(`SELECT lower('a')`, context)).toBeDefined();
    expect(cache.lookup(`SELECT lower('b')`, context)).toBeUndefined();
  });

  test('may be read at once, without a promise', async () => {
    const { cache, context } = stage({ reader: (text) => ({ of: text, number: 0 }) });
    expect(await cache.read('SELECT 1', context)).toEqual({ of: 'SELECT 1', number: 0 });
  });
});

describe('a function of somebody that bears a harmless name', () => {
  test.each([
    ['the server’s own', { name: 'lower', builtin: true }, true],
    ['another of that name', { name: 'lower', builtin: false }, false],
    ['one whose arguments stay in the shape', { name: 'mine', builtin: false }, true],
  ])('%s', (_, called, shared) => expect(sharedByShape({ functions: [called] })).toBe(shared));
});

describe('contexts', () => {
  const others: [name: string, parts: ContextParts][] = [
    ['catalog version', { ...parts, catalogVersion: '2' }],
    ['search path', { ...parts, analysis: { searchPath: ['pg_catalog'], settings: {} } }],
    ['settings', { ...parts, analysis: { ...parts.analysis, settings: { DateStyle: 'ISO, DMY' } } }],
    ['parameter types', { ...parts, parameterTypes: [23] }],
  ];
  test.each(others)('with another %s have other facts', async (_, other) => {
    const { cache, readNow } = stage();
    await readNow('SELECT 1');
    expect(cache.lookup('SELECT 1', cache.contextOf(other))).toBeUndefined();
    expect(cache.lookup('SELECT 2', cache.contextOf(other))).toBeUndefined();
  });

  test('with equal parts are one', () => {
    const { cache, context } = stage();
    expect(cache.contextOf(structuredClone(parts))).toBe(context);
    const settings = { DateStyle: 'ISO', TimeZone: 'UTC' };
    const reversed = { TimeZone: 'UTC', DateStyle: 'ISO' };
    const of = (some: typeof settings) =>
      cache.contextOf({ ...parts, analysis: { ...parts.analysis, settings: some } });
    expect(of(settings)).toBe(of(reversed));
  });

  test('with types of parameters belong to the one without; a type that is left to the server is none', () => {
    const { cache, context } = stage();
    const typed = cache.withParameterTypes(context, [23, 0, 0]);
    expect(typed).toBe(cache.contextOf({ ...parts, parameterTypes: [23] }));
    expect(cache.withParameterTypes(context, [23])).toBe(typed);
    expect(cache.withParameterTypes(context, [0])).toBe(context);
    expect(cache.withParameterTypes(context, [0, 23])).not.toBe(typed);
  });

  test('are bounded', () => {
    const { cache } = stage({ contexts: 10 });
    for (let version = 0; version < 100; version++)
      cache.contextOf({ ...parts, catalogVersion: String(version) });
    expect(cache.status().contexts).toBe(10);
  });
});

describe('those who ask at the same time', () => {
  test('for one text share one reading', async () => {
    const { cache, context, asked, answer } = stage();
    const all = [1, 2, 3].map(() => cache.read('SHOW a', context));
    answer();
    expect(new Set(await Promise.all(all)).size).toBe(1);
    expect(asked).toEqual(['SHOW a']);
  });

  test('for one shape share one reading', async () => {
    const { cache, context, asked, answer } = stage();
    const all = [1, 2, 3].map((id) => cache.read(`SELECT a FROM t WHERE id = ${id}`, context));
    answer();
    expect(new Set(await Promise.all(all)).size).toBe(1);
    expect(asked).toHaveLength(1);
  });

  test('in other contexts do not', async () => {
    const { cache, context, asked, answer } = stage();
    const other = cache.contextOf({ ...parts, catalogVersion: '2' });
    const all = [cache.read('SELECT 1', context), cache.read('SELECT 1', other)];
    answer();
    answer();
    expect(new Set(await Promise.all(all)).size).toBe(2);
    expect(asked).toHaveLength(2);
  });

  test('do not share what fails for one text of the shape', async () => {
    const { cache, context, asked, answer } = stage();
    const bad = cache.read(`SELECT a FROM t WHERE day = 'never'`, context);
    const good = cache.read(`SELECT a FROM t WHERE day = '2020-01-01'`, context);
    const alsoGood = cache.read(`SELECT a FROM t WHERE day = '2020-01-01'`, context);
    answer({ fails: true });
    expect(await bad).toMatchObject({ fails: true });
    // Everything that is ready to run has run.
    await new Promise(setImmediate);
    expect(asked).toHaveLength(2);
    answer({ of: 'good' });
    expect(await good).toMatchObject({ of: 'good' });
    expect(await alsoGood).toBe(await good);
    expect(cache.lookup(`SELECT a FROM t WHERE day = '2020-01-02'`, context)).toBe(await good);
    expect(asked).toHaveLength(2);
  });

  test('all hear of what is thrown, and the next reads again', async () => {
    const { cache, context, refuse, readNow } = stage();
    const all = [cache.read('SHOW a', context), cache.read('SHOW a', context)];
    refuse(new Error('lost'));
    for (const { status } of await Promise.allSettled(all)) expect(status).toBe('rejected');
    expect(await readNow('SHOW a', { of: 'again' })).toMatchObject({ of: 'again' });
  });
});

describe('what does not last', () => {
  test('is given again for a second, to the same text', async () => {
    const { cache, context, readNow, time } = stage();
    const facts = await readNow('SELECT a FROM t WHERE id = 1', { fails: true });
    time.now += 999;
    expect(cache.lookup('SELECT a FROM t WHERE id = 1', context)).toBe(facts);
    expect(cache.lookup('SELECT a FROM t WHERE id = 2', context)).toBeUndefined();
    time.now += 1;
    expect(cache.lookup('SELECT a FROM t WHERE id = 1', context)).toBeUndefined();
    expect(cache.status()).toMatchObject({ entries: 0, bytes: 0 });
  });

  test('is not kept alive by being asked for, nor by a clock that is set back', async () => {
    const { cache, context, readNow, time } = stage();
    await readNow('SHOW a', { fails: true });
    for (let step = 0; step < 4; step++) {
      cache.lookup('SHOW a', context);
      time.now += 250;
    }
    expect(cache.lookup('SHOW a', context)).toBeUndefined();
    await readNow('SHOW a', { fails: true });
    time.now -= 60_000;
    expect(cache.lookup('SHOW a', context)).toBeUndefined();
  });
});

describe('an invalidation', () => {
  test('forgets every text and shape', async () => {
    const { cache, context, readNow } = stage();
    await readNow('SELECT 1');
    cache.invalidate();
    expect(cache.status()).toMatchObject({ entries: 0, bytes: 0 });
    expect(cache.lookup('SELECT 1', context)).toBeUndefined();
    expect(cache.lookup('SELECT 2', context)).toBeUndefined();
  });

  test('does not share or keep what was begun before it', async () => {
    const { cache, context, asked, answer } = stage();
    const before = cache.read('SELECT 1', context);
    cache.invalidate();
    const after = cache.read('SELECT 1', context);
    expect(asked).toHaveLength(2);
    answer({ of: 'before' });
    expect(await before).toMatchObject({ of: 'before' });
    expect(cache.lookup('SELECT 1', context)).toBeUndefined();
    const third = cache.read('SELECT 1', context);
    answer({ of: 'after' });
    expect(await after).toMatchObject({ of: 'after' });
    expect(await third).toBe(await after);
    expect(cache.lookup('SELECT 1', context)).toBe(await after);
  });

  test('by version leaves the version that holds', async () => {
    const { cache, context, readNow } = stage();
    const newer = cache.contextOf({ ...parts, catalogVersion: '2' });
    await readNow('SELECT 1');
    const facts = await readNow('SELECT 1', {}, newer);
    const { entries } = cache.status();
    cache.keepOnly('2');
    expect(cache.lookup('SELECT 1', context)).toBeUndefined();
    expect(cache.lookup('SELECT 1', newer)).toBe(facts);
    expect(cache.status()).toMatchObject({ entries: entries / 2, contexts: 1 });
  });
});

describe('the bounds', () => {
  const reader = (of: string): Facts => ({ of, number: 0 });

  test('hold for entries', async () => {
    const { cache, context } = stage({ reader, limits: { entries: 40, bytes: 1e9 } });
    for (let index = 0; index < 500; index++) {
      await cache.read(`SHOW a${index}`, context);
      cache.lookup(`SHOW a${index}`, context);
      expect(cache.status().entries).toBeLessThanOrEqual(40);
    }
    expect(cache.status().entries).toBeGreaterThan(20);
  });

  test('hold for bytes', async () => {
    const limits = { entries: 1_000, bytes: 100_000 };
    const { cache, context } = stage({ reader, limits, bytesOf: () => 3_000 });
    for (let index = 0; index < 500; index++) {
      await cache.read(`SHOW a${index}`, context);
      cache.lookup(`SHOW a${index}`, context);
      expect(cache.status().bytes).toBeLessThanOrEqual(100_000);
    }
    expect(cache.status().entries).toBeGreaterThan(10);
  });

  test('let texts that come once push out none that came twice', async () => {
    const { cache, context } = stage({ reader, limits: { entries: 40, bytes: 1e9 } });
    await cache.read('SHOW often', context);
    cache.lookup('SHOW often', context);
    for (let index = 0; index < 500; index++) await cache.read(`SHOW a${index}`, context);
    expect(cache.lookup('SHOW often', context)).toBeDefined();
    expect(cache.lookup('SHOW a1', context)).toBeUndefined();
    expect(cache.status().entries).toBe(11);
  });

  test('push out first what was used least lately', async () => {
    const { cache, context } = stage({ reader, limits: { entries: 8, bytes: 1e9 } });
    for (const name of ['a', 'b', 'c', 'd', 'e', 'f']) {
      await cache.read(`SHOW ${name}`, context);
      cache.lookup(`SHOW ${name}`, context);
    }
    cache.lookup('SHOW a', context);
    await cache.read('SHOW g', context);
    cache.lookup('SHOW g', context);
    const kept = ['a', 'b', 'c', 'd', 'e', 'f', 'g'].filter((name) => cache.lookup(`SHOW ${name}`, context));
    expect(kept).toEqual(['a', 'c', 'd', 'e', 'f', 'g']);
  });

  test('keep out what is larger than all of it', async () => {
    const { cache, context } = stage({ reader, limits: { entries: 40, bytes: 1_000 }, bytesOf: () => 5_000 });
    expect(await cache.read('SELECT 1', context)).toMatchObject({ of: 'SELECT 1' });
    expect(cache.status()).toMatchObject({ entries: 0, bytes: 0 });
  });
});
