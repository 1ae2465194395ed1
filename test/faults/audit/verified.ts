// What `portcullis audit verify` says of the journals of a gateway, or of a sink.
import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { defaultKeyFile, openSigningKey } from '../../../gateway/audit/index.ts';
import { check } from '../scenario.ts';

const run = promisify(execFile);
const main = fileURLToPath(new URL('../../../gateway/main.ts', import.meta.url));

export type Chain = Readonly<{
  chain: string;
  problem?: object;
  events: number;
  last: number;
  duplicates: number;
  /** Up to where a signature goes that was checked. */
  attested?: Readonly<{ seq: number }>;
}>;

/** Of the journals below this folder, checked with the gateway's own key. Throws what is wrong. */
export async function verifiedChains(dataDir: string): Promise<readonly Chain[]> {
  const audit = join(dataDir, 'audit');
  const { publicKey } = openSigningKey(defaultKeyFile(audit), { create: false });
  const key = join(dataDir, 'public.pem');
  await writeFile(key, publicKey.export({ type: 'spki', format: 'pem' }));
  const said = await run(
    process.execPath,
    [main, 'audit', 'verify', '--audit', audit, '--key', key, '--json'],
    {
      maxBuffer: 1 << 26,
    },
  ).catch(({ stdout, stderr }) => ({ stdout: stdout as string, stderr: stderr as string }));
  check(said.stdout !== '', () => `portcullis audit verify: ${said.stderr}`);
  const { chains } = JSON.parse(said.stdout) as { chains: readonly Chain[] };
  for (const { chain, problem } of chains)
    check(problem === undefined, () => `the chain ${chain} is broken: ${JSON.stringify(problem)}`);
  return chains;
}
