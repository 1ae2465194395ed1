// The policy with switches in every rule, so that one compiled module stands for all versions that lack something of it.
import { cp, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { root } from './opa.ts';

/** Something that can be taken away, named by the place where it is written. */
export type Switch = Readonly<{ place: string; what: string }>;

/** What `data` has for the switches: the places where something is taken away. */
export const switches = (...off: readonly string[]) => ({
  switches: { off: Object.fromEntries(off.map((place) => [place, true])) },
});

/** Copies a folder of policies, with switches. Rego must be formatted: then only rules start a line. */
export async function copyWithSwitches(from: string, to: string): Promise<readonly Switch[]> {
  await cp(join(root, from), to, { recursive: true });
  const files = (await readdir(to, { recursive: true })).filter((file) => file.endsWith('.rego')).sort();
  const all: Switch[] = [];
  for (const file of files) {
    const lines = (await readFile(join(to, file), 'utf8')).split('\n');
    for (const { start, end } of rulesOf(lines).toReversed()) {
      const rule = lines.slice(start, end);
      // What is said where no rule applies can't be switched: without it there would be no decision at all.
      if (rule[0]?.startsWith('default ')) continue;
      const { text, places } = withSwitches(rule, (row) => `${file}:${start + row + 1}`);
      lines.splice(start, end - start, ...text);
      all.push(...places);
    }
    await writeFile(join(to, file), lines.join('\n'));
  }
  return all;
}

type Span = Readonly<{ start: number; end: number }>;

function rulesOf(lines: readonly string[]): readonly Span[] {
  const starts = lines.flatMap((line, row) => (/^(?!package |import )[a-z]/.test(line) ? [row] : []));
  return starts.map((start) => {
    const blank = lines.findIndex((line, row) => row > start && line === '');
    return { start, end: blank < 0 ? lines.length : blank };
  });
}

type Switched = Readonly<{ text: readonly string[]; places: readonly Switch[] }>;

/** The rule may be off; and for each of its conditions there is a copy that lacks it, in the rule's place. */
function withSwitches(rule: readonly string[], placeOf: (row: number) => string): Switched {
  const whole = { place: placeOf(0), what: `without the rule ${rule[0]}` };
  // A copy of a rule with alternatives would apply beside those of the rule.
  const conditions = rule.some((line) => line.startsWith('} else')) ? [] : conditionsOf(rule);
  const lacking = conditions.map(({ row, left }) => ({
    place: `${placeOf(row)}${left === '' ? '' : ' not'}`,
    what: `without ${left === '' ? '' : '`not` in '}${rule[row]?.trim()}`,
    rule: rule.with(row, left),
  }));
  const guards = [whole, ...lacking].map(({ place }) => `not data.switches.off["${place}"]`);
  return {
    text: [
      ...withGuards(rule, guards),
      ...lacking.flatMap((copy) => ['', ...withGuards(copy.rule, [`data.switches.off["${copy.place}"]`])]),
    ],
    places: [whole, ...lacking.map(({ place, what }) => ({ place, what }))],
  };
}

/** The lines that are a condition of their own, each with what is left once it is gone, and once its `not` is. */
function conditionsOf(rule: readonly string[]): readonly { row: number; left: string }[] {
  return rule.flatMap((line, row) => {
    const isCondition = /^\t[^\s#"'})\]].*[^{([,|:]$/.test(line) && !/^\tsome |:=/.test(line);
    if (!isCondition || row <= bodyOf(rule)) return [];
    const gone = { row, left: '' };
    return line.startsWith('\tnot ') ? [gone, { row, left: line.replace('not ', '') }] : [gone];
  });
}

const bodyOf = (rule: readonly string[]): number => {
  const row = rule.findIndex((line) => / if \{$/.test(line));
  return row < 0 ? rule.length : row;
};

function withGuards(rule: readonly string[], guards: readonly string[]): readonly string[] {
  const opening = bodyOf(rule);
  if (opening < rule.length) {
    const body = rule.slice(opening + 1).filter((line) => line !== '');
    return [...rule.slice(0, opening + 1), ...guards.map((guard) => `\t${guard}`), ...body];
  }
  const last = rule.at(-1) ?? '';
  const [, head = last, body] = rule.length === 1 ? (/^(.*?) if (.*)$/.exec(last) ?? []) : [];
  const inside = [...guards, ...(body === undefined ? [] : [body])].map((line) => `\t${line}`);
  return [...rule.slice(0, -1), `${head} if {`, ...inside, '}'];
}
