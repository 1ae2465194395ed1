// What one of the checks of a policy repository found.

export type Finding = Readonly<{
  /** `skipped`: it could not be looked at. */
  grade: 'good' | 'bad' | 'skipped';
  /** Two words at most: `format`, `access data`. */
  about: string;
  text: string;
  /** Where, and what would be right, one a line. */
  details?: readonly string[];
}>;

const marks = { good: '✓', bad: '✕', skipped: '!' } as const;
const widest = 12;

export function printFinding({ grade, about, text, details = [] }: Finding): string {
  const lines = [`${marks[grade]} ${about.padEnd(widest)}${text}`, ...details.map((line) => `    ${line}`)];
  return `${lines.join('\n')}\n`;
}

export const count = (number: number, what: string): string => `${number} ${what}${number === 1 ? '' : 's'}`;
