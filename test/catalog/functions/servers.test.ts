// The classification against real servers: nothing missing, nothing stale, nothing dangerous among the harmless.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  type CastMethod,
  classOfCast,
  classOfOperator,
  type FunctionClass,
  loadFunctionClasses,
  printSignature,
} from '../../../gateway/catalog/index.ts';
import { reviewedExtensions } from './families/index.ts';
import { readServerFunctions, type ServerFunction } from './server-functions.ts';
import { serverVersions, withServer } from './with-server.ts';

const classes = loadFunctionClasses();
const born = ({ oid }: ServerFunction) => oid < 16384;
const signatureOf = ({ schema, name, argumentTypes }: ServerFunction) =>
  printSignature(schema, name, argumentTypes);
const classOf = (found: ServerFunction): FunctionClass =>
  classes.of({ ...found, extension: found.extension ?? undefined }).class;

type Operator = { signature: string; code: number };
type Cast = {
  signature: string;
  castmethod: 'f' | 'b' | 'i';
  function: number;
  output: number;
  input: number;
};
type Snapshot = {
  functions: ServerFunction[];
  /** regprocedure's text of each. */
  texts: ReadonlyMap<number, string>;
  operators: Operator[];
  casts: Cast[];
  conversions: Cast[];
};
const servers = new Map<number, Snapshot>();

const castQuery = (rows: string) => `
  SELECT s.typname || ' as ' || t.typname AS signature, c.castmethod, c.castfunc::int AS function,
         s.typoutput::oid::int AS output, t.typinput::oid::int AS input
    FROM ${rows} JOIN pg_type s ON s.oid = c.castsource JOIN pg_type t ON t.oid = c.casttarget
   WHERE s.oid < 16384 AND t.oid < 16384`;
const everyTypeThroughText = `(SELECT oid AS castsource, 'text'::regtype AS casttarget, 'i' AS castmethod, 0 AS castfunc
     FROM pg_type WHERE typtype <> 'p' UNION SELECT 'text'::regtype, oid, 'i', 0 FROM pg_type WHERE typtype <> 'p') c`;

beforeAll(async () => {
  await Promise.all(
    serverVersions.map((version) =>
      withServer(version, async (client) => {
        const functions = await readServerFunctions(client);
        const { rows: operators } = await client.query<Operator>(
          `SELECT oid::regoperator::text AS signature, oprcode::oid::int AS code
             FROM pg_operator WHERE oid < 16384 AND oprcode <> 0`,
        );
        const { rows: casts } = await client.query<Cast>(castQuery('pg_cast c'));
        const { rows: conversions } = await client.query<Cast>(castQuery(everyTypeThroughText));
        const { rows: texts } = await client.query<{ oid: number; text: string }>(
          'SELECT oid::int, oid::regprocedure::text AS text FROM pg_proc',
        );
        servers.set(version, {
          functions,
          texts: new Map(texts.map(({ oid, text }) => [oid, text])),
          operators,
          casts,
          conversions,
        });
      }),
    ),
  );
}, 400_000);
afterAll(() => servers.clear());

function server(version: number): Snapshot {
  const snapshot = servers.get(version);
  if (!snapshot) throw new Error(`PostgreSQL ${version} did not start`);
  return snapshot;
}
const everywhere = () => [...servers.values()].flatMap(({ functions }) => functions);

describe.each(serverVersions)('PostgreSQL %i', (version) => {
  test('every function that the server is born with has an entry', () => {
    const { functions } = server(version);
    const builtin = functions.filter(born);
    expect(builtin.length).toBeGreaterThan(3200);
    expect(builtin.map(signatureOf).filter((signature) => !classes.find(signature))).toEqual([]);
  });

  test('every function of a reviewed extension has an entry', () => {
    const missing = server(version)
      .functions.filter(({ extension }) => extension !== null && reviewedExtensions.includes(extension))
      .filter(({ extension, name }) => !classes.findInExtension(extension as string, name));
    expect(missing.map(({ extension, name }) => `${extension}/${name}`)).toEqual([]);
  });

  test('regprocedure’s own text finds what name and types find', () => {
    const { functions, texts } = server(version);
    const wrong = functions
      .filter(born)
      .filter(
        ({ oid, name, argumentTypes, schema }) =>
          classes.find(texts.get(oid) ?? '') !== classes.findByName(name, argumentTypes, schema),
      );
    expect(wrong.map(signatureOf)).toEqual([]);
  });

  test('what is volatile is nowhere called pure', () => {
    const harmless = new Set(['pure', 'whole_value', 'reads_catalog']);
    const known = /\.(amvalidate|fmgr_\w+_validator|plpgsql_validator|pg_\w*collation_actual_version)\(/;
    const wrong = server(version)
      .functions.filter((found) => born(found) && found.volatility === 'v' && harmless.has(classOf(found)))
      .map(signatureOf);
    expect(wrong.filter((signature) => !known.test(signature) && !isPartitionTree(signature))).toEqual([]);
  });

  test('what not everybody may call is nowhere called harmless', () => {
    const harmless = new Set([
      'pure',
      'whole_value',
      'clock',
      'random',
      'session',
      'reads_catalog',
      'internal',
    ]);
    const wrong = server(version).functions.filter(
      (found) => born(found) && !found.everybody && harmless.has(classOf(found)),
    );
    expect(wrong.map(signatureOf)).toEqual([]);
  });

  test('no function runs with other rights than the caller’s', () => {
    const definers = server(version).functions.filter((found) => born(found) && found.securityDefiner);
    expect(definers.map(signatureOf)).toEqual([]);
  });

  test('what speaks of files, locks, sessions or relations is nowhere called pure', () => {
    const reaches =
      /\b(files?|director(y|ies)|tablespace|advisory|lock|backend|replication|WAL|statistics|privilege|large object|relation|table|view|sequence|configuration parameter|reset|session)\b/i;
    const known = /\.(aclexplode|pg_options_to_table|pg_wal_lsn_diff)\(/;
    const wrong = server(version)
      .functions.filter(
        (found) => born(found) && classOf(found) === 'pure' && reaches.test(found.description ?? ''),
      )
      .map((found) => `${signatureOf(found)}: ${found.description}`)
      .filter((line) => !known.test(line));
    expect(wrong).toEqual([]);
  });

  test('an argument that is an object’s name or number by its type is nowhere called pure', () => {
    const names = /^(regclass|regproc|regprocedure|regoper|regoperator|regrole|regnamespace|refcursor)$/;
    const wrong = server(version)
      .functions.filter((found) => born(found) && classOf(found) === 'pure')
      .filter(
        ({ argumentTypes, typeSupport }) => !typeSupport && argumentTypes.some((type) => names.test(type)),
      );
    expect(wrong.map(signatureOf)).toEqual([]);
  });

  test('two names of one C function have one class', () => {
    const bySource = new Map<string, Map<FunctionClass, string>>();
    for (const found of server(version).functions) {
      if (!born(found) || found.language !== 'internal' || found.source === 'aggregate_dummy') continue;
      const seen = bySource.get(found.source) ?? new Map<FunctionClass, string>();
      seen.set(classOf(found), signatureOf(found));
      bySource.set(found.source, seen);
    }
    const split = [...bySource]
      .filter(([, seen]) => seen.size > 1)
      .map(([, seen]) => Object.fromEntries(seen));
    expect(split).toEqual([]);
  });

  test('every operator has a class, and it is pure or of whole rows unless it is known otherwise', () => {
    const { functions, operators } = server(version);
    const byOid = new Map(functions.map((found) => [found.oid, { ...found, extension: undefined }]));
    const found = operators.map(({ signature, code }) => ({
      signature,
      class: classOfOperator({ code }, byOid, classes).class,
    }));
    expect(found.length).toBeGreaterThan(780);
    expect(found.filter((operator) => operator.class !== 'pure' && operator.class !== 'whole_value')).toEqual(
      [],
    );
  });

  test('every cast has a class, through text too', () => {
    const { functions, casts, conversions } = server(version);
    const byOid = new Map(functions.map((found) => [found.oid, { ...found, extension: undefined }]));
    const counts: Record<string, string[]> = {};
    for (const cast of [...casts, ...conversions]) {
      const entry = classOfCast(asMethod(cast), byOid, classes);
      const list = counts[entry.class] ?? [];
      counts[entry.class] = list;
      list.push(cast.signature);
    }
    expect(Object.keys(counts).sort()).toEqual([
      'internal',
      'opaque',
      'pure',
      'reads_catalog',
      'stats',
      'whole_value',
    ]);
    // Names and numbers of objects; the names of roles in access control items.
    expect(counts.reads_catalog?.filter((name) => !/\breg\w+\b|_?aclitem|pg_node_tree/.test(name))).toEqual(
      [],
    );
    expect(counts.opaque?.every((name) => name.startsWith('text as '))).toBe(true);
  });
});

test('no entry is of a function that exists nowhere any more', () => {
  const signatures = new Set(everywhere().filter(born).map(signatureOf));
  expect(classes.signatures().filter((signature) => !signatures.has(signature))).toEqual([]);
  const ofExtensions = new Set(everywhere().map(({ extension, name }) => `${extension}/${name}`));
  expect(classes.extensionFunctions().filter((line) => !ofExtensions.has(line))).toEqual([]);
});

function isPartitionTree(signature: string): boolean {
  return /\.pg_partition_(tree|ancestors)\(/.test(signature);
}

function asMethod({ castmethod, function: called, output, input }: Cast): CastMethod {
  if (castmethod === 'b') return { method: 'binary' };
  return castmethod === 'f' ? { method: 'function', function: called } : { method: 'text', output, input };
}
