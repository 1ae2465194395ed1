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
  json += `,"milliseconds":${inThousandths(milliseconds)},"rows":${rows}`;
  if (sqlstate !== undefined) json += `,"sqlstate":${quoted(sqlstate)}`;
  json += `,"state":"${state}"`;
  if (tag !== undefined) json += `,"tag":${quoted(tag)}`;
  return `${json}}`;
}

/** Of a number: `.001` to `.999`, and none. Putting them together costs less than printing a fraction. */
const fractions = Array.from({ length: 1000 }, (_, at) => String(at / 1000).slice(1));

/** As JSON has the number. */
function inThousandths(milliseconds: number): string {
  const all = Math.round(milliseconds * 1000);
  return `${Math.floor(all / 1000)}${fractions[all % 1000]}`;
}
