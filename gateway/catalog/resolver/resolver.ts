// The resolver of one resource: statements to analyzed trees, each shape probed once and kept for a while.
import type { Client } from 'pg';
import { type Log, OffThread, type OffThreadStatus } from '../../lib/index.ts';
import { loadGrammar } from '../../sql/index.ts';
import { ConnectionPool, NoConnection, type PoolStatus } from './connection-pool.ts';
import { pooledPlace } from './pooled-place.ts';
import { probeStatement } from './probe.ts';
import { type ReadableQuery, readableQuery } from './readable-query.ts';
import { type Resolution, type ResolveRequest, type Unresolvable, unresolvable } from './resolution.ts';
import type { ResolverConnection } from './resolver-connection.ts';
import { sessionPlace } from './session-place.ts';
import type { SessionQuestions } from './session-questions.ts';
import { TreeCache } from './tree-cache.ts';

export type ResolverOptions = Readonly<{
  /** How many connections it may have at once. */
  connections: number;
  /** How many statements may wait for a connection. */
  waiting: number;
  /** How long a statement may take, with the wait for a connection. */
  probeMilliseconds: number;
  connectMilliseconds: number;
  retryMilliseconds: Readonly<{ first: number; longest: number }>;
  statementBytes: number;
  cacheBytes: number;
}>;

export const defaultResolverOptions: ResolverOptions = {
  connections: 4,
  waiting: 1_000,
  probeMilliseconds: 2_000,
  connectMilliseconds: 10_000,
  retryMilliseconds: { first: 100, longest: 30_000 },
  statementBytes: 1_048_576,
  cacheBytes: 64 * 1_048_576,
};

export type ResolverStatus = PoolStatus &
  Readonly<{
    /** Probes begun since the start. */
    probes: number;
    cachedTrees: number;
    cachedBytes: number;
    /** The thread that reads long statements. */
    thread: OffThreadStatus;
  }>;

/** What is asked of the session itself has its context already. */
export type SessionRequest = Pick<ResolveRequest, 'text' | 'parameterTypes'>;

export interface Resolver {
  /** Never rejects, and never takes longer than `probeMilliseconds` and a little. */
  resolve(request: ResolveRequest): Promise<Resolution>;
  /**
   * Resolves on the session's own connection, for one that has temporary objects or uncommitted DDL. Nothing is kept,
   * and the context of the request has no say. Rejects when the session can't be used any more: it must end.
   */
  resolveInSession(request: SessionRequest, questions: SessionQuestions): Promise<Resolution>;
  /** Forgets every tree, and doesn't share the probes that are under way: after DDL, say. */
  invalidate(): void;
  status(): ResolverStatus;
  close(): void;
}

export type ResolverDependencies = Readonly<{
  /**
   * Opens a connection as the resolver role to the database of the resource; to its primary, where that is a standby,
   * which can't create functions.
   */
  connect: () => Promise<Client>;
  log: Log;
  /** Reads long statements; one that is given is the giver's to close. */
  thread?: OffThread;
}>;

/**
 * @example
 * const resolver = await createResolver({ connect, log });
 * await resolver.resolve({
 *   text: 'SELECT name FROM customers WHERE id = $1',
 *   parameterTypes: [],
 *   context: { searchPath: ['pg_catalog', 'public'], settings: {} },
 *   catalogVersion: '1',
 * }); // { kind: 'tree', nodeText: '(({QUERY …', parameterTypes: [20], serverVersion: 180004 }
 */
export async function createResolver(
  { connect, log, thread }: ResolverDependencies,
  options: Partial<ResolverOptions> = {},
): Promise<Resolver> {
  await loadGrammar();
  return new PooledResolver(connect, log, thread, { ...defaultResolverOptions, ...options });
}

class PooledResolver implements Resolver {
  readonly #options: ResolverOptions;
  readonly #log: Log;
  readonly #pool: ConnectionPool;
  readonly #cache: TreeCache;
  readonly #thread: OffThread;
  readonly #ownThread: OffThread | undefined;
  #underWay = new Map<string, Promise<Resolution>>();
  #probes = 0;

  constructor(
    connect: () => Promise<Client>,
    log: Log,
    thread: OffThread | undefined,
    options: ResolverOptions,
  ) {
    this.#ownThread = thread === undefined ? new OffThread() : undefined;
    this.#thread = thread ?? (this.#ownThread as OffThread);
    this.#options = options;
    this.#log = log;
    this.#cache = new TreeCache(options.cacheBytes);
    const { connections: size, waiting, connectMilliseconds, retryMilliseconds } = options;
    const onFailure = (error: unknown): void => log.warn({ err: error }, 'resolver connection failed');
    this.#pool = new ConnectionPool({
      connect,
      size,
      waiting,
      connectMilliseconds,
      retryMilliseconds,
      onFailure,
    });
  }

  resolve(request: ResolveRequest): Promise<Resolution> {
    const key = keyOf(request);
    const cached = this.#cache.get(key);
    if (cached !== undefined) return Promise.resolve(cached);
    const shared = this.#underWay.get(key);
    if (shared !== undefined) return shared;

    const underWay = this.#underWay;
    const resolving = this.#resolve(request).then((resolution) => {
      underWay.delete(key);
      // What was asked before an invalidation may be of the catalog before it. Errors aren't kept: the next
      // attempt may come after the table that was missing.
      if (resolution.kind === 'tree' && underWay === this.#underWay) this.#cache.set(key, resolution);
      return resolution;
    });
    underWay.set(key, resolving);
    return resolving;
  }

  async resolveInSession(request: SessionRequest, questions: SessionQuestions): Promise<Resolution> {
    const query = await this.#read(request.text);
    if (query.kind !== 'query') return query;
    const place = sessionPlace(questions, this.#options.probeMilliseconds);
    if ('kind' in place) return place;
    this.#probes++;
    return probeStatement(place, query, request.parameterTypes);
  }

  invalidate(): void {
    this.#cache.clear();
    this.#underWay = new Map();
  }

  status(): ResolverStatus {
    const [cachedTrees, cachedBytes] = [this.#cache.size, this.#cache.bytes];
    return {
      ...this.#pool.status,
      probes: this.#probes,
      cachedTrees,
      cachedBytes,
      thread: this.#thread.status,
    };
  }

  close(): void {
    this.#pool.close();
    this.invalidate();
    void this.#ownThread?.close();
  }

  #read(text: string): ReturnType<typeof readableQuery> {
    return readableQuery(text, this.#options.statementBytes, this.#thread);
  }

  async #resolve(request: ResolveRequest): Promise<Resolution> {
    try {
      const query = await this.#read(request.text);
      return query.kind === 'query' ? await this.#probe(query, request) : query;
    } catch (error) {
      if (error instanceof NoConnection) return unresolvable(error.reason, error.message);
      this.#log.error({ err: error }, 'resolving a statement failed');
      return unresolvable('failed', 'the resolver failed');
    }
  }

  async #probe(query: ReadableQuery, request: ResolveRequest): Promise<Resolution> {
    const until = performance.now() + this.#options.probeMilliseconds;
    const first = await this.#probeOnce(query, request, until);
    // A connection that had been lost while it was idle says nothing about the others.
    const answer = first ?? (await this.#probeOnce(query, request, until));
    return answer ?? unresolvable('unavailable', 'the connection of the resolver was lost');
  }

  /** Undefined when the connection was lost. */
  async #probeOnce(
    query: ReadableQuery,
    request: ResolveRequest,
    until: number,
  ): Promise<Resolution | undefined> {
    const connection = await this.#pool.acquire(Math.max(1, until - performance.now()));
    const milliseconds = Math.max(1, until - performance.now());
    const { serverVersion } = connection;
    const place = pooledPlace(connection.probe, request.context, { milliseconds, serverVersion });
    if ('kind' in place) {
      this.#pool.release(connection);
      return place;
    }
    this.#probes++;
    const probe = probeStatement(place, query, request.parameterTypes).then(
      (resolution) => {
        this.#pool.release(connection);
        return resolution;
      },
      (error: unknown) => {
        this.#pool.discard(connection);
        this.#log.warn({ err: error }, 'resolver connection lost');
        return undefined;
      },
    );
    return this.#inTime(probe, connection, milliseconds);
  }

  /** The server keeps the same limit; a little later it is taken for silent. */
  #inTime(
    probe: Promise<Resolution | undefined>,
    connection: ResolverConnection,
    milliseconds: number,
  ): Promise<Resolution | undefined> {
    return new Promise((resolve) => {
      const silent: Unresolvable = unresolvable(
        'timed_out',
        'the server did not answer the resolver in time',
      );
      const timer = setTimeout(() => {
        resolve(silent);
        this.#pool.discard(connection);
      }, milliseconds + 50);
      void probe.then((resolution) => {
        clearTimeout(timer);
        resolve(resolution);
      });
    });
  }
}

/** NUL stands in none of the parts. */
function keyOf({ text, parameterTypes, context, catalogVersion }: ResolveRequest): string {
  const settings = Object.entries(context.settings).sort(([one], [other]) => (one < other ? -1 : 1));
  return `${JSON.stringify([catalogVersion, parameterTypes, context.searchPath, settings])}\0${text}`;
}
