// The tour's approval: the support agent's mass delete waits on its session until the administrator lets it run.
import { runCommand } from './run-command.ts';
import type { Demo } from './start.ts';
import { type Client, connect } from './tour-client.ts';

const DELETE = "DELETE FROM tickets WHERE status = 'solved'";

/** Within a transaction that is rolled back, so that the next tour finds the tickets again. */
export async function approvalStep(demo: Demo): Promise<string> {
  const client = await connect(demo, await demo.issuer.token('support-agent'));
  try {
    await client.query('BEGIN');
    const notice = firstNotice(client);
    const deleted = client.query(DELETE);
    // It is awaited below; until then nobody else listens for its failure.
    deleted.catch(() => undefined);
    const id = /approve ([\da-f]{8})/.exec((await Promise.race([notice, failed(deleted)])).hint ?? '')?.[1];
    if (id === undefined) throw new Error('the notice names no request');
    const admin = [
      '--admin',
      `http://127.0.0.1:${demo.ports.admin}`,
      '--token-file',
      `${demo.folder}/dba.token`,
    ];
    const shown = await runCommand(['approvals', 'show', id, ...admin]);
    if (!shown.includes('public.tickets')) throw new Error('the request does not say what is deleted');
    await runCommand(['approvals', 'approve', id, ...admin, '--words', 'as discussed']);
    const { rowCount } = await deleted;
    await client.query('ROLLBACK');
    return `request ${id} approved by dana, ${rowCount} rows deleted (and rolled back)`;
  } finally {
    await client.end();
  }
}

type Notice = Readonly<{ message?: string | undefined; hint?: string | undefined }>;

const firstNotice = (client: Client): Promise<Notice> =>
  new Promise((resolve) => client.once('notice', (notice) => resolve(notice)));

/** A statement that isn't held has no notice to wait for. */
const failed = (statement: Promise<unknown>): Promise<never> =>
  statement.then(() => {
    throw new Error('the statement was not held');
  });
