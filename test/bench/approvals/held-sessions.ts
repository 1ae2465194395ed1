// Sessions of clients whose statements wait for an approval, and what they make a gateway hold.
import { setTimeout as sleep } from 'node:timers/promises';
import { frontend, RawClient } from '../../support/raw-client.ts';
import { memoryInUse } from '../inspector.ts';
import { forgetPeakMemory, readUsage } from '../process-usage.ts';
import type { Route } from '../routes/index.ts';

/** Without a filter: the shipped policy has somebody asked first. */
const STATEMENT = 'DELETE FROM held';
const AT_ONCE = 50;
const PATIENCE = 60_000;
/** What was sent last is on its way. */
const SETTLE_MS = 3_000;

export type Step = Readonly<{
  what: string;
  seconds: number;
  /** Without garbage. */
  inUse: number;
  /** As the operating system sees it. */
  resident: number;
}>;

export class HeldSessions {
  readonly #route: Route;
  readonly #inspectorPort: number;
  readonly #clients: RawClient[] = [];

  constructor(route: Route, inspectorPort: number) {
    this.#route = route;
    this.#inspectorPort = inspectorPort;
  }

  /** Logged in, and idle. */
  open(count: number): Promise<Step> {
    const { host, port, user, password, database } = this.#route;
    const login = { host, port, user, password, database, keep: false, milliseconds: PATIENCE };
    return this.#step(`${count} sessions, idle`, () =>
      inTurns(Array.from({ length: count }), async () => {
        this.#clients.push(await RawClient.open(login));
      }),
    );
  }

  /** Each has been told that it waits. */
  hold(): Promise<Step> {
    return this.#step(`${this.#clients.length} statements, held`, () =>
      inTurns(this.#clients, async (client) => {
        client.send(frontend.query(STATEMENT));
        const { type, fields } = (await client.until('N')).at(-1) ?? {};
        if (type !== 'N') throw new Error(`a statement wasn't held: ${fields?.M}`);
      }),
    );
  }

  /** Each has been told that it was cancelled. */
  cancel(): Promise<Step> {
    return this.#step(`${this.#clients.length} statements, cancelled`, () =>
      inTurns(this.#clients, async (client) => {
        await client.cancel();
        await client.until('Z');
      }),
    );
  }

  close(): Promise<Step> {
    return this.#step(`${this.#clients.length} sessions, closed`, async () => {
      for (const client of this.#clients.splice(0)) client.destroy();
    });
  }

  /** What the gateway has, before anything of it. */
  rest(): Promise<Step> {
    return this.#step('nothing', async () => undefined);
  }

  async #step(what: string, act: () => Promise<void>): Promise<Step> {
    const begun = performance.now();
    await act();
    const seconds = (performance.now() - begun) / 1000;
    await sleep(SETTLE_MS);
    const { pid = 0 } = this.#route;
    const inUse = (await memoryInUse(this.#inspectorPort)) / 2 ** 20;
    // The peak begins anew with what there is.
    forgetPeakMemory(pid);
    return { what, seconds, inUse, resident: readUsage(pid).peakRssBytes / 2 ** 20 };
  }
}

/** So many at a time that none waits for long. */
async function inTurns<T>(all: readonly T[], act: (one: T) => Promise<void>): Promise<void> {
  for (let at = 0; at < all.length; at += AT_ONCE) await Promise.all(all.slice(at, at + AT_ONCE).map(act));
}
