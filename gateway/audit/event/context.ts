// What events of statements share when one line holds several of them: written once in a segment, and named by its hash.
import { canonicalJson } from './canonical-json.ts';
import type { AuditEvent } from './event.ts';
import { envelope } from './line.ts';
import { type Subject, subjectOf } from './subject.ts';

/** `members`: what the events say beside what each of them says for itself. */
export type ContextMembers = Readonly<{
  type: 'statement.intent' | 'statement.outcome';
  session: string;
  shapes?: Readonly<Record<string, string>>;
  members?: Readonly<Record<string, unknown>>;
}>;

/** What an event of this type says for itself, by its names in order. */
export const ownMembers: Readonly<Record<ContextMembers['type'], readonly string[]>> = {
  'statement.intent': ['parameters', 'text'],
  'statement.outcome': ['outcome'],
};

export const contextOf = (members: ContextMembers): Subject => subjectOf(members);

/** Of an event as it is shipped, the context that its line names: the same, unless something in it was changed. */
export function contextMembersOf(event: AuditEvent): ContextMembers {
  const { type, session = '', shapes } = event;
  const own = ownMembers[type as ContextMembers['type']];
  const members = Object.fromEntries(
    Object.entries(event).filter(([key]) => !own.includes(key) && !envelope.has(key)),
  );
  return {
    ...({ type, session, shapes } as ContextMembers),
    ...(Object.keys(members).length === 0 ? {} : { members }),
  };
}

/** A journal line that holds a context. */
export const contextLine = ({ hash, json }: Subject): string => `{"context":"${hash}","of":${json}}\n`;

const start = '{"context":"';
const middle = '","of":';

/** The context in a journal line, or nothing when the line is something else. */
export function contextIn(line: string): Subject | undefined {
  if (!line.startsWith(start)) return undefined;
  const at = line.indexOf('"', start.length);
  if (at < 0 || !line.startsWith(middle, at) || !line.endsWith('}')) return undefined;
  return { hash: line.slice(start.length, at), json: line.slice(at + middle.length, -1) };
}

/** Undefined: it is none. */
export function readContext(json: string): ContextMembers | undefined {
  try {
    const context = JSON.parse(json) as ContextMembers;
    return typeof context.session === 'string' &&
      context.type in ownMembers &&
      canonicalJson(context) === json
      ? context
      : undefined;
  } catch {
    return undefined;
  }
}
