// What `portcullis audit verify` says of the journals of a gateway.
import { join } from 'node:path';
import { defaultKeyFile, openSigningKey } from '../../../gateway/audit/journal/signing-key.ts';
import type { ChainReport } from '../../../gateway/audit/verify/chain-check.ts';
import { readChainFolder } from '../../../gateway/audit/verify/read-files.ts';
import { Verification } from '../../../gateway/audit/verify/verification.ts';
import { check } from '../scenario.ts';
import { chainsIn } from './record.ts';

/** Throws what is wrong. */
export async function checkChains(dataDir: string): Promise<readonly ChainReport[]> {
  const key = openSigningKey(defaultKeyFile(join(dataDir, 'audit')), { create: false });
  const verification = new Verification({ heads: [], isWhole: true, keys: [key] });
  for (const folder of await chainsIn(dataDir))
    for await (const one of readChainFolder(folder)) verification.see(one);
  const reports = verification.end();
  for (const { chain, problem } of reports)
    check(problem === undefined, () => `the chain ${chain} is broken: ${JSON.stringify(problem)}`);
  return reports;
}
