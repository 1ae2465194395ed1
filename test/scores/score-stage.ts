// Where items are played: a database, and the gateway in front of it that is judged.
import type { Target } from './connection.ts';
import type { ScoreDatabase } from './database.ts';

/** The roles that the gateway may log in as, each behind a resource of its own. */
export type UpstreamRole = 'gw_app' | 'gw_super';
/** `metadata_hidden`: the server's catalogs are out of reach as well. `sender_constrained`: a token opens one connection. */
export const profiles = ['default', 'metadata_hidden', 'sender_constrained'] as const;
export type Profile = (typeof profiles)[number];

/** Whom a gateway of our own knows the client as. */
export const agent = 'agent-of-the-score';

/** What can be done to the gateway itself. */
export interface ScoreGateway {
  /** With these columns labelled beside those of the profile; it decides when this returns. */
  reloadPolicy(labels?: readonly string[]): Promise<void>;
  /** An agent has sent this and taken it back, and where it was held somebody has agreed. */
  approve(sql: string, values: readonly string[]): Promise<void>;
}

export interface ScoreStage {
  readonly database: ScoreDatabase;
  /** Why a client like this can't be had here; undefined: it can. */
  lacks(role: UpstreamRole, profile: Profile): string | undefined;
  client(role: UpstreamRole, profile: Profile): Promise<Target>;
  /** The database as it was at first, changed by `setup` alone, and a gateway that has seen nothing else. */
  renew(setup?: string): Promise<void>;
  /** The database as it was at first behind the gateway that runs, which has to find its way back to it. */
  renewDatabase(): Promise<void>;
  /** Absent where the gateway is somebody else's. */
  readonly gateway?: ScoreGateway;
  /** Whether somebody else is served. */
  isAlive(): Promise<boolean>;
  stop(): Promise<void>;
}
