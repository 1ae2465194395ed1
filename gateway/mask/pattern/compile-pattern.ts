// A mask's own regular expression: finds every match in time that grows with the text alone.
import { Machine } from './machine.ts';
import { statesOf } from './states.ts';
import { parsePattern } from './syntax.ts';

export { PatternRefused } from './syntax.ts';

/** Replaces all matches; undefined where the text took too many steps, and must be hidden whole. */
export type Replace = (text: string, replacement: string) => string | undefined;

/** A match that could still go on here counts as one: what can't be told is hidden. */
const longestMatch = 1000;
/** Most texts take about one step a character. */
const stepsACharacter = 16;
const stepsAtLeast = 100_000;

/** A policy has few; what a machine has learnt of texts serves the next statement too. */
const mostKept = 100;
const kept = new Map<string, Replace>();

/** @throws PatternRefused */
export function compilePattern(pattern: string): Replace {
  const known = kept.get(pattern);
  if (known !== undefined) return known;
  const made = compile(pattern);
  if (kept.size >= mostKept) kept.clear();
  kept.set(pattern, made);
  return made;
}

function compile(pattern: string): Replace {
  const machine = new Machine(statesOf(parsePattern(pattern)));
  return (text, replacement) => {
    machine.steps = 0;
    const most = stepsAtLeast + stepsACharacter * text.length;
    let out = '';
    let written = 0;
    let at = 0;
    while (at < text.length) {
      const limit = at + longestMatch;
      const found = machine.longest(text, at, limit);
      if (machine.steps > most) return undefined;
      if (found === undefined || found === at) {
        at += 1;
        continue;
      }
      const end = afterPair(text, found === 'undecided' ? limit : found);
      out += text.slice(written, beforePair(text, at)) + replacement;
      written = end;
      at = end;
    }
    return out + text.slice(written);
  };
}

/** A match never takes half of a character that is two code units. */
function afterPair(text: string, at: number): number {
  return isInsidePair(text, at) ? at + 1 : at;
}

function beforePair(text: string, at: number): number {
  return isInsidePair(text, at) ? at - 1 : at;
}

function isInsidePair(text: string, at: number): boolean {
  return at > 0 && (text.charCodeAt(at - 1) & 0xfc00) === 0xd800 && (text.charCodeAt(at) & 0xfc00) === 0xdc00;
}
