// Rights as people write them, and as policies read them: `write public.orders; unmask pii.email`.
import type { Input } from '../sql/index.ts';

export type Rights = NonNullable<Input['access']>['rights'];
type List = keyof Rights;
type Places = Record<string, 'all' | string[]>;

/** Each word and the lists of rights that it stands for. */
const lists = {
  read: ['select'],
  write: ['insert', 'update', 'delete'],
  insert: ['insert'],
  update: ['update'],
  delete: ['delete'],
  truncate: ['truncate'],
  lock: ['lock'],
  define: ['define'],
  maintain: ['maintain'],
  unmask: ['unmask'],
  run: ['run_signatures'],
  call: ['call'],
  command: ['commands'],
} as const satisfies Record<string, readonly List[]>;

export type RightsWord = keyof typeof lists;
export const rightsWords = Object.keys(lists) as readonly RightsWord[];

const ofPlaces: ReadonlySet<List> = new Set<List>([
  ...(['select', 'insert', 'update', 'delete', 'truncate', 'lock', 'define', 'maintain'] as const),
]);

/** What is wrong with what was written, for whoever wrote it. */
export type Malformed = Readonly<{ problem: string; hint: string }>;

/** `write public.orders, public.lines; read public.customers`. */
export function parseRights(text: string): Rights | Malformed {
  const wishes: (readonly [RightsWord, string])[] = [];
  for (const clause of splitOutside(text, ';')) {
    const [, word = '', rest = ''] = /^(\S+)\s*(.*)$/s.exec(clause) ?? [];
    const known = rightsWords.find((each) => each === word.toLowerCase());
    if (known === undefined) {
      return {
        problem: `"${word.slice(0, 40)}" is no right`,
        hint: `Begin with one of ${rightsWords.join(', ')}: write public.orders; read public.customers.`,
      };
    }
    wishes.push([known, rest]);
  }
  return rightsOf(wishes);
}

/** Of each word what it is for, with commas between. */
export function rightsOf(wishes: readonly (readonly [RightsWord, string])[]): Rights | Malformed {
  const rights: Record<string, Places | string[]> = {};
  for (const [word, text] of wishes) {
    const entries = splitOutside(text, ',');
    if (entries.length === 0)
      return { problem: `${word} does not say of what`, hint: `Write ${word} and then ${exampleOf(word)}.` };
    for (const list of lists[word]) {
      if (!ofPlaces.has(list)) {
        rights[list] = [...new Set([...((rights[list] as string[] | undefined) ?? []), ...entries])];
        continue;
      }
      const places = (rights[list] ?? {}) as Places;
      rights[list] = places;
      for (const entry of entries) {
        const place = placeOf(entry);
        if (place === undefined) {
          return {
            problem: `"${entry.slice(0, 80)}" names no table with its schema`,
            hint: 'Write public.orders, or public.* for a whole schema.',
          };
        }
        addPlace(places, place);
      }
    }
  }
  if (Object.keys(rights).length > 0) return rights as Rights;
  return { problem: 'it asks for no right', hint: 'Write public.orders after read or write.' };
}

const exampleOf = (word: RightsWord): string =>
  lists[word].some((list) => ofPlaces.has(list))
    ? 'public.orders'
    : ({ unmask: 'pii.email', command: 'COMMENT' }[word as string] ?? 'public.archive(integer)');

/** Without blanks around, and without empty parts. What is in quotes or parentheses stays together. */
function splitOutside(text: string, separator: string): string[] {
  const parts = [''];
  let depth = 0;
  let isQuoted = false;
  for (const character of text) {
    if (character === '"') isQuoted = !isQuoted;
    if (!isQuoted && character === '(') depth += 1;
    if (!isQuoted && character === ')') depth -= 1;
    if (character === separator && depth === 0 && !isQuoted) parts.push('');
    else parts[parts.length - 1] += character;
  }
  return parts.map((part) => part.trim()).filter((part) => part !== '');
}

type Place = readonly [schema: string, relation: string | undefined];

function placeOf(text: string): Place | undefined {
  if (text === '*') return ['*', undefined];
  const names = [...text.matchAll(/\.?("(?:[^"]|"")+"|[^".\s()]+)/gy)];
  const [schema, relation, ...more] = names.map(([, name = '']) =>
    name.startsWith('"') ? name.slice(1, -1).replaceAll('""', '"') : name.toLowerCase(),
  );
  const isWhole = names.reduce((length, [each]) => length + each.length, 0) === text.length;
  if (!isWhole || schema === undefined || relation === undefined || more.length > 0) return undefined;
  // A relation of every schema is no place that a policy knows.
  if (schema === '*' && relation !== '*') return undefined;
  return [schema, relation === '*' ? undefined : relation];
}

function addPlace(places: Places, [schema, relation]: Place): void {
  const known = Object.hasOwn(places, schema) ? places[schema] : [];
  if (relation === undefined || known === 'all') places[schema] = 'all';
  else places[schema] = [...new Set([...(known ?? []), relation])];
}

/** In the form that {@link parseRights} reads. */
export function rightsInWords(rights: Rights): string {
  const shown = new Map<string, string>();
  for (const [list, wanted] of Object.entries(rights)) shown.set(list, entriesInWords(wanted));
  const clauses: string[] = [];
  for (const word of rightsWords) {
    const texts = lists[word].map((list) => shown.get(list));
    const [text] = texts;
    if (text === undefined || texts.some((each) => each !== text)) continue;
    clauses.push(`${word} ${text}`);
    for (const list of lists[word]) shown.delete(list);
  }
  return clauses.join('; ');
}

function entriesInWords(wanted: Rights[List]): string {
  if (Array.isArray(wanted)) return wanted.join(', ');
  return Object.entries(wanted ?? {})
    .flatMap(([schema, relations]) =>
      relations === 'all'
        ? [schema === '*' ? '*' : `${nameInWords(schema)}.*`]
        : (relations as readonly string[]).map(
            (relation) => `${nameInWords(schema)}.${nameInWords(relation)}`,
          ),
    )
    .join(', ');
}

const nameInWords = (name: string): string =>
  /^[a-z_][a-z0-9_$]*$/.test(name) ? name : `"${name.replaceAll('"', '""')}"`;
