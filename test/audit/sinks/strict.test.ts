// Strict mode: a statement's event is acknowledged by the sink before anything else happens, in about one round trip, also
// when many come at once; and refused at once while the sink is away.
import { afterEach, expect, test } from 'vitest';
import { waitUntil } from '../../support/wait.ts';
import { answerJson, type Behaviour, startHttpService } from './http-service.ts';
import { openStage, sinkConfig } from './stage.ts';

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

/** Long beside what a busy machine takes for the rest. */
const ROUND_TRIP_MS = 200;

async function strictStage(answer: Behaviour) {
  const service = await startHttpService(answer);
  closing.push(() => service.stop());
  const stage = await openStage([sinkConfig({ kind: 'http', name: 'web', url: service.url })], {
    more: { mode: 'strict', strict_sink: 'web', strict_seconds: 60 },
  });
  closing.push(() => stage.close());
  await stage.journal.acknowledged(stage.append(1)[0] as string);
  return { ...stage, service };
}

const slow: Behaviour = (_, response) => {
  setTimeout(() => answerJson(response, 200, {}), ROUND_TRIP_MS);
  return true;
};

test('one event alone waits for one round trip', async () => {
  const { append, journal, service } = await strictStage(slow);
  const took: number[] = [];
  for (let at = 0; at < 9; at++) {
    const started = performance.now();
    const [id = ''] = append(1);
    await journal.acknowledged(id);
    took.push(performance.now() - started);
    expect(service.received.map(({ body }) => body).join('')).toContain(`"id":"${id}"`);
  }
  const median = took.toSorted((a, b) => a - b)[4] as number;
  expect(median).toBeGreaterThanOrEqual(ROUND_TRIP_MS - 1);
  expect(median).toBeLessThan(2 * ROUND_TRIP_MS);
});

test('events that come all the time share round trips', async () => {
  const { append, journal, service } = await strictStage(slow);
  const before = service.received.length;
  const took: number[] = [];
  const waiting: Promise<void>[] = [];
  for (let at = 0; at < 400; at++) {
    const started = performance.now();
    const [id = ''] = append(1);
    waiting.push(journal.acknowledged(id).then(() => void took.push(performance.now() - started)));
    if (at % 4 === 3) await new Promise((resolve) => setTimeout(resolve, 1));
  }
  await Promise.all(waiting);
  const median = took.toSorted((a, b) => a - b)[200] as number;
  expect(median).toBeLessThan(3 * ROUND_TRIP_MS);
  expect(service.received.length - before).toBeLessThan(100);
});

test('while the sink is away events are refused at once, and taken again when it is back', async () => {
  let isAway = false;
  const { append, journal, report } = await strictStage((_, response) =>
    answerJson(response, isAway ? 503 : 200, {}),
  );
  isAway = true;
  const [first = ''] = append(1);
  await expect(journal.acknowledged(first)).rejects.toMatchObject({ code: 'audit_unavailable' });
  await waitUntil('it to be away', () => report('web').state === 'away');
  const started = performance.now();
  await expect(journal.acknowledged(append(1)[0] as string)).rejects.toMatchObject({
    code: 'audit_unavailable',
  });
  expect(performance.now() - started).toBeLessThan(5_000);
  isAway = false;
  await waitUntil('it to be back', () => report('web').state === 'ok');
  await journal.acknowledged(append(1)[0] as string);
});
