// Whether a table is about people, by its own name and that of its schema.
import { knownWords } from './dictionary.ts';
import { wordsOf } from './words.ts';

export type TableSense = 'people' | 'conversation' | 'other';

/** "customers", "user_profiles" and "tbl_Kunden" are about people; "customer_orders" is about orders. */
export function tableSense(name: string): TableSense {
  const { people, aroundPeople, conversations } = knownWords();
  const words = wordsOf(name).filter((word) => !/^\d+$/.test(word));
  const isPerson = (word: string): boolean => people.has(word) || people.has(`${word}s`);
  if (words.some(isPerson) && words.every((word) => isPerson(word) || aroundPeople.has(word)))
    return 'people';
  const last = words.at(-1) ?? '';
  if (isPerson(last)) return 'people';
  return conversations.has(last) ? 'conversation' : 'other';
}
