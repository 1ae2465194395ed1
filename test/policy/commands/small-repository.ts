// A policy repository that is small and decides something, in a folder of its own.
import { cp, mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const checkout = fileURLToPath(new URL('../../..', import.meta.url));

const decision = (phase: string, rules: string) => `# METADATA
# title: Decision on a ${phase}
# schemas:
#   - input: schema["input.schema"]
package gateway.${phase}

# METADATA
# entrypoint: true
default decision := {"effect": "deny", "rule": "small.${phase}"}
${rules}`;

const files: Readonly<Record<string, string>> = {
  'policies/gateway/statement.rego': decision(
    'statement',
    `
decision := {"effect": "allow", "rule": "small.read"} if input.statement.kind == "select"
`,
  ),
  'policies/gateway/connect.rego': decision('connect', ''),
  'policies/gateway/approve.rego': decision('approve', ''),
  'policies/access/data.yaml':
    'roles:\n  readers:\n    who: { kinds: [agent] }\n    may: { select: { public: all } }\n',
};

/** `changes` replace files, or add some. */
export async function smallRepository(changes: Readonly<Record<string, string>> = {}): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'portcullis-policy-'));
  for (const [path, content] of Object.entries({ ...files, ...changes })) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), content);
  }
  await cp(join(checkout, '.regal'), join(folder, '.regal'), { recursive: true });
  return folder;
}

const statement = (kind: string, tag: string) => ({
  kind,
  tag,
  read_only: kind === 'select',
  relations: [{ schema: 'public', name: 'orders', kind: 'table', access: [kind], through: [], labels: [] }],
});

/** An input as the gateway makes it, as far as the small policy reads it. */
export const inputOf = (kind: string, tag: string) => ({
  request: {
    phase: 'statement',
    time: { unix: 0, iso: '1970-01-01T00:00:00Z', weekday: 'thursday', hour: 0 },
  },
  identity: { principal: 'agent:invoices', kind: 'agent' },
  statement: statement(kind, tag),
});
