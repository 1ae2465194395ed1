// Clients that leave at any moment, in any way, with decisions under way: every session ends, and no backend stays.

import { afterAll, beforeAll, expect, test } from 'vitest';
import { allow } from '../../gateway/session/index.ts';
import fc from '../support/properties.ts';
import { frontend as f, type RawClient } from '../support/raw-client.ts';
import { sleep, waitUntil } from '../support/wait.ts';
import { turns } from './script.ts';
import { schema, scripts } from './scripts.ts';
import { Stage } from './support.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await Stage.start({
    schema,
    tls: true,
    config: { limits: { linger_seconds: 1, connections_per_principal: 1000 } },
    postgres: { settings: { log_statement: 'all', max_connections: '400' } },
  });
});
afterAll(() => stage?.stop());

const ways: Readonly<Record<string, (client: RawClient) => void>> = {
  closes: (client) => client.destroy(),
  resets: (client) => client.reset(),
  'half-closes': (client) => client.halfClose(),
  'says Terminate': (client) => client.send(f.terminate()),
  'cancels and resets': (client) => {
    void client.cancel().catch(() => undefined);
    client.reset();
  },
};

/** Answers at once, soon, later or never, and asks a question of its own now and then. */
function decideBy(whims: readonly number[]): void {
  let index = 0;
  stage.decide = async (statement) => {
    const whim = whims[index++ % whims.length] ?? 0;
    if (whim % 4 === 1) await turns(whim);
    if (whim % 4 === 2) await statement.ask('SELECT 1').catch(() => undefined);
    if (whim === 11) await new Promise(() => undefined);
    return allow;
  };
}

test('nothing is left of them', { timeout: 400_000 }, async () => {
  const count = (msg: string) => stage.lines.filter((line) => line.msg === msg).length;
  const bytesOf = (steps: (typeof scripts)[number]['steps']) =>
    Buffer.concat(steps.filter((step) => Buffer.isBuffer(step)));
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...scripts),
      fc.nat(),
      fc.constantFrom(...Object.keys(ways)),
      fc.array(fc.nat(12), { minLength: 1, maxLength: 6 }),
      fc.constantFrom('none' as const, 'request' as const),
      async (script, place, way, whims, tls) => {
        decideBy(whims);
        const client = await stage.open({ tls });
        const bytes = bytesOf(script.steps);
        client.send(bytes.subarray(0, 1 + (place % bytes.length)));
        await turns(place % 7);
        ways[way]?.(client);
        // Half of them overlap with those that follow.
        if (place % 2 === 0) await sleep(1);
      },
    ),
    { numRuns: 250 },
  );
  // Whoever said Terminate or closed one side only goes altogether now.
  stage.hangUp();
  await waitUntil('every session to end', () => count('session ended') === count('session opened'));
  await waitUntil('no backend', async () => (await stage.backends()).length === 0);
  expect(count('session opened')).toBeGreaterThanOrEqual(250);
  expect(stage.lines.filter((line) => line.msg === 'session broke')).toEqual([]);
});
