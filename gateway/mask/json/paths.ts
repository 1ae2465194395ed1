// JSON pointers (RFC 6901) as one tree; `*` stands for every key or index.

export type PathTree = Readonly<{
  /** The part itself is masked. */
  masked: boolean;
  keys: ReadonlyMap<string, PathTree>;
  every: PathTree | undefined;
}>;

type Growing = { masked: boolean; keys: Map<string, Growing>; every: Growing | undefined };

export function readPaths(pointers: readonly string[]): PathTree {
  const root = grow();
  for (const pointer of pointers) {
    let at = root;
    for (const part of pointer.split('/').slice(1)) at = step(at, part);
    at.masked = true;
  }
  return root;
}

function step(at: Growing, part: string): Growing {
  if (part === '*') {
    at.every ??= grow();
    return at.every;
  }
  const key = part.replaceAll('~1', '/').replaceAll('~0', '~');
  const found = at.keys.get(key);
  if (found !== undefined) return found;
  const next = grow();
  at.keys.set(key, next);
  return next;
}

const grow = (): Growing => ({ masked: false, keys: new Map(), every: undefined });
