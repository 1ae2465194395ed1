// Digits in groups, as people write card and telephone numbers: what stands between two of them is one separator.

export type DigitGroup = Readonly<{ from: number; to: number }>;

/** Digits beyond these lengths are no number that is looked for, and end a row of groups. */
const run = /\d+(?:[ .\-\u00a0\u2010-\u2015\u202f]\d+)*/g;

/** Rows of groups, each as its groups. */
export function* digitRows(text: string): Generator<readonly DigitGroup[]> {
  for (const row of text.matchAll(run)) {
    const groups: DigitGroup[] = [];
    for (const group of row[0].matchAll(/\d+/g)) {
      const from = row.index + group.index;
      groups.push({ from, to: from + group[0].length });
    }
    yield groups;
  }
}

export const digitsIn = (text: string): string => text.replace(/\D/g, '');
