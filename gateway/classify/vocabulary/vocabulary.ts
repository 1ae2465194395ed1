// How the words of a label are written down: phrases by how much they say, divided by bars, in any of the languages.

/** What a column may hold, as far as its type tells. An array counts as what it is made of, a domain as its base. */
export type TypeClass =
  | 'text'
  | 'number'
  | 'date'
  | 'time'
  | 'boolean'
  | 'uuid'
  | 'json'
  | 'bytes'
  | 'network'
  | 'hardware'
  | 'geometry'
  | 'other';

/** How sure a phrase alone makes one. */
export const strengths = { sure: 0.95, likely: 0.8, maybe: 0.6, hint: 0.45 } as const;
export type Strength = keyof typeof strengths;

export type Entry = Readonly<{
  label: string;
  types: readonly TypeClass[];
  /**
   * Umlauts and accents as in the language itself; words such as "of" and "de" left out. A phrase may be written in one
   * word in a database too.
   */
  words: Readonly<Partial<Record<Strength, string>>>;
  /** Said in tables about people, or beside a word for a person, it is as good as `likely`. */
  ofPeople?: string;
  /** Neither is one alone where nothing tells of people: it is a `hint`. */
  inTablesOfPeople?: string;
}>;

export type Vocabulary = readonly Entry[];
