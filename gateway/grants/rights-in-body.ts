// Rights in a document that somebody sent: as a text, or as policies read them.
import { type Malformed, parseRights, type Rights } from './rights.ts';

const places = new Set(['select', 'insert', 'update', 'delete', 'truncate', 'lock', 'define', 'maintain']);
const texts = new Set(['unmask', 'run_signatures', 'call', 'commands']);

/** More entries than this nobody reads who approves them. */
const ENTRIES_MOST = 200;
const TEXT_MOST = 200;

export function rightsIn(value: unknown): Rights | Malformed {
  if (typeof value === 'string') {
    const parsed = parseRights(value);
    return 'problem' in parsed ? parsed : rightsIn(parsed);
  }
  const isRights = isObject(value) && Object.keys(value).length > 0;
  if (!isRights || !Object.entries(value).every(([list, wanted]) => isWanted(list, wanted))) {
    return {
      problem: 'rights are not in a form that is known',
      hint: 'Write a text such as "write public.orders; unmask pii.email", or lists as roles have them under may.',
    };
  }
  const entries = Object.values(value).flatMap((wanted) => Object.values(wanted as object).flat());
  if (entries.length <= ENTRIES_MOST) return value as Rights;
  return {
    problem: `it asks for more than ${ENTRIES_MOST} things`,
    hint: 'Ask for a whole schema, or for less.',
  };
}

function isWanted(list: string, wanted: unknown): boolean {
  if (texts.has(list)) return isTexts(wanted);
  if (!places.has(list) || !isObject(wanted)) return false;
  const named = Object.entries(wanted);
  return (
    named.length > 0 &&
    named.every(([schema, relations]) => isText(schema) && (relations === 'all' || isTexts(relations)))
  );
}

const isText = (value: unknown): boolean =>
  typeof value === 'string' && value !== '' && value.length <= TEXT_MOST;

const isTexts = (value: unknown): boolean => Array.isArray(value) && value.length > 0 && value.every(isText);

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
