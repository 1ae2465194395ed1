// One event as a verification sees it: what it claims to be, and what its bytes say.
import type { AuditEvent } from '../event/event.ts';
import type { LinePart } from '../event/statements-line.ts';

export type Evidence = Readonly<{
  chain: string;
  seq: number;
  previous: string;
  /** As it claims. */
  hash: string;
  time: string;
  type: string;
  /** What is wrong with the event in itself; its place in the chain is another matter. */
  flaw: Flaw | undefined;
  /** Retention has taken what was in it: its place in the chain is all that can be checked. */
  isRedacted: boolean;
  /** Parsed, where what it says matters to a verification. */
  own: AuditEvent | undefined;
  /** Of one that was sealed together with others. */
  together?: Together;
}>;

/** `duplicated`: there are two of its number. */
export type Flaw = Readonly<{
  what: 'altered' | 'duplicated' | 'subject_changed' | 'subject_missing';
  message: string;
}>;

/** The events of one line have one hash: this is what tells one of them from another. */
export type Together = Readonly<{
  /** The first number and the last one of the line. */
  first: number;
  last: number;
  /** A hash of all that the event says of its line and of itself; '' where retention has taken that. */
  content: string;
}>;

/** An event that was shipped, with what its line can be made of again: `previous` and `hash` are those of the line. */
export type Sealed = Evidence & Readonly<{ sealed: SealedPart }>;

export type SealedPart = LinePart &
  Readonly<{
    /** All that it says of its line: the same for each event of that. */
    line: string;
  }>;

/** What is known of subjects that stand apart from events. */
export interface KnownSubjects {
  standing(hash: string): 'whole' | 'changed' | 'missing';
}

/** In a line of several events, each names the one before it: only the last has the hash of the line itself. */
export function linkedWithin<T extends Evidence>(event: T, together: Together): T {
  const { seq, previous, hash } = event;
  const { first, last } = together;
  return {
    ...event,
    previous: seq === first ? previous : `${hash}#${seq - 1 - first}`,
    hash: seq === last ? hash : `${hash}#${seq - first}`,
    together,
  };
}

/** How a flaw says that it may be of any of them. */
export const oneOf = (first: number, last: number): string =>
  first === last ? `event ${first}` : `one of the events ${first} to ${last}, which were sealed together,`;
