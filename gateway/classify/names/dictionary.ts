// All the words that say something, and the phrases they stand in.
import { harmless } from '../vocabulary/harmless.ts';
import { health } from '../vocabulary/health.ts';
import { identifiers } from '../vocabulary/identifiers.ts';
import { money } from '../vocabulary/money.ts';
import { aroundPeople, conversations, people } from '../vocabulary/people.ts';
import { personal } from '../vocabulary/personal.ts';
import { aboutTheValue, empty, neutral } from '../vocabulary/qualifiers.ts';
import { secrets } from '../vocabulary/secrets.ts';
import { type Entry, type Strength, strengths, type Vocabulary } from '../vocabulary/vocabulary.ts';
import { spellings } from './spelling.ts';

/** In the order in which the scheme of labels is told. */
export const vocabulary: Vocabulary = [...personal, ...identifiers, ...money, ...secrets, ...health];

/** What a phrase says. */
export type Meaning = Readonly<{
  /** Undefined: nothing of anybody. */
  entry: Entry | undefined;
  confidence: number;
  /** What it is worth in a table about people, or beside a word for one. */
  ofPeople: number;
}>;

type Dictionary = Readonly<{
  phrases: ReadonlyMap<string, readonly Meaning[]>;
  longest: number;
  all: ReadonlySet<string>;
  people: ReadonlySet<string>;
  aroundPeople: ReadonlySet<string>;
  conversations: ReadonlySet<string>;
  neutral: ReadonlySet<string>;
  aboutTheValue: ReadonlySet<string>;
  empty: ReadonlySet<string>;
}>;

let made: Dictionary | undefined;

/** Made when it is first asked for: most commands never do. */
export function knownWords(): Dictionary {
  made ??= makeDictionary();
  return made;
}

function makeDictionary(): Dictionary {
  const empties = setOf(empty);
  const phrases = new Map<string, Meaning[]>();
  const words = new Set<string>();
  let longest = 1;
  const add = (text: string, meaning: Meaning): void => {
    for (const phrase of variantsOf(text, empties)) {
      for (const word of phrase) words.add(word);
      longest = Math.max(longest, phrase.length);
      const key = phrase.join(' ');
      phrases.set(key, [...(phrases.get(key) ?? []), meaning]);
    }
  };
  for (const phrase of phrasesOf(harmless)) add(phrase, { entry: undefined, confidence: 0, ofPeople: 0 });
  for (const entry of vocabulary) {
    for (const [strength, text] of Object.entries(entry.words)) {
      const confidence = strengths[strength as Strength];
      for (const phrase of phrasesOf(text)) add(phrase, { entry, confidence, ofPeople: confidence });
    }
    for (const phrase of phrasesOf(entry.ofPeople ?? ''))
      add(phrase, { entry, confidence: 0, ofPeople: strengths.likely });
    for (const phrase of phrasesOf(entry.inTablesOfPeople ?? ''))
      add(phrase, { entry, confidence: strengths.hint, ofPeople: strengths.maybe });
  }
  const lists = {
    people: setOf(people),
    aroundPeople: setOf(aroundPeople),
    conversations: setOf(conversations),
    neutral: setOf(neutral),
    aboutTheValue: setOf(aboutTheValue),
  };
  for (const list of Object.values(lists)) for (const word of list) words.add(word);
  return { phrases, longest, all: words, empty: empties, ...lists };
}

const phrasesOf = (text: string): readonly string[] =>
  text
    .split('|')
    .map((phrase) => phrase.trim())
    .filter((phrase) => phrase !== '');

/** As people write them in names. */
const shortened: Readonly<Record<string, readonly string[]>> = {
  number: ['num', 'no', 'nr', 'nbr'],
  número: ['num', 'nro'],
  numéro: ['num', 'no'],
  nummer: ['nr'],
  address: ['addr'],
  telefono: ['tel'],
  account: ['acct'],
};

function variantsOf(phrase: string, empties: ReadonlySet<string>): readonly (readonly string[])[] {
  let variants: (readonly string[])[] = [[]];
  for (const word of phrase.split(' ')) {
    if (empties.has(word)) continue;
    const spelled = [...spellings(word), ...(shortened[word] ?? [])];
    variants = variants.flatMap((before) => spelled.map((spelling) => [...before, spelling]));
  }
  return variants;
}

const setOf = (text: string): ReadonlySet<string> => new Set(text.split(' ').flatMap(spellings));
