// Whatever a mask makes of a value, the server takes it as a value of the column's type, and the same in both formats.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createMask, type MaskRule, type ValueMask } from '../../gateway/mask/index.ts';
import { Database, type Sample } from './database.ts';
import { key, nameOf, rules } from './rules.ts';
import { type SampledType, sampledTypes, sampleQuery, setUp } from './samples.ts';

type Masked = Readonly<{ text: Buffer | null; binary: Buffer | null }>;

function maskAll(mask: ValueMask, { values }: Sample): Masked[] {
  return values.flatMap(({ text, binary }) =>
    text === null || binary === null ? [] : [{ text: mask.text(text), binary: mask.binary(binary) }],
  );
}

const comparable = (name: string, value: string) =>
  /^(json|xml|point)\b/.test(name) ? `${value}::text` : value;

describe.each([15, 18] as const)('values of PostgreSQL %i', (version) => {
  let database: Database;
  beforeAll(async () => {
    database = await Database.start(version, setUp);
  });
  afterAll(() => database?.stop());

  const isValid = async ({ name, unlimited = name }: SampledType, { text, binary }: Masked) => {
    const [same, fits] = await database.ask(
      `SELECT ${comparable(name, `$1::${unlimited}`)} IS NOT DISTINCT FROM ${comparable(name, `$2::${unlimited}`)},
              ($1::${unlimited})::${name}::text = ($1::${unlimited})::text`,
      [text?.toString() ?? '', binary ?? ''],
    );
    return same === true && fits === true;
  };

  it.each(sampledTypes)('$name: each kind of mask makes values of it, or NULL', async (type) => {
    const sample = await database.sample(sampleQuery(type), 'value');
    const wrong: unknown[] = [];
    for (const rule of rules) {
      const seen = new Set<string>();
      for (const masked of maskAll(createMask(rule, sample.type, key), sample)) {
        const { text, binary } = masked;
        const name = `${text?.toString()} ${binary?.toString('hex')}`;
        if (seen.has(name)) continue;
        seen.add(name);
        if (text === null && binary === null) continue;
        const valid =
          text !== null &&
          binary !== null &&
          (await isValid(type, masked).catch((error: Error) => {
            wrong.push(error.message);
            return false;
          }));
        if (!valid) wrong.push(`${nameOf(rule)}: ${name}`);
      }
    }
    expect(wrong).toEqual([]);
  });

  it.each([
    ['timestamp', 'date_trunc($2, $1::timestamp)'],
    ['timestamptz', "date_trunc($2, $1::timestamptz, 'UTC')"],
    ['date', 'date_trunc($2, $1::date::timestamp)::date'],
  ])('%s: date_trunc cuts off what the server cuts off', async (name, truncated) => {
    const type = sampledTypes.find((each) => each.name === name) as SampledType;
    const sample = await database.sample(sampleQuery(type), 'value');
    const wrong: unknown[] = [];
    for (const unit of ['century', 'decade', 'year', 'quarter', 'month', 'week', 'day', 'hour'] as const) {
      const mask = createMask({ kind: 'date_trunc', unit }, sample.type, key);
      for (const { binary } of sample.values) {
        const masked = binary === null ? null : mask.binary(binary);
        if (binary === null || masked === null) continue;
        const [same] = await database
          .ask(`SELECT $3::${name} = ${truncated}`, [binary, unit, masked])
          // What is cut off before the calendar begins is its first day here, and an error there.
          .catch((error: Error) => [error.message.includes('out of range')]);
        if (same !== true) wrong.push([unit, binary.toString('hex'), masked.toString('hex')]);
      }
    }
    expect(wrong).toEqual([]);
  });

  it('texts in other styles are still values of their type, or NULL', async () => {
    await database.client.query(
      "SET DateStyle = 'SQL, DMY'; SET IntervalStyle = iso_8601; SET bytea_output = escape; SET extra_float_digits = 0",
    );
    const wrong: unknown[] = [];
    for (const type of sampledTypes) {
      const sample = await database.sample(sampleQuery(type), 'value');
      for (const rule of rules) {
        const mask = createMask(rule, sample.type, key);
        for (const text of new Set(maskAll(mask, sample).map((masked) => masked.text?.toString()))) {
          if (text === undefined) continue;
          await database.ask(`SELECT $1::${type.name} IS NULL`, [text]).catch((error: Error) => {
            wrong.push([type.name, nameOf(rule), error.message]);
          });
        }
      }
    }
    await database.client.query('RESET ALL');
    expect(wrong).toEqual([]);
  });
});

describe('types that masks make no values of', () => {
  const closed = { oid: 99_999, typmod: -1, typeOf: () => undefined };
  it.each(rules.map((rule: MaskRule) => [nameOf(rule), rule] as const))('%s: NULL', (_, rule) => {
    const mask = createMask(rule, closed, key);
    expect(mask.text(Buffer.from('secret'))).toBeNull();
    expect(mask.binary(Buffer.from('secret'))).toBeNull();
  });
});
