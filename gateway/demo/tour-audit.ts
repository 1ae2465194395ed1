// The tour's look back: who read a column, whether the record is whole, and a session played again.
import { join } from 'node:path';
import { auditorKey } from './auditor-key.ts';
import { runCommand } from './run-command.ts';
import type { Demo } from './start.ts';
import { connect, query } from './tour-client.ts';

const COLUMN = 'public.customers.ssn';

type Recorded = Readonly<{ session?: string }>;

export async function auditStep(demo: Demo): Promise<string> {
  const client = await connect(demo, await demo.issuer.token('support-agent'));
  const [row] = await query(client, 'SELECT name, ssn FROM customers WHERE id = 42');
  await client.end();
  const config = ['--config', join(demo.folder, 'portcullis.yaml')];
  const readers = ['--column', COLUMN, '--principal', 'support-agent', '--events', '--limit', '1'];
  const listed = await runCommand(['audit', 'query', ...readers, '--json', ...config]);
  const session = (JSON.parse(listed) as readonly Recorded[])[0]?.session;
  if (session === undefined) throw new Error(`nobody is known to have read ${COLUMN}`);
  await runCommand(['audit', 'verify', ...config]);
  const key = ['--key', join(demo.folder, auditorKey.private)];
  const played = await runCommand(['replay', session, '--plain', ...key, ...config]);
  for (const shown of [row?.name, row?.ssn])
    if (!played.includes(String(shown))) throw new Error(`the replay does not show ${shown}`);
  return `support-agent read ${COLUMN} in session ${session.slice(0, 8)}, which was played again: ${row?.ssn}`;
}
