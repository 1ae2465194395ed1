// Nothing is sent to the server that isn't on the record: what waits for it, keeps its order, and goes when it can't be.
import { closeSync, openSync, readdirSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type AuditEvent, isMembers, readEvents } from '../../gateway/audit/index.ts';
import { chainFolders } from '../../gateway/audit/verify/read-files.ts';
import { frontend as f, summary } from '../support/raw-client.ts';
import { waitUntil } from '../support/wait.ts';
import { Stage } from './support.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await Stage.start({ config: { audit: { mode: 'journal' } } });
});
afterEach(() => stage.hangUp());
afterAll(() => stage?.stop());

const serverSaw = (text: string): boolean => stage.postgres.logText().includes(text);

/** In the place of the journal's file stands what nothing can be written to. */
function loseJournal(): void {
  const fd = readdirSync('/proc/self/fd').find((each) => /\/audit\/.*\.jsonl$/.test(linkOf(each)));
  closeSync(Number(fd));
  expect(openSync('/dev/null', 'r')).toBe(Number(fd));
}

/** What the journal says of statements of which nobody knows what became, once it is written again. */
function unknownOutcomes(): Promise<readonly AuditEvent[]> {
  return waitUntil('an unknown outcome', async () => {
    const [chain = ''] = await chainFolders(join(stage.folder, '.portcullis', 'audit'));
    const found: AuditEvent[] = [];
    for await (const { event } of readEvents(chain)) {
      if (isMembers(event.outcome) && event.outcome.state === 'unknown') found.push(event);
    }
    return found.length > 0 ? found : undefined;
  });
}

function linkOf(fd: string): string {
  try {
    return readlinkSync(`/proc/self/fd/${fd}`);
  } catch {
    return '';
  }
}

describe('what is let through', () => {
  test('reaches the server in order, with what follows it in the same packet', async () => {
    const clients = await Promise.all([stage.open(), stage.open(), stage.open()]);
    const answers = clients.map(async (client, at) => {
      const pipeline = [1, 2, 3].flatMap((step) => [
        f.parse(`SELECT ${at} * 10 + ${step}`, ''),
        f.bind({}),
        f.execute(),
      ]);
      client.send(Buffer.concat([...pipeline, f.sync(), f.query(`SELECT 'end ${at}'`)]));
      return summary([...(await client.until('Z')), ...(await client.until('Z'))]);
    });
    for (const [at, answer] of (await Promise.all(answers)).entries()) {
      expect(answer.match(/C\(SELECT 1\)/g)).toHaveLength(4);
      expect(answer.match(/Z\(I\)/g)).toHaveLength(2);
      expect(serverSaw(`SELECT ${at} * 10 + 3`)).toBe(true);
    }
  });

  test('runs although the client has left behind it', async () => {
    const client = await stage.open();
    client.send(Buffer.concat([f.query("SELECT 'left behind'"), f.terminate()]));
    await waitUntil(
      'the statement of a client that has left',
      () => serverSaw("SELECT 'left behind'") || undefined,
    );
  });

  test('is not sent when it could not be recorded: its session ends, and others are refused until it can', async () => {
    const [client, other] = [await stage.open(), await stage.open()];
    loseJournal();
    client.send(f.query("SELECT 'never recorded'"));
    const [last] = await client.untilEnd();
    expect(last?.fields).toMatchObject({ S: 'FATAL', C: '58030', M: expect.stringContaining('did not run') });
    other.send(f.query("SELECT 'not recorded either'"));
    expect(summary(await other.until('Z'))).toBe('E(58030) Z(I)');
    await waitUntil('statements to be recorded again', async () => {
      other.send(f.query("SELECT 'recorded again'"));
      return summary(await other.until('Z')).includes('C(SELECT 1)') || undefined;
    });
    expect(serverSaw('never recorded')).toBe(false);
    expect(serverSaw('not recorded either')).toBe(false);
    expect(await unknownOutcomes()).toHaveLength(1);
  });
});
