// Status reports to a service on loopback.
import { afterEach, expect, it } from 'vitest';
import { silentLog } from '../../../gateway/lib/index.ts';
import { StatusReport } from '../../../gateway/policy/export/status-report.ts';
import { startDecisionService } from '../../support/decision-service.ts';
import { waitUntil } from '../../support/wait.ts';

const ended: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ended.splice(0).reverse()) await end();
});

async function reporting(seconds: number) {
  const service = await startDecisionService();
  ended.push(service.stop);
  const said = { revision: 'r1' };
  const report = new StatusReport(
    { url: service.url, labels: {}, seconds },
    () => [{ ...said }, { labels: { track: 'canary' } }],
    { log: silentLog },
  );
  ended.push(() => report.close());
  return { service, said, report };
}

it('reports at the start, each document in a request of its own', async () => {
  const { service } = await reporting(3_600);
  await waitUntil('both', () => service.reports().length === 2);
  expect(service.reports()).toEqual([{ revision: 'r1' }, { labels: { track: 'canary' } }]);
  expect(service.requests[0]).toMatchObject({
    path: '/status',
    headers: { 'content-type': 'application/json' },
  });
});

it('reports a change long before its time', async () => {
  const { service, said, report } = await reporting(3_600);
  await waitUntil('the first', () => service.reports().length === 2);
  said.revision = 'r2';
  report.changed();
  await waitUntil('the second', () => service.reports().some(({ revision }) => revision === 'r2'));
});

it('reports again without a change', async () => {
  const { service } = await reporting(0.02);
  await waitUntil('three', () => service.reports().length >= 6);
});

it('tries until it is heard, and says meanwhile why not', async () => {
  const { service, report } = await reporting(0.1);
  service.answer(502);
  report.changed();
  await waitUntil('a problem', () => report.problem === 'the service answered with HTTP 502');
  service.answer(200);
  const before = service.reports().length;
  await waitUntil('a report', () => service.reports().length > before && report.problem === undefined);
});
