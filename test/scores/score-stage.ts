// Where items are played: a database, and the gateway in front of it that is judged.
import type { Target } from './connection.ts';
import type { ScoreDatabase } from './database.ts';

/** The roles that the gateway may log in as, each behind a resource of its own. */
export type UpstreamRole = 'gw_app' | 'gw_super';
/** `metadata_hidden`: the server's catalogs are out of reach as well. */
export type Profile = 'default' | 'metadata_hidden';

/** Whom a gateway of our own knows the client as. */
export const agent = 'agent-of-the-score';

export interface ScoreStage {
  readonly database: ScoreDatabase;
  /** Why a client like this can't be had here; undefined: it can. */
  lacks(role: UpstreamRole, profile: Profile): string | undefined;
  client(role: UpstreamRole, profile: Profile): Promise<Target>;
  /** The database as it was at first, changed by `setup` alone, and a gateway that has seen nothing else. */
  renew(setup?: string): Promise<void>;
  /** The database as it was at first behind the gateway that runs, which has to find its way back to it. */
  renewDatabase(): Promise<void>;
  /** Absent where the gateway's policy can't be changed from here. */
  reloadPolicy?(labels?: readonly string[]): Promise<void>;
  /** Whether somebody else is served. */
  isAlive(): Promise<boolean>;
  stop(): Promise<void>;
}
