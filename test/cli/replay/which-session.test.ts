// Which session is played: what anybody may ask of the admin side neither makes one, nor hides one.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ReplayStage } from './stage.ts';

let stage: ReplayStage;
let session: string;

beforeAll(async () => {
  stage = await ReplayStage.start();
  await stage.psql(["SELECT 'kept' AS what"]);
  session = await stage.lastSession();
});

afterAll(() => stage.stop());

/** Recorded, and refused: there is no such session that goes on. */
async function asksToEnd(id: string): Promise<void> {
  const authorization = `Bearer ${await stage.token()}`;
  const url = `http://127.0.0.1:${stage.gateway.adminPort}/v1/sessions/${id}`;
  expect((await fetch(url, { method: 'DELETE', headers: { authorization } })).status).toBe(404);
}

test('requests that name sessions which never were change nothing of which there are', async () => {
  await asksToEnd(`${session}x`);
  await asksToEnd('ffffffff-0000-4000-8000-000000000000');
  expect(await stage.replay(session)).toMatchObject({ code: 0, stdout: expect.stringContaining(' kept\n') });
  expect(await stage.replay(session.slice(0, 8))).toMatchObject({ code: 0 });
  const { code, stderr } = await stage.replay('ffffffff');
  expect({ code, stderr }).toMatchObject({ code: 1, stderr: expect.stringContaining('there is no session') });
});

test('an end that was asked for and refused is shown as refused', async () => {
  await asksToEnd(session);
  const { stdout } = await stage.replay(session);
  expect(stdout).toContain('the end of the session was asked for by ada, and refused (HTTP 404)\n');
  expect(stdout.match(/was asked for/g)).toHaveLength(1);
});

test('an id may be in capitals, and nothing is none', async () => {
  expect(await stage.replay(session.toUpperCase())).toMatchObject({ code: 0 });
  expect(await stage.replay('')).toMatchObject({ code: 1, stderr: expect.stringContaining('no session ""') });
});
