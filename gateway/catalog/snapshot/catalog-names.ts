// Names of columns and functions as people write them in data: parts between dots, quoted where a part has a dot itself.

/**
 * The parts of a dotted name, each as the catalog has it: case counts, nothing is folded.
 *
 * @example splitName('public."my.table".ssn')  // ['public', 'my.table', 'ssn']
 */
export function splitName(text: string): readonly string[] | undefined {
  const parts: string[] = [];
  const part = /(?:"((?:[^"]|"")+)"|([^".]+))(\.|$)/gy;
  for (let end = 0; end < text.length; end = part.lastIndex) {
    const match = part.exec(text);
    if (match === null) return undefined;
    parts.push(match[1]?.replaceAll('""', '"') ?? (match[2] as string));
    if (match[3] === '') return parts;
  }
  return undefined;
}

/** A dotted name that `splitName` reads back. */
export function joinName(...parts: readonly string[]): string {
  return parts.map((part) => (/[".]/.test(part) ? `"${part.replaceAll('"', '""')}"` : part)).join('.');
}
