// The tour's cancel: the request travels on a connection of its own, as from every client.

import { connect as connectSocket } from 'node:net';
import type { Demo } from './start.ts';
import { connect, query } from './tour-client.ts';

export async function cancelStep(demo: Demo): Promise<string> {
  const client = await connect(demo, await demo.issuer.token('analytics-agent'));
  try {
    const started = performance.now();
    let over = false;
    const running = query(client, 'SELECT pg_sleep(60)')
      .then(
        () => undefined,
        (error: { code?: string }) => error.code,
      )
      .finally(() => {
        over = true;
      });
    // A cancel that comes before the statement runs hits nothing.
    while (!over) {
      await new Promise((done) => setTimeout(done, 300));
      await sendCancel(demo.ports.gateway, client as unknown as { processID: number; secretKey: number });
    }
    const code = await running;
    if (code !== '57014') throw new Error(`it ended with ${code ?? 'success'} instead of 57014`);
    const [row] = await query(client, 'SELECT 1 AS one');
    if (row === undefined) throw new Error('the session did not go on');
    return `after ${((performance.now() - started) / 1000).toFixed(1)} s instead of 60, and the session goes on`;
  } finally {
    await client.end();
  }
}

/** Resolves when the gateway has closed the connection: then the cancel is delivered. */
function sendCancel(
  port: number,
  { processID, secretKey }: { processID: number; secretKey: number },
): Promise<void> {
  const packet = Buffer.alloc(16);
  packet.writeInt32BE(16, 0);
  packet.writeInt32BE(80877102, 4);
  packet.writeInt32BE(processID, 8);
  packet.writeInt32BE(secretKey, 12);
  return new Promise((resolve) => {
    const socket = connectSocket({ host: '127.0.0.1', port }, () => socket.end(packet));
    socket.on('error', () => socket.destroy());
    socket.on('close', () => resolve());
    socket.resume();
  });
}
