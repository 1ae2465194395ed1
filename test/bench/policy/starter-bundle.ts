// The policy that the gateway ships, with two thousand labelled columns, as a bundle that OPA can read too.
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureOpa } from '../../../gateway/bin/opa.mjs';
import { assembleBundle } from '../../../gateway/cli/policy/bundle/assemble.ts';
import { runProgram } from '../../../gateway/cli/policy/opa/run-program.ts';
import { openRepository } from '../../../gateway/cli/policy/repository.ts';
import { openBundle, type VerifiedBundle } from '../../../gateway/policy/index.ts';

const policies = fileURLToPath(new URL('../../../policies', import.meta.url));
export const labelledColumns = 2_000;

const options = {
  name: 'starter',
  signing: 'unsigned',
  limits: { bytes: 2 ** 26, unpackedBytes: 2 ** 28 },
} as const;

export type StarterBundle = Readonly<{
  bundle: VerifiedBundle;
  /** The same, for a server of OPA. */
  file: string;
  remove(): Promise<void>;
}>;

/** `change`: what is different in the policies' folder; two thousand labelled columns where it is absent. */
export async function buildStarterBundle(change = labelColumns): Promise<StarterBundle> {
  const folder = await mkdtemp(join(tmpdir(), 'portcullis-bench-'));
  const remove = () => rm(folder, { recursive: true, force: true });
  try {
    await cp(policies, join(folder, 'policies'), { recursive: true });
    await change(join(folder, 'policies'));
    const program = await ensureOpa();
    const opa = {
      run: (args: readonly string[], within: string) => runProgram(program, args, { folder: within }),
    };
    const { bytes } = await assembleBundle(opa, await openRepository(folder), {
      revision: 'bench',
      signing: undefined,
      builtBy: 'bench',
      testInputs: async () => [],
    });
    const file = join(folder, 'bundle.tar.gz');
    await writeFile(file, bytes);
    return { bundle: await openBundle(bytes, options), file, remove };
  } catch (error) {
    await remove();
    throw error;
  }
}

/** Of a hundred tables, each with twenty labelled columns. */
async function labelColumns(policies: string): Promise<void> {
  const columns = Array.from({ length: labelledColumns }, (_, at) => [
    `public.table_${Math.floor(at / 20)}.column_${at % 20}`,
    [at % 3 === 0 ? 'pii.name' : 'pii.email'],
  ]);
  const data = { columns: Object.fromEntries(columns), functions: {} };
  await writeFile(join(policies, 'catalog', 'data.yaml'), JSON.stringify(data));
}
