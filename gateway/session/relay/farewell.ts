// The end of a client's socket, behind the last word that the client is told.
import type { Socket } from 'node:net';

/** A client that reads nothing for so long of what it was told last is left alone. */
const FAREWELL_MS = 2_000;

/** Lets the client read what it was sent, for a short while. */
export function farewell(client: Socket): void {
  if (client.destroyed) return;
  client.end();
  client.removeAllListeners('data');
  client.resume();
  let rest = client.writableLength;
  const timer = setInterval(() => {
    // As long as it reads, it gets the rest.
    if (client.writableLength > 0 && client.writableLength < rest) rest = client.writableLength;
    else client.destroy();
  }, FAREWELL_MS);
  client.once('close', () => clearInterval(timer));
}
