// The shipped policy with the profile's data in the place of its own, as the files of a bundle.
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse, stringify } from 'yaml';

const policies = fileURLToPath(new URL('../../../policies/', import.meta.url));
const profile = fileURLToPath(new URL('./', import.meta.url));

/** `labels`: columns labelled beside those of the profile, as "schema.relation.column". */
export async function policyFiles(labels: readonly string[] = []): Promise<Record<string, string>> {
  const names = (await readdir(policies, { recursive: true })).filter((name) => name.endsWith('.rego'));
  const rules = names.map(async (name) => [name, await readFile(join(policies, name), 'utf8')]);
  const catalog = parse(await readFile(join(profile, 'catalog.yaml'), 'utf8')) as { columns: object };
  const added = Object.fromEntries(labels.map((column) => [column, ['pii.added']]));
  return {
    ...Object.fromEntries(await Promise.all(rules)),
    'access/data.yaml': await readFile(join(profile, 'access.yaml'), 'utf8'),
    'catalog/data.yaml': stringify({ ...catalog, columns: { ...catalog.columns, ...added } }),
  };
}
