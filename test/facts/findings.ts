// What a part of the lane found: failures end the lane, notes are told and counted.
import type { Row } from '../support/report.ts';

export type Finding = Readonly<{
  /** "permissions", "properties" … */
  part: string;
  what: string;
  /** The statement, as short as it could be made. */
  text: string;
}>;

export type PartResult = Readonly<{
  part: string;
  /** How many things were tried, by what came of them. */
  counts: Readonly<Record<string, number>>;
  failures: readonly Finding[];
  notes: readonly Finding[];
}>;

/** One row for each thing that was found, with how often and an example. */
export function groupFindings(findings: readonly Finding[]): readonly Row[] {
  const groups = new Map<string, Finding[]>();
  for (const finding of findings) {
    const key = `${finding.part}: ${finding.what.replaceAll(/"[^"]*"|\d+/g, '…')}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [finding]);
    else group.push(finding);
  }
  return [...groups.values()]
    .sort((one, other) => other.length - one.length)
    .map((group) => {
      const shortest = group.toSorted((one, other) => one.text.length - other.text.length)[0] as Finding;
      const text = shortest.text.replaceAll(/\s+/g, ' ').slice(0, 300);
      return { count: group.length, part: shortest.part, what: shortest.what, example: text };
    });
}

export class Counter {
  readonly counts: Record<string, number> = {};

  add(what: string): void {
    this.counts[what] = (this.counts[what] ?? 0) + 1;
  }
}
