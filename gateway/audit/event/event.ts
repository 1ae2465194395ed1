// An event of the audit: as it is handed to the journal, and as sinks, queries and exports have it.
import type { Subject } from './subject.ts';

export const eventVersion = 1;

/** By their names. Whoever writes many events about the same ones keeps the object: it is put into words once. */
export type Subjects = Readonly<Record<string, Subject>>;

/** What is handed to the journal, which adds who, when, and the place in the chain. */
export type Draft = Readonly<{
  /** For example `statement.intent`. */
  type: string;
  session?: string;
  /**
   * The id of the statement's first event. An event `statement.…` without one is that first event, and its own id
   * becomes the statement's.
   */
  statement?: string;
  /** What it shares with other events, by name. */
  subjects?: Subjects;
  /**
   * The other members. As text: canonical JSON (keys sorted, as `canonicalMembers` writes it) without braces, `''` for
   * none; the hot path puts it together by hand. As an object, the journal writes it canonically itself.
   */
  members: string | Readonly<Record<string, unknown>>;
}>;

/** An event with everything that belongs to it. */
export type AuditEvent = Readonly<{
  version: typeof eventVersion;
  /** `<chain>/<seq>` */
  id: string;
  chain: string;
  seq: number;
  /** The hash of the event before it in its chain. */
  previous: string;
  hash: string;
  /** ISO 8601 in UTC, to the millisecond. */
  time: string;
  type: string;
  session?: string;
  statement?: string;
  /** The hashes of its subjects, by their names. */
  shapes?: Readonly<Record<string, string>>;
  subjects?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly [member: string]: unknown;
}>;

/** Why a session ended that a gateway had when it was killed: what is known of it is all that there is. */
export const endedWithGateway = 'the gateway ended before the session did';

export const idOf = (chain: string, seq: number): string => `${chain}/${seq}`;

/** The place in its chain that an id says, or NaN. */
export const seqOf = (id: string): number => Number(id.slice(id.lastIndexOf('/') + 1) || Number.NaN);
