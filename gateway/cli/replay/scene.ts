// One moment of a session as it is played: something that was sent, decided, waited for or answered.
import type { MessageStep } from '../../wire/index.ts';

export type SessionScene = Readonly<{
  kind: 'session';
  session: string;
  principal: string;
  /** human, service or agent. */
  is: string;
  /** For whom it acts, or who acts for it. */
  behalf: string | undefined;
  resource: string;
  address: string | undefined;
  application: string | undefined;
  method: string | undefined;
}>;

export type Wait = Readonly<{
  kind: 'held';
  rule: string | undefined;
  reason: string | undefined;
  text: string | undefined;
}>;

export type Outcome = Readonly<{
  kind: 'outcome';
  state: string;
  milliseconds: number | undefined;
  rows: number | undefined;
  affected: number | undefined;
  bytes: number | undefined;
  tag: string | undefined;
  sqlstate: string | undefined;
  maskedColumns: readonly string[];
  maskedCells: number;
  because: string | undefined;
}>;

export type SceneBody =
  | SessionScene
  | Readonly<{
      kind: 'statement';
      text: string | undefined;
      parameters: readonly string[];
      effect: string | undefined;
      rule: string | undefined;
    }>
  | Wait
  /** What people have said of a request, and how long it had waited by then. */
  | Readonly<{
      kind: 'approval';
      what: string;
      by: string | undefined;
      note: string | undefined;
      request: string | undefined;
      waited: number | undefined;
    }>
  | Readonly<{
      kind: 'refused';
      rule: string | undefined;
      code: string | undefined;
      sqlstate: string | undefined;
      message: string;
      hint: string | undefined;
      text: string | undefined;
    }>
  | MessageStep
  /** So many rows came faster than they could be shown to whoever watches; without a number, something else. */
  | Readonly<{ kind: 'dropped'; rows: number | undefined }>
  | Outcome
  | Readonly<{ kind: 'cut'; because: string; limit: number | undefined }>
  /** What happened around it, in words. */
  | Readonly<{ kind: 'note'; text: string }>
  | Readonly<{ kind: 'ended'; why: string | undefined }>;

/** `at`: milliseconds since 1970. */
export type Scene = Readonly<{ at: number; statement?: string | undefined }> & SceneBody;
