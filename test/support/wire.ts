// A TCP wire that the test cuts, mends, and stops answers on: at any moment, or behind a message that it names.
import { once } from 'node:events';
import { type AddressInfo, createConnection, createServer, type Socket } from 'node:net';
import type { RawAddress } from './raw-socket.ts';
import { waitUntil } from './wait.ts';

export type Wire = RawAddress &
  Readonly<{
    /** Ends what is connected, and whoever connects. */
    cut(): void;
    /** Whoever connects gets through; what was kept back is lost. */
    mend(): void;
    /** Keeps back what comes from the server, on all connections. */
    freeze(): void;
    /** Lets through what was kept back. */
    thaw(): void;
    /** What has this text gets to the server, and its answer is kept back: resolves when it was sent. */
    holdAnswerTo(text: string): Promise<void>;
    stop(): void;
  }>;

type Link = { readonly client: Socket; readonly server: Socket; isHeld: boolean };

export async function startWire(target: RawAddress): Promise<Wire> {
  const links = new Set<Link>();
  let isDown = false;
  let isFrozen = false;
  let awaited: Buffer | undefined;
  const listener = createServer({ noDelay: true }, (client) => {
    client.on('error', () => undefined);
    if (isDown) {
      client.destroy();
      return;
    }
    const server = createConnection({ host: target.host, port: target.port, noDelay: true });
    const link: Link = { client, server, isHeld: isFrozen };
    links.add(link);
    const end = (): void => {
      links.delete(link);
      client.destroy();
      server.destroy();
    };
    server.on('error', end).on('close', end);
    client.on('error', end).on('close', end);
    client.on('data', (bytes: Buffer) => {
      if (awaited !== undefined && bytes.includes(awaited)) {
        awaited = undefined;
        hold(link);
      }
      server.write(bytes);
    });
    server.on('data', (bytes) => client.write(bytes));
    // A listener starts it.
    if (link.isHeld) server.pause();
  });
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');

  const hold = (link: Link): void => {
    link.isHeld = true;
    link.server.pause();
  };
  const endAll = (): void => {
    for (const { client, server } of links) {
      client.destroy();
      server.destroy();
    }
  };
  return {
    host: '127.0.0.1',
    port: (listener.address() as AddressInfo).port,
    cut() {
      isDown = true;
      endAll();
    },
    mend() {
      isDown = false;
      isFrozen = false;
      awaited = undefined;
      for (const { isHeld, client, server } of links) {
        if (!isHeld) continue;
        client.destroy();
        server.destroy();
      }
    },
    freeze() {
      isFrozen = true;
      for (const link of links) hold(link);
    },
    thaw() {
      isFrozen = false;
      for (const link of links) {
        link.isHeld = false;
        link.server.resume();
      }
    },
    async holdAnswerTo(text) {
      awaited = Buffer.from(text);
      await waitUntil(`${text} to be sent`, () => awaited === undefined);
    },
    stop() {
      listener.close();
      endAll();
    },
  };
}
