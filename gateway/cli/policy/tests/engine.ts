// The cases once more in the gateway's own engine: what OPA decides, WebAssembly must decide.
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { PolicyTrial, readTar, unpackGzip } from '../../../policy/index.ts';
import { mostUnpacked } from '../bundle/compile.ts';
import { count, type Finding } from '../check/finding.ts';
import { type Opa, runOrFail } from '../opa/opa.ts';
import type { PolicyRepository } from '../repository.ts';
import type { Case } from './cases.ts';

/** As a configuration has them that says nothing else. */
export const limits = { steps: 5_000_000, memoryBytes: 268_435_456 };

export async function decideInEngine(
  opa: Opa,
  repository: PolicyRepository & Readonly<{ tests: string }>,
  cases: readonly Case[],
): Promise<Finding> {
  const about = 'engine';
  if (cases.length === 0) {
    const text = `nothing to compare: ${repository.tests} has no cases (data.policy_cases.all)`;
    return { grade: 'skipped', about, text };
  }
  const { wasm, data } = await compileWithTests(opa, repository, [
    ...new Set(cases.map((each) => each.entrypoint)),
  ]);
  const trial = new PolicyTrial(wasm, limits);
  const byData = [...cases].sort((a, b) => (JSON.stringify(a.overlay) < JSON.stringify(b.overlay) ? -1 : 1));
  const details: string[] = [];
  for (const { name, entrypoint, input, overlay, decided } of byData) {
    const answer = trial.ask(entrypoint, input, { ...data, ...overlay });
    if ('failed' in answer) details.push(`${name}: ${answer.failed}`);
    else if (!isDeepStrictEqual(plain(answer.result), plain(decided))) {
      details.push(
        name,
        `  OPA decides ${JSON.stringify(decided)}`,
        `  the engine ${JSON.stringify(answer.result)}`,
      );
    }
  }
  if (details.length > 0) return { grade: 'bad', about, text: 'it decides otherwise than OPA', details };
  return { grade: 'good', about, text: `${count(cases.length, 'case')} decided alike in WebAssembly` };
}

/** The packages that tests put beside the policies' own are compiled too. */
async function compileWithTests(
  opa: Opa,
  { root, policies, tests, capabilities }: PolicyRepository & Readonly<{ tests: string }>,
  entryPoints: readonly string[],
): Promise<{ wasm: Buffer; data: Record<string, unknown> }> {
  const folder = await mkdtemp(join(tmpdir(), 'portcullis-test-'));
  try {
    const output = join(folder, 'bundle.tar.gz');
    const beside = join(tests, 'rules');
    const args = ['build', '--target', 'wasm', ...entryPoints.flatMap((name) => ['--entrypoint', name])];
    const sources = existsSync(join(root, beside)) ? [policies, beside] : [policies];
    await runOrFail(opa, [...args, '--capabilities', capabilities, '--output', output, ...sources], root);
    const files = readTar(await unpackGzip(await readFile(output), mostUnpacked));
    return {
      wasm: files.get('policy.wasm') ?? Buffer.alloc(0),
      data: JSON.parse(String(files.get('data.json') ?? '{}')),
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** OPA's numbers and sets, and those of the engine, meet in JSON. */
const plain = (value: unknown): unknown =>
  value === undefined ? undefined : JSON.parse(JSON.stringify(value));
