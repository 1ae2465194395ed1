// The tour's look at the rules: what they refuse, in which words, and how soon a change of them counts.
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { buildPolicy, policyFiles } from './policy.ts';
import type { Demo } from './start.ts';
import { type Client, connect, query } from './tour-client.ts';

type Refusal = Error & { code?: string; detail?: string; hint?: string };

/** What the support agent's rules don't allow, each by another rule. */
const refused = [
  'COPY customers (ssn) TO STDOUT',
  "SELECT id FROM customers WHERE ssn LIKE '1%'",
  'SELECT * FROM hr.employees',
  'DROP TABLE tickets',
  "SELECT pg_read_file('/etc/passwd')",
  "COPY tickets TO PROGRAM 'cat'",
];

export async function refusalsStep(demo: Demo): Promise<string> {
  const client = await connect(demo, await demo.issuer.token('support-agent'));
  try {
    const rules = new Set<string>();
    for (const sql of refused) {
      const { code, message, detail } = await refusalOf(client, sql);
      const rule = /policy rule "([^"]+)"/.exec(message)?.[1];
      if (code !== '42501' || rule === undefined || detail?.startsWith('decision ') !== true)
        throw new Error(`${sql} ended with ${code}: ${message}`);
      rules.add(rule);
    }
    await query(client, 'SELECT name, email FROM customers WHERE id = 42');
    return `${refused.length} statements refused by ${[...rules].join(', ')}`;
  } finally {
    await client.end();
  }
}

/** What it may not see comes masked, and the rest as it is. */
export async function masksStep(demo: Demo): Promise<string> {
  const client = await connect(demo, await demo.issuer.token('support-agent'));
  try {
    const sql = 'SELECT email, ssn, card_number, date_of_birth::text AS born FROM customers WHERE id = 42';
    const [row] = await query(client, sql);
    const { email = '', ssn = '', card_number: card = '', born = '' } = row ?? {};
    if (!email.includes('@') || !/^\*+[^*]{4}$/.test(ssn) || card !== '[redacted]' || born !== '[redacted]')
      throw new Error('the values are not masked as the rules say');
    return `ssn is ${ssn}, card_number ${card}`;
  } finally {
    await client.end();
  }
}

/** Takes a right away while a session is open, and gives it back. */
export async function changeStep(demo: Demo): Promise<string> {
  const sql = "UPDATE tickets SET status = 'solved' WHERE id = 7";
  const rules = join(demo.folder, policyFiles.rules);
  const before = await readFile(rules, 'utf8');
  const client = await connect(demo, await demo.issuer.token('support-agent'));
  try {
    await query(client, sql);
    await writeFile(rules, before.replace('update: { public: [tickets] }', 'update: {}'));
    await buildPolicy(demo.folder, 'tour');
    const published = performance.now();
    const message = await untilRefused(client, sql);
    const seconds = ((performance.now() - published) / 1000).toFixed(1);
    return `${seconds} s after it was published: "${message}"`;
  } finally {
    await client.end();
    await writeFile(rules, before);
    await buildPolicy(demo.folder, 'demo');
  }
}

async function untilRefused(client: Client, sql: string): Promise<string> {
  for (;;) {
    const outcome = await query(client, sql).then(
      () => undefined,
      (error: Refusal) => error,
    );
    if (outcome?.code === '42501') return outcome.message;
    if (outcome !== undefined) throw outcome;
    await sleep(50);
  }
}

async function refusalOf(client: Client, sql: string): Promise<Refusal> {
  return await query(client, sql).then(
    () => new Error('it was allowed'),
    (error: Refusal) => error,
  );
}
