// The numbers in a command's tag.

/** Tags come again and again. */
const known = new Map<string, TagCounts>();
const KNOWN_MAX = 1_000;

const CHANGING = /^(?:INSERT \d+|UPDATE|DELETE|MERGE) (\d+)$/;
const COPY = /^COPY (\d+)$/;

/** `changed`: rows that it has changed; `copied`: rows of a COPY, in one direction or the other. */
export type TagCounts = Readonly<{ changed: number; copied: number }>;

const nothing: TagCounts = { changed: 0, copied: 0 };

export function countsOfTag(tag: string): TagCounts {
  // The most frequent ones count nothing.
  if (tag.startsWith('SELECT')) return nothing;
  const found = known.get(tag);
  if (found !== undefined) return found;
  const changed = Number(CHANGING.exec(tag)?.[1] ?? 0);
  const copied = Number(COPY.exec(tag)?.[1] ?? 0);
  const counts = changed + copied === 0 ? nothing : { changed, copied };
  if (known.size < KNOWN_MAX) known.set(tag, counts);
  return counts;
}
