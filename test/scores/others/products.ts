// Other gateways that can be run on one machine: the version measured, its files, and how it is started.
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Command } from '../../clients/command.ts';

export type Product = Readonly<{
  name: string;
  version: string;
  /** How its program is told from `--program`, where its own name on PATH won't do. */
  program: string;
  /** Which of its files is given to it, and how. */
  args(folder: string): readonly string[];
  /** It refuses to run as root. */
  isUnprivileged?: boolean;
}>;

const here = fileURLToPath(new URL('./', import.meta.url));

export const products: readonly Product[] = [
  {
    name: 'pgbouncer',
    version: '1.18.0',
    program: 'pgbouncer',
    args: (folder) => ['-q', join(folder, 'pgbouncer.ini')],
    isUnprivileged: true,
  },
  {
    name: 'hoop-inspect',
    version: '0.1.0 (e939597)',
    program: 'hoop-inspect',
    args: (folder) => ['-config', join(folder, 'config.yaml')],
  },
  {
    name: 'pg_guard',
    version: '0.1.4',
    program: 'pg_guard',
    args: (folder) => ['--config', join(folder, 'pg_guard.toml')],
  },
];

/** Its files with the places of this run in them. */
export async function filesOf(
  { name }: Product,
  places: Readonly<Record<string, string>>,
): Promise<readonly (readonly [file: string, text: string])[]> {
  const folder = join(here, name);
  const files = (await readdir(folder)).filter((file) => !file.endsWith('.md'));
  return await Promise.all(
    files.map(async (file) => {
      const text = await readFile(join(folder, file), 'utf8');
      const filled = Object.entries(places).reduce(
        (done, [place, value]) => done.replaceAll(`{${place}}`, value),
        text,
      );
      return [file, filled] as const;
    }),
  );
}

export function commandOf(product: Product, program: string | undefined, folder: string): Command {
  return { program: program ?? product.program, args: product.args(folder), cwd: folder };
}
