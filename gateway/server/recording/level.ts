// How much is recorded of a statement: the strictest of what is said of it and of its session.

export type Level = 'none' | 'metadata' | 'full';

const order: readonly Level[] = ['none', 'metadata', 'full'];

/** Undefined: nobody says anything. */
export function strictestLevel(levels: readonly (Level | undefined)[]): Level | undefined {
  let strictest: Level | undefined;
  for (const level of levels) {
    if (level === undefined) continue;
    if (strictest === undefined || order.indexOf(level) > order.indexOf(strictest)) strictest = level;
  }
  return strictest;
}
