// How the gateway is, for probes and people: whether it can serve, and what somebody should look at.

/** Of one process. */
export type Health = Readonly<{
  /** It takes clients in, and statements are decided. */
  ready: boolean;
  /** Why not; absent when ready. */
  reason?: string | undefined;
  sessions: number;
  /** What decides; `open` where nothing does and everything is allowed. */
  policy: 'open' | object;
  resources: readonly ResourceHealth[];
  mask_keys: MaskKeysHealth;
  /** Absent where the process doesn't say. */
  state?: StateHealth;
  notifications: readonly ChannelHealth[];
  /** The journal and its sinks; absent where the process doesn't say. */
  audit?: object;
}>;

/** Where people and programs are told of requests for approval. */
export type ChannelHealth = Readonly<{
  name: string;
  kind: string;
  /** Messages that were not delivered yet, as of the last look. */
  waiting: number;
  /** Why the last attempt failed. */
  problem?: string;
}>;

export type ResourceHealth = Readonly<{
  name: string;
  /** The version of the catalog that statements are read with; absent until it was read. */
  catalog?: string | undefined;
  /** Columns that look sensitive and have no label; absent until somebody has looked, and where another process does. */
  unlabelled?: number | undefined;
}>;

/** The database of approvals, grants and revocations. A gateway from which it is away is ready all the same. */
export type StateHealth =
  /** Nothing has needed one so far. */
  | Readonly<{ kind: 'none yet' }>
  /** `since`: when it was reached, or lost. */
  | Readonly<{ kind: 'embedded' | 'configured'; available: boolean; since: string }>;

/** The keys behind masks of the kinds hash and token, by their ids. */
export type MaskKeysHealth = Readonly<{
  /** Absent where there is none: such values become NULL. */
  in_use?: string | undefined;
  /** Those that rules may still name. */
  older?: readonly string[];
  /** Why the file as it is now isn't used, but the keys that were read before. */
  problem?: string;
}>;

/** Several processes are ready when each of them is. */
export function healthDocument(processes: readonly Health[], version: string): object {
  const notReady = processes.find(({ ready }) => !ready);
  const reason = processes.length === 0 ? 'no process is running' : notReady?.reason;
  const ready = processes.length > 0 && notReady === undefined;
  return { ready, ...(ready ? {} : { reason: reason ?? 'not ready' }), version, processes };
}
