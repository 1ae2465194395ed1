// An event in the vocabulary of other tools.
import { mapping } from './mapping.ts';

type Members = Readonly<Record<string, unknown>>;
type Event = Members & Readonly<{ type: string; time: string; subjects?: Readonly<Record<string, Members>> }>;

/** Open Cybersecurity Schema Framework: an event of a class, with what has no place in it under `unmapped`. */
export function mapToOcsf(event: Event): Members {
  const { mapped, rest } = apart(event, 'ocsf');
  const [classUid, activityId] = ocsfClass(event.type);
  const failed = hasFailed(event);
  set(mapped, 'time', Date.parse(event.time), true);
  return {
    ...mapped,
    category_uid: Math.floor(classUid / 1000),
    class_uid: classUid,
    activity_id: activityId,
    type_uid: classUid * 100 + activityId,
    severity_id: failed ? 2 : 1,
    status_id: failed ? 2 : 1,
    unmapped: rest,
  };
}

/** Elastic Common Schema, with what has no place in it under `portcullis`. */
export function mapToEcs(event: Event): Members {
  const { mapped, rest } = apart(event, 'ecs');
  const milliseconds = nanoseconds(valueAt(event, 'outcome.milliseconds') ?? valueAt(event, 'milliseconds'));
  set(mapped, 'ecs.version', '8.17.0');
  set(mapped, 'event.kind', 'event');
  set(mapped, 'event.category', [categoryOf(event.type)]);
  set(mapped, 'event.outcome', hasFailed(event) ? 'failure' : 'success');
  if (milliseconds !== undefined) set(mapped, 'event.duration', milliseconds, true);
  return { ...mapped, portcullis: rest };
}

/** What has its place, and all that is left of the event then: nothing of it is lost. */
function apart(event: Event, vocabulary: 'ocsf' | 'ecs'): { mapped: Record<string, unknown>; rest: Members } {
  const mapped: Record<string, unknown> = {};
  const placed = new Set<string>();
  const ofSubjects: (readonly [key: string, value: unknown])[] = [];
  for (const [key, counterpart] of Object.entries(mapping)) {
    const value = valueAt(event, key);
    if (value === undefined) continue;
    const place = counterpart[vocabulary];
    const isOwn = memberAt(event, key) !== undefined;
    if (place === undefined) {
      if (!isOwn) ofSubjects.push([key, value]);
    } else if (set(mapped, place, value) && isOwn) placed.add(key);
  }
  const rest = without(event, placed);
  for (const [key, value] of ofSubjects) set(rest, key, value);
  return { mapped, rest };
}

/** A copy without what is placed, by its path. */
function without(members: Members, placed: ReadonlySet<string>, inside = ''): Record<string, unknown> {
  const left = Object.entries(members).flatMap(([name, value]) => {
    const path = `${inside}${name}`;
    if (placed.has(path)) return [];
    if (!isMembers(value)) return [[name, value]];
    const below = without(value, placed, `${path}.`);
    return Object.keys(below).length === 0 && Object.keys(value).length > 0 ? [] : [[name, below]];
  });
  return Object.fromEntries(left);
}

/** The event's own, or that of the nearest subject which has it. */
function valueAt(event: Event, key: string): unknown {
  for (const place of [event, event.subjects?.statement, event.subjects?.session]) {
    const value = memberAt(place, key);
    if (value !== undefined) return value;
  }
  return undefined;
}

const memberAt = (members: Members | undefined, key: string): unknown =>
  key.split('.').reduce<unknown>((at, name) => (at as Members | null | undefined)?.[name], members);

const isMembers = (value: unknown): value is Members =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** What stands there already stays, unless it is replaced. False: it stays. */
function set(target: Record<string, unknown>, path: string, value: unknown, replaces = false): boolean {
  const names = path.split('.');
  const last = names.pop() as string;
  let at = target;
  for (const name of names) {
    at[name] ??= {};
    at = at[name] as Record<string, unknown>;
  }
  if (!replaces && at[last] !== undefined) return false;
  at[last] = value;
  return true;
}

/** Class and activity: of the datastore, of authentication, of an API, or of the application itself. */
function ocsfClass(type: string): readonly [classUid: number, activityId: number] {
  if (type.startsWith('statement.')) return [6005, 4];
  if (type === 'session.opened' || type === 'session.refused') return [3002, 1];
  if (type === 'session.ended') return [3002, 2];
  if (type.startsWith('administration.') || type.startsWith('approval.')) return [6003, 99];
  return [6002, 99];
}

function categoryOf(type: string): string {
  if (type.startsWith('statement.') || type.startsWith('approval.')) return 'database';
  if (type.startsWith('session.')) return 'authentication';
  return 'configuration';
}

function hasFailed(event: Event): boolean {
  const state = valueAt(event, 'outcome.state');
  return event.refusal !== undefined || (state !== undefined && state !== 'complete' && state !== 'closed');
}

const nanoseconds = (milliseconds: unknown): number | undefined =>
  typeof milliseconds === 'number' ? Math.round(milliseconds * 1e6) : undefined;
