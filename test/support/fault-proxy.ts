// A TCP proxy that breaks connections on purpose: pieces, delays, stalls, resets, half-closes and cuts, by plan.
import { once } from 'node:events';
import { type AddressInfo, createConnection, createServer, type Socket } from 'node:net';
import { createRandom, type Random } from './random.ts';
import type { RawAddress } from './raw-socket.ts';
import { sleep } from './wait.ts';

export type Direction = 'to-server' | 'to-client';

/** What happens to one connection. An empty plan passes everything as it came. */
export type FaultPlan = Readonly<{
  /** `single`: one byte a write for the first `singleBytes`, random pieces after them. */
  pieces?: 'whole' | 'random' | 'single';
  singleBytes?: number;
  /** Up to so many milliseconds before a piece, for about one piece in twenty. */
  delayMilliseconds?: number;
  /** Once so many bytes have passed in a direction, nothing passes there for a time. */
  stall?: Readonly<{ direction: Direction; afterBytes: number; milliseconds: number }>;
  /** `reset`: RST to both sides. `half-close`: FIN onwards in this direction, the other one stays open. */
  cut?: Readonly<{ direction: Direction; afterBytes: number; how: 'reset' | 'half-close' | 'close' }>;
}>;

export type FaultProxy = RawAddress &
  Readonly<{
    /** Connections that are still open on either side. */
    open(): number;
    /** How often each kind of fault was carried out. */
    carriedOut(): Readonly<Record<string, number>>;
    /** RST to every open connection, now. */
    resetAll(): void;
    stop(): Promise<void>;
  }>;

export type FaultProxyOptions = Readonly<{
  target: RawAddress;
  seed: number;
  /** The plan of the connection with this number, drawn from a generator of its own. */
  plan: (index: number, random: Random) => FaultPlan;
}>;

const SINGLE_BYTES = 4096;
const LARGEST_PIECE = 4096;

export async function startFaultProxy({ target, seed, plan }: FaultProxyOptions): Promise<FaultProxy> {
  const random = createRandom(seed);
  const links = new Set<Link>();
  const counts: Record<string, number> = {};
  let index = 0;
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (client) => {
    const draw = random.fork(index);
    const link = new Link(client, target, plan(index, draw), draw, (fault) => {
      counts[fault] = (counts[fault] ?? 0) + 1;
    });
    index += 1;
    links.add(link);
    link.over.finally(() => links.delete(link));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    host: '127.0.0.1',
    port: (server.address() as AddressInfo).port,
    open: () => links.size,
    carriedOut: () => counts,
    resetAll: () => {
      for (const link of links) link.reset();
    },
    stop: async () => {
      server.close();
      for (const link of links) link.reset();
      await Promise.all([...links].map((link) => link.over));
    },
  };
}

/** One client connection and its connection to the target. */
class Link {
  readonly over: Promise<unknown>;
  readonly #client: Socket;
  readonly #server: Socket;
  readonly #plan: FaultPlan;
  readonly #random: Random;
  readonly #count: (fault: string) => void;

  constructor(
    client: Socket,
    target: RawAddress,
    plan: FaultPlan,
    random: Random,
    count: (fault: string) => void,
  ) {
    this.#client = client;
    this.#server = createConnection({ ...target, noDelay: true, allowHalfOpen: true });
    this.#plan = plan;
    this.#random = random;
    this.#count = count;
    this.over = Promise.all([closed(client), closed(this.#server)]);
    for (const socket of [client, this.#server]) socket.on('error', () => this.reset());
    this.#pump(client, this.#server, 'to-server');
    this.#pump(this.#server, client, 'to-client');
  }

  reset(): void {
    for (const socket of [this.#client, this.#server]) {
      if (socket.connecting) socket.destroy();
      else socket.resetAndDestroy();
    }
  }

  async #pump(from: Socket, to: Socket, direction: Direction): Promise<void> {
    const { cut, stall } = this.#plan;
    let passed = 0;
    let stalled = false;
    try {
      for await (const chunk of from.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
        for (let at = 0; at < chunk.length; ) {
          if (stall?.direction === direction && !stalled && passed >= stall.afterBytes) {
            stalled = true;
            this.#count('stall');
            await sleep(stall.milliseconds);
          }
          if (cut?.direction === direction && passed >= cut.afterBytes) {
            this.#count(cut.how);
            this.#cutNow(from, to, cut.how);
            return;
          }
          const piece = chunk.subarray(at, at + this.#pieceLength(direction, passed, chunk.length - at));
          await this.#pass(piece, to);
          at += piece.length;
          passed += piece.length;
        }
      }
      to.end();
    } catch {
      this.reset();
    }
  }

  /** After a half-close the rest of this direction is read and dropped. */
  #cutNow(from: Socket, to: Socket, how: 'reset' | 'half-close' | 'close'): void {
    if (how === 'reset') {
      this.reset();
      return;
    }
    to.end();
    if (how === 'close') from.end();
    from.resume();
  }

  #pieceLength(direction: Direction, passed: number, available: number): number {
    const { pieces = 'whole', singleBytes = SINGLE_BYTES, cut, stall } = this.#plan;
    let length = available;
    if (pieces === 'single' && passed < singleBytes) length = 1;
    else if (pieces !== 'whole') length = Math.min(available, this.#random.integer(1, LARGEST_PIECE));
    for (const mark of [cut, stall]) {
      if (mark?.direction === direction && passed < mark.afterBytes)
        length = Math.min(length, mark.afterBytes - passed);
    }
    return length;
  }

  async #pass(piece: Buffer, to: Socket): Promise<void> {
    const { pieces = 'whole', delayMilliseconds = 0 } = this.#plan;
    if (delayMilliseconds > 0 && this.#random.chance(0.05)) {
      await sleep(this.#random.integer(0, delayMilliseconds));
    }
    if (to.destroyed || !to.writable) throw new Error('the other side is gone');
    const flowing = to.write(piece);
    if (!flowing) await drained(to);
    // Pieces stay apart on the wire only when the loop turns between them.
    else if (pieces !== 'whole') await new Promise((resolve) => setImmediate(resolve));
  }
}

function drained(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      socket.off('drain', done).off('close', done);
      resolve();
    };
    socket.on('drain', done).on('close', done);
  });
}

function closed(socket: Socket): Promise<void> {
  return socket.closed ? Promise.resolve() : new Promise((resolve) => socket.once('close', () => resolve()));
}
