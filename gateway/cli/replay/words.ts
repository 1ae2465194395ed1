// What the gateway did with a statement, as sentences and half-sentences.
import type { Outcome, SceneBody, Wait } from './scene.ts';

type Approval = Extract<SceneBody, { kind: 'approval' }>;
type Refused = Extract<SceneBody, { kind: 'refused' }>;

export const duration = (milliseconds: number): string => {
  if (milliseconds < 1000) return `${Math.round(milliseconds * 10) / 10} ms`;
  const seconds = milliseconds / 1000;
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  return `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`;
};

export const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`;

export function waited({ rule, reason, text }: Wait): string {
  const why = [rule === undefined ? undefined : `rule "${rule}"`, reason].filter(
    (part) => part !== undefined,
  );
  return `waits for approval: ${text ?? 'a statement'}${why.length === 0 ? '' : ` (${why.join(', ')})`}`;
}

export function approvalLine({ what, by, note, waited: since }: Approval): string {
  const who = by === undefined ? '' : ` by ${by}`;
  const after = since === undefined ? '' : ` after ${duration(since)}`;
  return `${what}${who}${after}${note === undefined ? '' : `: ${note}`}`;
}

export function refusedLines({ sqlstate, message, rule, hint }: Refused): string[] {
  const code = sqlstate === undefined ? '' : `${sqlstate}: `;
  const named = rule === undefined || message.includes(`"${rule}"`) ? '' : ` (rule "${rule}")`;
  return [`ERROR:  ${code}${message}${named}`, ...(hint === undefined ? [] : [`HINT:  ${hint}`])];
}

/** `isShown`: the answer itself stands above. */
export function outcomeLine(outcome: Outcome, isShown: boolean): string {
  const { state, tag, rows, affected, sqlstate, milliseconds, maskedCells, maskedColumns, because } = outcome;
  const parts: string[] = [];
  if (state !== 'complete') parts.push(because === undefined ? state : `${state}: ${because}`);
  if (sqlstate !== undefined && !isShown) parts.push(`SQLSTATE ${sqlstate}`);
  if (!isShown && tag !== undefined && tag !== '') parts.push(tag);
  if (!isShown && rows !== undefined && rows > 0) parts.push(`${counted(rows, 'row')}, not shown`);
  if (!isShown && affected !== undefined && affected > 0 && tag === undefined)
    parts.push(`${counted(affected, 'row')} changed`);
  if (milliseconds !== undefined) parts.push(duration(milliseconds));
  if (maskedCells > 0 || maskedColumns.length > 0)
    parts.push(`masked: ${maskedColumns.join(', ') || 'columns'} (${counted(maskedCells, 'value')})`);
  return parts.join(' · ');
}

const cuts: Readonly<Record<string, string>> = {
  statement_limit: 'the rest of this answer was not recorded: it reached the limit of a statement',
  session_limit: 'from here on no rows were recorded: the session reached its limit',
  message_limit: 'the rest of this message was not recorded: it reached the limit of one message',
  not_written: 'what the client was sent last could not be recorded',
};

export function cutLine(because: string, limit: number | undefined): string {
  return `${cuts[because] ?? `the recording was cut: ${because}`}${limit === undefined ? '' : ` (${limit} bytes)`}`;
}
