// What an answer came to, as its event says it.
import { quoted } from '../../audit/index.ts';
import type { AnswerResult } from '../../session/index.ts';

/** Canonical JSON, put together by hand: there is one for every statement. */
export function membersOfOutcome(
  { state, tag, rows, bytes, affected, sqlstate, cells }: AnswerResult,
  milliseconds: number,
  maskedColumns: string | undefined,
): string {
  let json = `"outcome":{"affected":${affected},"bytes":${bytes}`;
  if (maskedColumns !== undefined) json += `,"masked":{"cells":${cells},"columns":${maskedColumns}}`;
  else if (cells > 0) json += `,"masked":{"cells":${cells}}`;
  json += `,"milliseconds":${Math.round(milliseconds * 1000) / 1000},"rows":${rows}`;
  if (sqlstate !== undefined) json += `,"sqlstate":${quoted(sqlstate)}`;
  json += `,"state":"${state}"`;
  if (tag !== undefined) json += `,"tag":${quoted(tag)}`;
  return `${json}}`;
}
