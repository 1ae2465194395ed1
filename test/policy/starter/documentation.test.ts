// What docs/starter-policy.md shows works as it stands there.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { checkAgainst } from './cases.ts';
import { opa, root } from './opa.ts';

async function readBlocks(language: string): Promise<readonly string[]> {
  const text = await readFile(join(root, 'docs/starter-policy.md'), 'utf8');
  return [...text.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\``, 'gms'))].map(
    ([, block]) => block ?? '',
  );
}

it('the data are as the schema of access data says', async () => {
  const check = await checkAgainst('access');
  const problems = (await readBlocks('yaml')).map((block) => {
    const { connect, ...data } = parse(block) as Record<string, unknown>;
    // What a role can add is shown without the role.
    const roles = connect === undefined ? {} : { shown: { who: { kinds: ['human'] }, connect } };
    return check({ roles, ...data });
  });
  expect(problems).toEqual(problems.map(() => []));
});

it('the rule compiles against the schemas, and refuses what it says', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'starter-rule-'));
  try {
    const [rule = ''] = await readBlocks('rego');
    await writeFile(join(folder, 'night.rego'), rule);
    await opa(['check', '--strict', '--schema', 'schemas', 'policies', join(folder, 'night.rego')]);
    const night = `object.union(data.base_inputs["gateway/statement/decision"], {
      "request": {"time": {"hour": 23}},
      "statement": {"writes": [{"action": "insert"}]},
    })`;
    const folders = ['policies', 'policy-tests', folder].flatMap((each) => ['-d', each]);
    const query = `decision := data.gateway.statement.decision with input as ${night}`;
    const { result } = JSON.parse(await opa(['eval', '-f', 'json', ...folders, query]));
    expect(result[0].bindings.decision).toMatchObject({ effect: 'deny', rule: 'night.writes' });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

it('all rules are named', async () => {
  const text = await readFile(join(root, 'docs/starter-policy.md'), 'utf8');
  const named = new Set(
    [...text.matchAll(/^\| (`.*?`) \|/gm)].flatMap(([, cell = '']) => {
      const names = [...cell.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name);
      const [first = ''] = names;
      return names.map((name) => (name.startsWith('.') ? `${first.split('.')[0]}${name}` : name));
    }),
  );
  const decided = JSON.parse(
    await opa(['eval', '-f', 'raw', '-d', 'policies', '-d', 'policy-tests', 'data.policy_cases.decided']),
  ) as Record<string, { rule: string }>;
  const rules = new Set(
    Object.values(decided).map(({ rule }) => rule.replace(/^(role|grant|eligible)\..*/, '$1.<name>')),
  );
  expect([...rules].filter((rule) => !named.has(rule) && !rule.startsWith('team.'))).toEqual([]);
});
