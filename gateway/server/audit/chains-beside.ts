// The chains that a process looks after beside the one that it writes: those that no process may be writing any more.
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Config } from '../../config/index.ts';

export type ChainsBeside = Readonly<{
  config: Pick<Config, 'workers' | 'data_dir'>;
  /** Tells the processes of one gateway apart. */
  index: number;
  /** The folder's name of the chain that this process writes. */
  own: string;
}>;

/** Each has some process that is to look after it, and no two have the same. */
export async function chainsBeside({ config, index, own }: ChainsBeside): Promise<readonly string[]> {
  const { workers, data_dir: dataDir } = config;
  const entries = await readdir(join(dataDir, 'audit'), { withFileTypes: true });
  return entries.flatMap((entry) => {
    const [, number] = /^gateway-(\d+)(?:-\d+)?$/.exec(entry.name) ?? [];
    if (!entry.isDirectory() || number === undefined || entry.name === own) return [];
    const keeper = Number(number) < workers ? Number(number) : 0;
    return keeper === index ? [entry.name] : [];
  });
}
