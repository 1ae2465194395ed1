// What holds for every sink: order at the end, a restart, a changed configuration, standard output, and a journal that is full.
import { spawn } from 'node:child_process';
import { createPrivateKey, createPublicKey } from 'node:crypto';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, test } from 'vitest';
import { runCli } from '../../cli/run-cli.ts';
import { waitUntil } from '../../support/wait.ts';
import { answerJson, type Behaviour, type HttpService, startHttpService } from './http-service.ts';
import { auditConfig, openStage, sinkConfig, temporaryFolder } from './stage.ts';

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

const ok: Behaviour = (_, response) => answerJson(response, 200, {});

async function service(answer: Behaviour = ok): Promise<HttpService> {
  const started = await startHttpService(answer);
  closing.push(() => started.stop());
  return started;
}

const http = (name: string, { url }: HttpService, more: object = {}) =>
  sinkConfig({ kind: 'http', name, url, ...more });

const idsOf = ({ received }: HttpService): string[] =>
  received.flatMap(({ body }) =>
    body
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line).id),
  );

test('what waits for a batch to fill is sent when the gateway stops', async () => {
  const [web, quick] = [await service(), await service()];
  const stage = await openStage([http('web', web, { batch: { seconds: 3_600 } }), http('quick', quick)]);
  const sent = stage.append(20);
  await waitUntil('the other sink to have them', () => stage.report('quick').behind === 0);
  expect(web.received).toEqual([]);
  await stage.close();
  expect(idsOf(web)).toEqual(expect.arrayContaining(sent));
});

test('after a restart a sink goes on where it was, and one that is new begins at the beginning', async () => {
  const web = await service();
  const later = await service();
  const folder = await temporaryFolder();
  const first = await openStage([http('web', web)], { folder });
  const sent = first.append(100);
  await first.shipped();
  await first.close();
  const before = web.received.length;
  const second = await openStage([http('web', web), http('later', later)], { folder });
  closing.push(() => second.close());
  const more = second.append(10);
  await second.shipped();
  const again = idsOf({ ...web, received: web.received.slice(before) });
  expect(again.filter((id) => sent.includes(id))).toEqual([]);
  expect(again).toEqual(expect.arrayContaining(more));
  expect(idsOf(later)).toEqual(expect.arrayContaining([...sent, ...more]));
});

test('sinks can be added, changed and taken away while the gateway runs', async () => {
  const [one, two, three] = [await service(), await service(), await service()];
  const stage = await openStage([http('first', one), http('second', two)]);
  closing.push(() => stage.close());
  stage.append(10);
  await stage.shipped();
  stage.shipping.reload(auditConfig([http('first', three), http('third', two)]));
  const sent = stage.append(10);
  await stage.shipped();
  expect(stage.shipping.health.map(({ name }) => name)).toEqual(['first', 'third']);
  // Nothing is kept for the one that is gone.
  expect(stage.journal.health.sinks.map(({ name }) => name)).toEqual(['first', 'third']);
  expect(idsOf(three)).toEqual(expect.arrayContaining(sent));
  expect(idsOf(three).length).toBeLessThan(20);
  expect(idsOf(one)).not.toEqual(expect.arrayContaining(sent));
});

test('while a sink is away the journal fills to its limit and then takes nothing; when it is back everything is there', async () => {
  let isAway = true;
  const web = await service((_, response) => answerJson(response, isAway ? 503 : 200, {}));
  const journal = { max_bytes: 400_000, segment_bytes: 100_000, sync_milliseconds: 50 };
  const stage = await openStage([http('web', web)], { more: { journal } });
  closing.push(() => stage.close());
  const sent: string[] = [];
  const fill = () => {
    for (;;) sent.push(...stage.append(1));
  };
  expect(fill).toThrow(expect.objectContaining({ code: 'audit_full' }));
  expect(stage.journal.health.full).toBe(true);
  expect(stage.report('web').behind).toBeGreaterThanOrEqual(sent.length);
  isAway = false;
  await waitUntil('room', () => !stage.journal.health.full);
  sent.push(...stage.append(10));
  await stage.shipped();
  const taken = web.received.slice(web.received.findLastIndex(({ headers }) => headers.host === '') + 1);
  expect([...new Set(idsOf({ ...web, received: taken }))]).toEqual(expect.arrayContaining(sent));
});

test('what a sink has is verified by itself, and a changed event is found in it', async () => {
  const web = await service();
  const folder = await temporaryFolder();
  const stage = await openStage([http('web', web)], { folder });
  closing.push(() => stage.close());
  stage.append(100);
  await stage.shipped();
  const key = join(folder, 'gateway.pub.pem');
  const secretKey = createPrivateKey(await readFile(join(folder, 'audit', 'signing-key.pem')));
  await writeFile(key, createPublicKey(secretKey).export({ type: 'spki', format: 'pem' }));
  const text = web.received.map(({ body }) => body).join('');
  const verify = async (lines: string) => {
    await writeFile(join(folder, 'shipped.jsonl'), lines);
    return await runCli(['audit', 'verify', '--audit', join(folder, 'shipped.jsonl'), '--key', key]);
  };
  expect(await verify(text)).toMatchObject({ code: 0, stdout: expect.stringContaining('whole') });
  const changed = text.replace('decision-50"', 'decision-51"');
  expect(await verify(changed)).toMatchObject({ code: 1, stdout: expect.stringContaining('BAD') });
});

test('a slow reader of standard output gets whole lines', async () => {
  const child = spawn(
    process.execPath,
    [fileURLToPath(new URL('./stdout-child.ts', import.meta.url)), await temporaryFolder(), '3000'],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  closing.push(async () => child.kill('SIGKILL'));
  let text = '';
  child.stdout.on('data', (chunk) => {
    text += chunk;
    child.stdout.pause();
    setTimeout(() => child.stdout.resume(), 2);
  });
  await once(child, 'close');
  const events = text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  const intents = events.filter(({ type }) => type.startsWith('statement.'));
  expect(new Set(intents.map(({ id }) => id)).size).toBe(3_000);
});
