// The starter policy with access data of a test's own.
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import type { Files } from '../policy-stage.ts';

const folder = fileURLToPath(new URL('../../../policies/', import.meta.url));

/** `access` takes the place of these keys of what is shipped; `catalog` is what is shipped as catalog/data.yaml. */
export async function shippedPolicy(access: object, catalog: object): Promise<Files> {
  const names = await readdir(folder, { recursive: true });
  const rego = await Promise.all(
    names
      .filter((name) => name.endsWith('.rego'))
      .map(async (name) => [name, await readFile(join(folder, name), 'utf8')] as const),
  );
  const shipped = parse(await readFile(join(folder, 'access/data.yaml'), 'utf8')) as object;
  return {
    ...Object.fromEntries(rego),
    'access/data.json': JSON.stringify({ ...shipped, ...access }),
    'catalog/data.json': JSON.stringify(catalog),
  };
}
