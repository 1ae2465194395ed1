// Which constants of a skeleton its shape keeps, as a text has shown that was parsed.

import type { Constant } from './constant-type.ts';
import type { FreeConstant } from './key.ts';
import type { Skeleton } from './skeleton.ts';

/**
 * The ordinals of those that stay in the key; the others are free in every text that has the skeleton. Undefined when
 * the parser has seen another constant than the skeleton in the same place.
 */
export function keptConstants(
  text: string,
  { constants }: Skeleton,
  free: readonly FreeConstant[],
): readonly number[] | undefined {
  const kept: number[] = [];
  let next = 0;
  for (const [ordinal, constant] of constants.entries()) {
    // What is free and stands in the skeleton as it is written is the same in all its texts.
    while ((free[next]?.end ?? text.length) <= constant.start) next++;
    const candidate = free[next];
    if (candidate === undefined || candidate.start >= constant.end) kept.push(ordinal);
    else if (isSame(text, constant, candidate)) next++;
    else return undefined;
  }
  return kept;
}

/** The minus sign that the grammar has made part of a number is a piece of the skeleton. */
function isSame(text: string, { start, end, type }: Constant, free: FreeConstant): boolean {
  if (free.end !== end || free.type !== type) return false;
  return free.start === start || /^-[ \t\n\r\f]*$/.test(text.slice(free.start, start));
}
