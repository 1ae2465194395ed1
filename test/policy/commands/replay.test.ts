// `portcullis policy diff` and `try`: what another version decides otherwise, and why one input is decided as it is.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runCli } from '../../cli/run-cli.ts';
import { inputOf, smallRepository } from './small-repository.ts';

let folder: string;
let old: string;
let next: string;
let inputs: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'portcullis-replay-'));
  const before = await smallRepository();
  old = join(folder, 'old.tar.gz');
  await runCli(['policy', 'build', before, '--unsigned', '--revision', 'v1', '-o', old]);
  await rm(before, { recursive: true });
  next = await smallRepository({
    'policies/gateway/statement.rego': `package gateway.statement

# METADATA
# entrypoint: true
default decision := {"effect": "deny", "rule": "small.statement"}

decision := {"effect": "allow", "rule": "small.write"} if input.statement.kind == "insert"

decision := {"effect": "allow", "rule": "small.read", "notices": data.rules.notices.verdict_notices} if {
	input.statement.kind == "select"
}
`,
    'policies/rules/notices.rego': `package rules.notices

verdict contains {"effect": "allow", "rule": "notices.said", "reason": "It is said."}

verdict_notices := ["reads are recorded"]
`,
  });
  inputs = join(folder, 'inputs.jsonl');
  const event = { decision_id: 'd', path: 'gateway/statement/decision', input: inputOf('insert', 'INSERT') };
  const erased = { decision_id: 'e', path: 'gateway/statement/decision', erased: ['/input'] };
  const lines = [inputOf('delete', 'DELETE'), event, erased, inputOf('select', 'SELECT')];
  await writeFile(inputs, `${lines.map((line) => JSON.stringify(line)).join('\n')}\n`);
});
afterAll(async () => {
  for (const path of [folder, next]) await rm(path, { recursive: true, force: true });
});

describe('diff', () => {
  test('groups what is decided otherwise by effect and rule, with the lines', async () => {
    const { code, stdout, stderr } = await runCli(['policy', 'diff', old, next, '--inputs', inputs]);
    expect(stderr).toBe('');
    expect(code).toBe(3);
    expect(stdout.split('\n').slice(1)).toEqual([
      '',
      'deny small.statement → allow small.write  1 input',
      `  ${inputs}:2  agent:invoices: INSERT public.orders`,
      '',
      'allow small.read: the same rule, another decision  1 input',
      `  ${inputs}:4  agent:invoices: SELECT public.orders`,
      '',
    ]);
    expect(stdout).toMatch(/^2 of 3 inputs decided otherwise {2}v1 → [0-9a-f]{12}\n/);
  });

  test('as JSON, with both decisions', async () => {
    const { stdout } = await runCli(['policy', 'diff', old, next, '--inputs', inputs, '--json']);
    const { inputs: asked, changed, groups } = JSON.parse(stdout);
    expect({ asked, changed }).toEqual({ asked: 3, changed: 2 });
    expect(groups[0]).toMatchObject({
      from: { effect: 'deny', rule: 'small.statement' },
      to: { effect: 'allow', rule: 'small.write' },
      count: 1,
      examples: [{ place: `${inputs}:2`, old: { effect: 'deny' }, new: { effect: 'allow' } }],
    });
  });

  test('of a policy and itself: nothing, and exit code 0', async () => {
    const { code, stdout } = await runCli(['policy', 'diff', old, old, '--inputs', inputs]);
    expect(code).toBe(0);
    expect(stdout).toBe('0 of 3 inputs decided otherwise  v1 → v1\n');
  });

  test('without inputs it says where they come from', async () => {
    const { code, stderr } = await runCli(['policy', 'diff', old, old]);
    expect(code).toBe(1);
    expect(stderr).toContain('there are no inputs to decide\nName a file of them with --inputs.');
  });

  test('a line that is no input is named, and not quoted', async () => {
    const wrong = join(folder, 'wrong.jsonl');
    await writeFile(wrong, `${JSON.stringify(inputOf('select', 'SELECT'))}\n{"secret": "hunter2"}\n`);
    const { code, stderr } = await runCli(['policy', 'diff', old, old, '--inputs', wrong]);
    expect(code).toBe(1);
    expect(stderr).toContain(`${wrong}:2 is no input of a policy`);
    expect(stderr).not.toContain('hunter2');
  });
});

describe('try', () => {
  const asked = async (kind: string, ...words: string[]) => {
    const file = join(folder, `${kind}.json`);
    await writeFile(file, JSON.stringify(inputOf(kind, kind.toUpperCase())));
    return runCli(['policy', 'try', ...words.slice(0, 1), file, ...words.slice(1)]);
  };

  test('a repository: the decision, its rule and where that is written, and what each rule says', async () => {
    const { code, stdout } = await asked('select', next);
    expect(code).toBe(0);
    expect(stdout).toBe(
      [
        'allow  small.read  policies/gateway/statement.rego:9',
        '',
        '  notices  ["reads are recorded"]',
        '',
        'What each rule says',
        '  allow  notices.said  It is said.',
        '',
      ].join('\n'),
    );
  });

  test('a bundle, which decides by its module', async () => {
    const { stdout } = await asked('insert', old, '--json');
    expect(JSON.parse(stdout)).toEqual({
      decision: { effect: 'deny', rule: 'small.statement' },
      spoken: [],
      roles: [],
    });
  });

  test("OPA's own trace", async () => {
    const { stdout } = await asked('insert', next, '--full');
    expect(stdout).toContain("OPA's trace");
    expect(stdout).toContain('data.gateway.statement.decision');
  });

  test('what is no input says what one is', async () => {
    const file = join(folder, 'other.json');
    await writeFile(file, '{"statement": {}}');
    const { code, stderr } = await runCli(['policy', 'try', next, file]);
    expect(code).toBe(1);
    expect(stderr).toContain('see schemas/input.schema.json');
  });
});
