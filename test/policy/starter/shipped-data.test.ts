// The data that teams edit are as their schemas say, and the schemas describe every key: that is what editors show.
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { checkAgainst } from './cases.ts';
import { root } from './opa.ts';

type Schema = Readonly<Record<string, unknown>>;

describe('the data of the starter policy', () => {
  it.each([
    { file: 'policies/access/data.yaml', schema: 'access' },
    { file: 'policies/catalog/data.yaml', schema: 'catalog-data' },
  ])('in $file are as the schema says', async ({ file, schema }) => {
    const check = await checkAgainst(schema);
    expect(check(parse(await readFile(join(root, file), 'utf8')))).toEqual([]);
  });

  it('let nobody see a labelled column but those in the group of administrators', async () => {
    const { roles } = parse(await readFile(join(root, 'policies/access/data.yaml'), 'utf8'));
    const unmasking = Object.values(roles as Record<string, { who: object; may: { unmask?: unknown } }>)
      .filter(({ may }) => may.unmask !== undefined)
      .map(({ who }) => who);
    expect(unmasking).toEqual([{ kinds: ['human'], groups: ['portcullis-administrators'] }]);
  });
});

describe('the schemas of what policies read and decide', () => {
  it('describe every key', async () => {
    const files = (await readdir(join(root, 'schemas'))).filter(
      (file) => file.endsWith('.schema.json') && file !== 'config.schema.json',
    );
    const silent = await Promise.all(
      files.map(async (file) => {
        const schema = JSON.parse(await readFile(join(root, 'schemas', file), 'utf8')) as Schema;
        return silentKeys(schema, file);
      }),
    );
    expect(silent.flat()).toEqual([]);
  });
});

function silentKeys(node: unknown, at: string): readonly string[] {
  if (Array.isArray(node)) return node.flatMap((each, index) => silentKeys(each, `${at}/${index}`));
  if (typeof node !== 'object' || node === null) return [];
  const properties = (node as { properties?: Record<string, Schema> }).properties ?? {};
  const own = Object.entries(properties)
    .filter(([, value]) => typeof value === 'object' && value.description === undefined)
    .map(([key]) => `${at}.${key}`);
  return [...own, ...Object.entries(node).flatMap(([key, value]) => silentKeys(value, `${at}/${key}`))];
}
