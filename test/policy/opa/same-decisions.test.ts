// The starter policy, built as its users build it, decides in an OPA and in the gateway alike.
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Policy } from '../../../gateway/policy/index.ts';
import { filesOf } from '../../support/build-bundle.ts';
import { ask, identity } from '../engine/asks.ts';
import { type Beside, startBeside } from './beside.ts';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../../..', import.meta.url));

let beside: Beside;
let bundle: Buffer;

beforeAll(async () => {
  beside = await startBeside();
  const folder = await mkdtemp(join(tmpdir(), 'starter-'));
  try {
    const output = join(folder, 'bundle.tar.gz');
    const args = ['policy', 'build', root, '--signing-key', beside.key.privateFile, '--revision', 'starter'];
    await run(process.execPath, [join(root, 'gateway/main.ts'), ...args, '--output', output], {
      cwd: folder,
    });
    bundle = await readFile(output);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  beside.publish(bundle);
  await beside.bothActive('starter');
});
afterAll(() => beside?.stop());

type TestInput = Readonly<{ entrypoint: string; input: unknown; result: unknown }>;

const testInputs = (): readonly TestInput[] => {
  const manifest = JSON.parse(String(filesOf(bundle).get('/.manifest')));
  return manifest.metadata.portcullis.test_inputs;
};

it('on every input of its own tests', async () => {
  const inputs = testInputs();
  expect(inputs.length).toBeGreaterThan(100);
  const policy = beside.tracks.decider(identity)?.policy as Policy;
  for (const { entrypoint, input, result } of inputs) {
    const byOpa = await beside.opa.decide(entrypoint, input);
    expect(byOpa.result).toEqual(result);
    expect(policy.evaluate(entrypoint, input)).toEqual(result);
  }
});

it('on a question that is asked as sessions ask it', async () => {
  const policy = beside.tracks.decider(identity)?.policy;
  for (const asked of [ask(), ask({ identity: { ...identity, groups: [] } })]) {
    const decided = policy?.statement(asked);
    expect(decided?.decision.rule).not.toBe('gateway.undecided');
    const byOpa = await beside.opa.decide('gateway/statement/decision', decided?.input());
    expect(byOpa.result).toEqual(decided?.decision);
  }
});
