// Prints a classification in the form of gateway/catalog/functions/*.txt: sections by class and family, lines sorted.
import { type FunctionEntry, functionClassMeanings } from '../../../gateway/catalog/index.ts';

const classes = Object.keys(functionClassMeanings);

export function printClassList(entries: ReadonlyMap<string, FunctionEntry>): string {
  const sections = new Map<string, { rank: number; lines: string[] }>();
  for (const [line, entry] of entries) {
    const head = `[${entry.class}] ${entry.family}\n${entry.note === undefined ? '' : `! ${entry.note}\n`}`;
    const section = sections.get(head) ?? { rank: classes.indexOf(entry.class), lines: [] };
    section.lines.push(line);
    sections.set(head, section);
  }
  return [...sections]
    .sort(([one, { rank }], [other, { rank: otherRank }]) => otherRank - rank || compare(one, other))
    .map(([head, { lines }]) => `${head}${lines.sort(compare).join('\n')}\n`)
    .join('\n');
}

const compare = (one: string, other: string) => (one < other ? -1 : one > other ? 1 : 0);
