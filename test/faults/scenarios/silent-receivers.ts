// Whoever is to be told of what waits is away, or answers nothing: nobody waits for them, and they are told when they are back.
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Receiver, startReceiver } from '../../approval/notify/receiver.ts';
import { waitUntil } from '../../support/wait.ts';
import { ApprovalHouse, counted } from '../approvals/house.ts';
import { check, type Scenario } from '../scenario.ts';

/** For a statement to be held, approved and run, whatever its receivers do. */
const SECONDS_AT_MOST = 20;

export const silentReceivers: Scenario = {
  name: 'approvals: receivers of notifications that are away or hang',
  gatewayOnly: true,
  milliseconds: 180_000,
  async run(_, scale) {
    const folder = await mkdtemp(join(tmpdir(), 'portcullis-receivers-'));
    const secret = `whsec_${randomBytes(32).toString('base64')}`;
    const secretFile = join(folder, 'secret');
    await writeFile(secretFile, secret, { mode: 0o600 });
    const [away, hanging] = await Promise.all([startReceiver({ secret }), startReceiver({ secret })]);
    await away.stop();
    const count = scale.of(10, 50);
    // Each hears of the beginning and of the end.
    hanging.replies.push(...Array.from({ length: 4 * count }, () => undefined));
    const channel = (name: string, { url }: Receiver) => ({
      ...{ kind: 'webhook', name, url, secret_file: secretFile },
    });
    let back: Receiver | undefined;
    try {
      return await ApprovalHouse.during(
        async (house) => {
          const begun = performance.now();
          const held = await house.hold(count);
          const ids = await Promise.all(held.map((each) => house.request(each)));
          await Promise.all(ids.map((id) => house.answer(id)));
          const told = await Promise.all(held.map((each) => house.outcome(each)));
          const seconds = (performance.now() - begun) / 1000;
          check(counted(told) === `${count} ran`, () => counted(told));
          check(seconds < SECONDS_AT_MOST, `it took ${seconds} s`);
          await house.checkRan(held);
          back = await startReceiver({ secret, port: Number(new URL(away.url).port) });
          const [{ received }] = [back];
          await waitUntil('who was away to hear of all of it', () =>
            ids.every((id) => received.some(({ body }) => body.data.id === id)),
          );
          check(
            received.every(({ isGenuine }) => isGenuine),
            'a notification was not signed as it must be',
          );
          return `${count} held, approved and run in ${seconds.toFixed(1)} s; who was away heard of all of them afterwards`;
        },
        { notify: [channel('away', away), channel('hanging', hanging)] },
      );
    } finally {
      await Promise.all([back?.stop(), hanging.stop()]);
      await rm(folder, { recursive: true, force: true });
    }
  },
};
