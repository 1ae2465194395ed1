// What names stand for: prepared statements, portals and cursors, and how sure that is.
import type { Answer } from './answer.ts';
import type { ColumnOrigin } from './column-origins.ts';
import type { SentRows } from './limits/sent-rows.ts';
import type { ParsedText } from './parsed-text.ts';
import type { TextTraits } from './text-traits.ts';
import type { WatchedAnswer } from './watch/watched-answer.ts';

/** A statement that has been prepared, by Parse or by SQL's PREPARE. */
export type PreparedStatement = Readonly<{
  name: string;
  /** What runs; of a PREPARE, the statement inside it at its place in the text, with blanks around it. */
  text: string;
  /** What the server keeps with it: the message's text, in which PREPARE may stand among others. */
  wholeText: string;
  /** Object ids of the types that the client named, 0 where the server is to say; undefined when SQL named them. */
  parameterTypes: readonly number[] | undefined;
  traits: TextTraits;
  /** The text read by the grammar, for whoever asks. */
  parsed: ParsedText;
  /** What the guard has said that its functions may change. */
  hints: number;
  /** What the guard expects the server to say of its columns. */
  origins?: readonly ColumnOrigin[] | undefined;
  /** What the client has prepared, where the server keeps another text with one parameter more, for the guard to answer. */
  asked?: PreparedStatement | undefined;
}>;

/** A portal that a client opened with Bind, or a cursor that SQL declared. */
export type Portal = Readonly<{
  name: string;
  /** Undefined when nothing is known of what it runs. */
  statement: PreparedStatement | undefined;
  /** What becomes of the answers to its Executes; undefined when each is decided, as a cursor's are. */
  answer: Answer | undefined;
  /** The guard's `standing` when it was decided. */
  standing?: unknown;
  /** What has come through it, where that is counted. */
  sent?: SentRows | undefined;
  /** Who follows its answers. */
  watched?: WatchedAnswer | undefined;
  hints: number;
}>;

/** What a message will make true of a name once the server acknowledges it; no record means the name is free then. */
export type NameClaim =
  | Readonly<{ space: 'statement'; name: string; segment: number; record: PreparedStatement | undefined }>
  | Readonly<{ space: 'portal'; name: string; segment: number; record: Portal | undefined }>;

/** The name may mean one thing or another until the server has answered what is in flight. */
export const UNSETTLED = Symbol('unsettled');
/** Code ran that may have given the name to another; the server can be asked. */
export const DOUBTFUL = Symbol('doubtful');

export type Found<T> = T | undefined | typeof UNSETTLED | typeof DOUBTFUL;
