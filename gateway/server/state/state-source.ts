// The state database of one process: opened when it is first needed, and again after it could not be.
import type { StateHealth } from '../../admin/index.ts';
import { type Clock, Fault, type Log } from '../../lib/index.ts';
import {
  type EmbeddedState,
  hasEmbeddedPrograms,
  hasEmbeddedState,
  openState,
  type State,
  startEmbeddedState,
} from '../../state/index.ts';
import { createUpstream, openClient, type Upstream } from '../../upstream/index.ts';
import {
  addressOf,
  asResource,
  embeddedAddress,
  type StateAddress,
  type StatePlace,
} from './state-connection.ts';

/** The database in the data folder of a gateway, which one of its processes keeps. */
export interface EmbeddedKeeper {
  /** Starts it where it doesn't run. */
  address(): Promise<StateAddress>;
  /** There is one from before, which may say what counts from the start. */
  exists(): Promise<boolean>;
  /** Called when somebody has started it who needed it, in this process or another of the gateway. */
  onStarted(listener: () => void): void;
  close(): Promise<void>;
}

export class LocalKeeper implements EmbeddedKeeper {
  readonly #dataDir: string;
  readonly #log: Log;
  readonly #onStarted: (() => void)[] = [];
  #running: Promise<EmbeddedState> | undefined;

  constructor(dataDir: string, log: Log) {
    this.#dataDir = dataDir;
    this.#log = log;
  }

  exists(): Promise<boolean> {
    return hasEmbeddedState(this.#dataDir);
  }

  onStarted(listener: () => void): void {
    this.#onStarted.push(listener);
  }

  async address(): Promise<StateAddress> {
    this.#running ??= this.#start();
    return embeddedAddress(await this.#running);
  }

  async close(): Promise<void> {
    const running = await this.#running?.catch(() => undefined);
    await running?.stop();
  }

  async #start(): Promise<EmbeddedState> {
    try {
      const started = await startEmbeddedState(this.#dataDir);
      this.#log.info('state database started');
      for (const listener of this.#onStarted) listener();
      // The next one who needs it starts another.
      void started.ended.then(() => {
        this.#running = undefined;
      });
      return started;
    } catch (error) {
      this.#running = undefined;
      throw error;
    }
  }
}

export type StateSourceOptions = Readonly<{ keeper: EmbeddedKeeper; log: Log; clock: Clock }>;

export class StateSource {
  readonly #options: StateSourceOptions;
  readonly #configured: StateAddress | undefined;
  #opening: Promise<State> | undefined;
  #state: State | undefined;
  /** In milliseconds: while it was wanted and never had. */
  #missedSince: number | undefined;
  #upstream: Upstream | undefined;

  constructor(config: StatePlace, options: StateSourceOptions) {
    this.#configured = addressOf(config);
    this.#options = options;
    if (this.#configured !== undefined) this.#missedSince = Date.now();
  }

  /** As probes are told of it. */
  get health(): StateHealth {
    const { available = false, since = this.#missedSince } = this.#state?.status ?? {};
    if (since === undefined) return { kind: 'none yet' };
    const kind = this.#configured === undefined ? 'embedded' : 'configured';
    return { kind, available, since: new Date(since).toISOString() };
  }

  /** Whether it has to be there from the start: others may have left something in it. */
  async isNeeded(): Promise<boolean> {
    return this.#configured !== undefined || (await this.#options.keeper.exists());
  }

  /** Called when it is needed from now on, though it wasn't at the start. */
  onNeeded(listener: () => void): void {
    this.#options.keeper.onStarted(listener);
  }

  /** Throws `state_unavailable` while it can't be had. */
  async open(): Promise<State> {
    this.#opening ??= this.#open();
    try {
      this.#state = await this.#opening;
      return this.#state;
    } catch (error) {
      this.#opening = undefined;
      this.#missedSince ??= Date.now();
      this.#options.log.warn({ err: error }, 'state database not opened');
      throw this.#because(error);
    }
  }

  #because(error: unknown): Fault {
    if (error instanceof Fault && error.code !== 'state_unavailable') return error;
    const fault = error instanceof Fault ? error : new Fault('state_unavailable', {}, error);
    // It won't come by itself.
    if (this.#configured === undefined && !hasEmbeddedPrograms())
      fault.hint = 'This gateway has no database for them: whoever runs it has to name one under state.url.';
    return fault;
  }

  async close(): Promise<void> {
    const state = await this.#opening?.catch(() => undefined);
    await state?.close();
    this.#upstream?.close();
    await this.#options.keeper.close();
  }

  async #open(): Promise<State> {
    const { keeper, log, clock } = this.#options;
    const upstreamOf = (address: StateAddress): Upstream => {
      this.#upstream?.close();
      this.#upstream = createUpstream(asResource(address), { log, clock });
      return this.#upstream;
    };
    let known = this.#configured ?? (await keeper.address());
    let upstream = upstreamOf(known);
    const connect = async () => {
      // One that was started anew is somewhere else.
      const address = this.#configured ?? (await keeper.address());
      if (address.port !== known.port) {
        known = address;
        upstream = upstreamOf(address);
      }
      return await openClient(upstream, { applicationName: 'portcullis state' });
    };
    return await openState({ connect, log });
  }
}
