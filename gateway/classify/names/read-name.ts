// What the name of a column says of its values.
import type { Entry } from '../vocabulary/vocabulary.ts';
import { knownWords, type Meaning } from './dictionary.ts';
import type { TableSense } from './table-words.ts';
import { wordsOf } from './words.ts';

export type NameReading = Readonly<{ entry: Entry; confidence: number; phrase: string }>;

type Found = Readonly<{ from: number; to: number; phrase: string; meanings: readonly Meaning[] }>;

/** Each word that nobody knows makes it a little less likely that the rest was understood. */
const unknownWord = 0.88;
const fewest = 0.1;

/** From the likeliest; most names say nothing. */
export function readName(name: string, table: TableSense): readonly NameReading[] {
  const words = wordsOf(name);
  const found = phrasesIn(words);
  if (found.length === 0) return [];
  const covered = new Set(found.flatMap(({ from, to }) => range(from, to)));
  const rest = words.filter((_, at) => !covered.has(at));
  const doubt = doubtOf(rest);
  if (doubt === 0) return [];
  const { people } = knownWords();
  const ofPeople = table === 'people' || words.some((word) => people.has(word));
  const readings: NameReading[] = [];
  // The last one tells what it is: "email password" is a password.
  for (const { phrase, meanings } of found.toReversed()) {
    for (const { entry, confidence, ofPeople: stronger } of meanings) {
      const sure = doubt * worthOf(confidence, stronger, ofPeople, table, entry);
      if (entry !== undefined && sure >= fewest) readings.push({ entry, confidence: sure, phrase });
    }
  }
  return readings.sort((one, other) => other.confidence - one.confidence);
}

function worthOf(
  confidence: number,
  stronger: number,
  ofPeople: boolean,
  table: TableSense,
  entry: Entry | undefined,
): number {
  if (ofPeople) return stronger;
  // Whoever writes to somebody writes about people.
  return table === 'conversation' && entry?.label === 'pii.free_text' ? stronger : confidence;
}

/** The longest ones, none within another. */
function phrasesIn(words: readonly string[]): readonly Found[] {
  const { phrases, longest } = knownWords();
  const found: Found[] = [];
  for (let length = Math.min(longest, words.length); length > 0; length--) {
    for (let from = 0; from + length <= words.length; from++) {
      const to = from + length;
      if (found.some((other) => from < other.to && other.from < to)) continue;
      const phrase = words.slice(from, to).join(' ');
      const meanings = phrases.get(phrase);
      if (meanings !== undefined) found.push({ from, to, phrase, meanings });
    }
  }
  return found.sort((one, other) => one.from - other.from);
}

/** What is left of a name after its phrases: 0 when that makes it a column about the value. */
function doubtOf(rest: readonly string[]): number {
  const { neutral, people, aroundPeople, aboutTheValue } = knownWords();
  let doubt = 1;
  for (const word of rest) {
    if (/^\d+$/.test(word) || neutral.has(word) || people.has(word)) continue;
    if (aboutTheValue.has(word)) return 0;
    if (!aroundPeople.has(word)) doubt *= unknownWord;
  }
  return doubt;
}

const range = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, at) => from + at);
