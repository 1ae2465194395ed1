// Two gateways under the shipped policy: with every label of the tables, and with none.
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { buildStarterBundle } from '../policy/starter-bundle.ts';
import { type GatewayVariant, withBundle } from '../routes/index.ts';
import { labels } from './tables.ts';

/** Nothing of what it answers is masked. */
export const unmasked: GatewayVariant = {
  name: 'unmasked',
  configure: (config) =>
    withBundle(
      config,
      buildStarterBundle((policies) => writeData(policies, {})),
    ),
};

export const masked: GatewayVariant = {
  name: 'masked',
  configure: async (config) => {
    const keys = join(String(config.data_dir), '..', 'mask-keys.yaml');
    const secret = Buffer.alloc(32, 7).toString('base64');
    await writeFile(keys, JSON.stringify({ keys: [{ id: 'bench', key: secret }] }));
    const decided = await withBundle(
      config,
      buildStarterBundle((policies) => writeData(policies, labels.columns)),
    );
    return { ...decided, masking: { keys_file: keys } };
  },
};

async function writeData(policies: string, columns: object): Promise<void> {
  const access = join(policies, 'access', 'data.yaml');
  const data = parse(await readFile(access, 'utf8')) as Readonly<Record<string, object>>;
  await writeFile(access, stringify({ ...data, labels: { ...data.labels, ...labels.masks } }));
  await writeFile(join(policies, 'catalog', 'data.yaml'), JSON.stringify({ columns, functions: {} }));
}
