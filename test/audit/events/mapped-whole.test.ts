// Nothing that an event says is lost in other vocabularies: what is in it is found there again, whatever else it has.
import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { mapToEcs, mapToOcsf } from '../../../gateway/audit/index.ts';

type Schema = Readonly<{
  type?: string | readonly string[];
  $ref?: string;
  const?: unknown;
  enum?: readonly unknown[];
  properties?: Readonly<Record<string, Schema>>;
  items?: Schema;
  $defs?: Readonly<Record<string, Schema>>;
}>;
type Members = Readonly<Record<string, unknown>>;

const file = new URL('../../../schemas/audit-event.schema.json', import.meta.url);
const schema = JSON.parse(await readFile(file, 'utf8')) as Schema;

/** A value that the schema allows, with another one in each place where it can be another. */
function sampleOf(at: Schema, path: string): unknown {
  const { $ref, properties, items } = at;
  if ($ref !== undefined) return sampleOf(schema.$defs?.[$ref.slice('#/$defs/'.length)] as Schema, path);
  if (at.const !== undefined) return at.const;
  if (at.enum !== undefined) return at.enum[0];
  const [type] = [at.type].flat();
  if (path === 'time') return '2030-01-31T12:00:00.123Z';
  switch (type) {
    case 'object':
      if (properties === undefined) return { said: `within ${path}` };
      return Object.fromEntries(
        Object.entries(properties).map(([key, each]) => [key, sampleOf(each, `${path}${path && '.'}${key}`)]),
      );
    case 'array':
      return items === undefined ? [`first of ${path}`] : [0, 1].map((n) => sampleOf(items, `${path}.${n}`));
    case 'integer':
    case 'number':
      return numberOf(path);
    case 'boolean':
      return true;
    default:
      return `what ${path} says`;
  }
}

const numbers: string[] = [];
const numberOf = (path: string): number => 1_000_003 * numbers.push(path);

/** Each value, as often as it is there. */
function leaves(value: unknown): readonly unknown[] {
  if (typeof value !== 'object' || value === null) return [value];
  return Object.values(value).flatMap(leaves);
}

const milliseconds = (event: Members): readonly unknown[] => [
  event.milliseconds,
  (event.outcome as Members | undefined)?.milliseconds,
];

/** What of the first is nowhere in the second. */
function lost(event: Members, mapped: Members): readonly unknown[] {
  const there = [...leaves(mapped)];
  return leaves(event).filter((value) => {
    const isDuration = milliseconds(event).includes(value);
    const forms = [value, ...(value === event.time ? [Date.parse(value as string)] : [])];
    if (isDuration) forms.push((value as number) * 1e6);
    const at = there.findIndex((each) => forms.includes(each));
    if (at >= 0) there.splice(at, 1);
    return at < 0;
  });
}

const whole = sampleOf(schema, '') as Members & { type: string; time: string };
const { version, id, chain, seq, previous, hash, time, type, ...members } = whole;
const envelope = { version, id, chain, seq, previous, hash, time, type };

const events: readonly (readonly [name: string, event: typeof whole])[] = [
  ['everything at once', whole],
  ...Object.entries(members).map(
    ([key, member]) => [`${key} alone`, { ...envelope, [key]: member } as typeof whole] as const,
  ),
];

describe.each([
  ['OCSF', mapToOcsf],
  ['ECS', mapToEcs],
])('in %s', (_, map) => {
  test.each(events)('%s', (_name, event) => {
    expect(lost(event, map(event))).toEqual([]);
  });
});

test('what is taken for every event there may be has all of their keys', () => {
  expect(Object.keys(whole).toSorted()).toEqual(Object.keys(schema.properties ?? {}).toSorted());
});
