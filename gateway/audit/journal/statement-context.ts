// What the events of a statement share in a session, for those that stand in one line with others.
import { contextOf } from '../event/context.ts';
import type { Subjects } from '../event/event.ts';
import type { Subject } from '../event/subject.ts';
import type { Lines } from './lines.ts';

/** Of a hash in quotes, and the comma behind it. */
export const NAMED_BYTES = 46;

/** At which place of which line a context was named last. */
export type Place = { line: number; at: number };

/** A context, and where it was written last: in which segment, and its place there, which all that are the same share. */
export class LineContext {
  readonly subject: Subject;
  /** How a line names it. */
  readonly named: Buffer;
  segment = 0;
  place: Place = { line: 0, at: 0 };

  constructor(subject: Subject) {
    this.subject = subject;
    this.named = Buffer.from(`"${subject.hash}",`);
  }
}

/** Of all outcomes of a session. */
export const outcomesOf = (session: string): LineContext =>
  new LineContext(contextOf({ type: 'statement.outcome', session }));

/** Costs some microseconds: made once for what a session repeats, and kept. */
export class StatementContext {
  readonly session: string;
  readonly subjects: Subjects;
  /** What the intent says beside what it says for itself. */
  readonly members: Readonly<Record<string, unknown>>;
  readonly intent: LineContext;
  readonly outcome: LineContext;

  constructor(
    session: string,
    subjects: Subjects,
    members: Readonly<Record<string, unknown>>,
    outcome: LineContext,
  ) {
    this.session = session;
    this.subjects = subjects;
    this.members = members;
    this.outcome = outcome;
    const shapes = Object.fromEntries(Object.entries(subjects).map(([name, { hash }]) => [name, hash]));
    this.intent = new LineContext(contextOf({ type: 'statement.intent', session, shapes, members }));
  }
}

/** One whose two events share lines with others: the journal numbers them, and asks soon what they say. */
export interface JournaledStatement {
  readonly context: StatementContext;
  /** Of its intent, which the journal gives it: what has another number is its outcome. */
  seq: number;
  /**
   * JSON as canonicalJson makes it, nothing of which is labelled: its parameters, 0 where there are none, and behind a
   * comma its text where its subjects don't have it.
   */
  writeIntent(into: Lines): void;
  /** Of the outcome, which has it by the time it is told. */
  readonly microseconds: number;
  readonly answer: CompleteAnswer;
}

/** What a complete answer came to, of which nothing was masked. */
export type CompleteAnswer = Readonly<{
  rows: number;
  bytes: number;
  affected: number;
  /** Of ASCII, and short. */
  tag: string;
}>;
