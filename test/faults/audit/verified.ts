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
  problem?: Problem;
  events: number;
  last: number;
  duplicates: number;
  /** Up to where a signature goes that was checked. */
  attested?: Readonly<{ seq: number }>;
}>;

export type Problem = Readonly<{ chain: string; seq: number; what: string; message: string }>;

/** Of the journals of this gateway. Throws what is wrong. */
export async function verifiedChains(dataDir: string): Promise<readonly Chain[]> {
  const chains = await verify(join(dataDir, 'audit'), dataDir);
  for (const { chain, problem } of chains)
    check(problem === undefined, () => `the chain ${chain} is broken: ${JSON.stringify(problem)}`);
  return chains;
}

/** Of events in a file that are said to be those of this gateway. */
export async function problemsIn(file: string, dataDir: string): Promise<readonly Problem[]> {
  return (await verify(file, dataDir)).flatMap(({ problem }) => problem ?? []);
}

/** With the gateway's own key. */
async function verify(place: string, dataDir: string): Promise<readonly Chain[]> {
  const { publicKey } = openSigningKey(defaultKeyFile(join(dataDir, 'audit')), { create: false });
  const key = join(dataDir, 'public.pem');
  await writeFile(key, publicKey.export({ type: 'spki', format: 'pem' }));
  const asked = [main, 'audit', 'verify', '--audit', place, '--key', key, '--json'];
  const said = await run(process.execPath, asked, { maxBuffer: 1 << 26 }).catch((failed) => failed);
  const { stdout, stderr } = said as Readonly<{ stdout: string; stderr: string }>;
  check(stdout !== '', () => `portcullis audit verify: ${stderr}`);
  return (JSON.parse(stdout) as { chains: readonly Chain[] }).chains;
}
