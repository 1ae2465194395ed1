// Events in the shape of OPA's decision logs, for what takes those.
import { afterEach, expect, test } from 'vitest';
import { answerJson, startHttpService } from './http-service.ts';
import { openStage, sinkConfig } from './stage.ts';

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

test('an event is a decision with its input and result, and stands whole under custom', async () => {
  const service = await startHttpService((_, response) => answerJson(response, 200, {}));
  closing.push(() => service.stop());
  const stage = await openStage([
    sinkConfig({ kind: 'http', name: 'opa', url: service.url, shape: 'opa', labels: { site: 'berlin' } }),
  ]);
  closing.push(() => stage.close());
  const sent = stage.append(20);
  await stage.shipped();
  expect(service.received.every(({ path }) => path === '/logs')).toBe(true);
  const events = service.received.flatMap(({ body }) => JSON.parse(body));
  const first = events.find(({ decision_id }) => decision_id === sent[0]);
  expect(first).toMatchObject({
    labels: { id: stage.journal.chain, site: 'berlin' },
    path: 'gateway/statement/decision',
    input: { identity: { principal: 'agent:bot-0' }, statement: { kind: 'select' } },
    result: { effect: 'mask', rule: 'pii.mask_ssn' },
    custom: { event: { id: sent[0], type: 'statement.intent' } },
  });
  expect(Number.isNaN(Date.parse(first.timestamp))).toBe(false);
});
