// The words of a name: parts between signs, humps of camelCase, letters apart from digits, without accents.
import { knownWords } from './dictionary.ts';
import { spellings } from './spelling.ts';

const longestName = 128;
const fewestLetters = 3;
/** Short words that people write together with another. */
const shortOnes: ReadonlySet<string> = new Set(['no', 'nr', 'id', 'ip', 'cc', 'dt', 'nm', 'tel']);
/** What German puts between two nouns. */
const joint = 's';

/** @example wordsOf('custEMailAddr2')  // ['cust', 'e', 'mail', 'addr', '2'] */
export function wordsOf(name: string): readonly string[] {
  const parts = name
    .slice(0, longestName)
    .replace(/(\p{Ll})(\p{Lu})/gu, '$1 $2')
    .replace(/(\p{Lu}+)(\p{Lu}\p{Ll}{2})/gu, '$1 $2')
    .replace(/(\p{L})(\d)/gu, '$1 $2')
    .replace(/(\d)(\p{L})/gu, '$1 $2')
    .split(/[^\p{L}\p{M}\p{N}]+/u);
  const words = parts.flatMap((part) => (part === '' ? [] : knownAs(spellings(part)[0] ?? '')));
  const telling = words.filter((word) => !knownWords().empty.has(word));
  return telling.length > 0 ? telling : words;
}

/** Names are many, their words are few: each is looked at once, and those of a large database fit. */
const remembered = new Map<string, readonly string[]>();
const mostRemembered = 20_000;

function knownAs(word: string): readonly string[] {
  const known = remembered.get(word);
  if (known !== undefined) return known;
  const found = lookUp(word);
  if (remembered.size >= mostRemembered) remembered.clear();
  remembered.set(word, found);
  return found;
}

/** As it is, without its plural's s, or as the words that it was put together from. */
function lookUp(word: string): readonly string[] {
  const { all } = knownWords();
  if (all.has(word)) return [word];
  const singular = /[^s]s$/.test(word) ? word.slice(0, -1) : word;
  if (all.has(singular)) return [singular];
  return takenApart(word, all) ?? [word];
}

/** Into as few known words as can be; undefined when some of it is none. */
export function takenApart(word: string, known: ReadonlySet<string>): readonly string[] | undefined {
  const best: (readonly string[] | undefined)[] = [[]];
  for (let end = 1; end <= word.length; end++) {
    for (let start = 0; start < end; start++) {
      const before = best[start];
      const part = word.slice(start, end);
      if (before === undefined || !isPart(part, known, before.length > 0)) continue;
      const words = part === joint ? before : [...before, part];
      if (words.length < (best[end]?.length ?? Number.POSITIVE_INFINITY)) best[end] = words;
    }
  }
  const found = best[word.length];
  return found === undefined || found.length < 2 || word.endsWith(`s${joint}`) ? undefined : found;
}

const isPart = (part: string, known: ReadonlySet<string>, inside: boolean): boolean =>
  (part.length >= fewestLetters ? known.has(part) : shortOnes.has(part)) || (inside && part === joint);
