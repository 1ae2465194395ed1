// A decision that was recorded, with the question it answered: what another policy is asked again.
import type { Input } from '../../sql/index.ts';
import { canonicalJson } from '../event/canonical-json.ts';
import type { Entry, Members } from '../query/source/entry.ts';
import { allTold, isMembers, textOf, told, toldTogether } from '../query/source/told.ts';
import type { Example } from './tally.ts';
import { type Verdict, verdictOf } from './verdict.ts';

export type Asked = Readonly<{
  phase: 'connect' | 'statement';
  /** Parts are the same objects for as long as the event's subjects are. */
  input: Input;
  verdict: Verdict;
  /** What was decided beside effect and rule. */
  terms: string;
  principal: string;
}>;

/** `because`: why nobody can decide it anew. */
export type RecordedDecision = Asked | Readonly<{ because: string; principal: string }>;

/** What a policy reads of inputs: what it doesn't may be missing. */
export type Reads = (
  phase: Asked['phase'],
  part: 'identity' | 'session' | 'grants' | 'approval',
  ...path: readonly string[]
) => boolean;

const phases: Readonly<Record<string, Asked['phase']>> = {
  'session.opened': 'connect',
  'session.refused': 'connect',
  'statement.intent': 'statement',
  'statement.held': 'statement',
  'statement.refused': 'statement',
};

/** Somebody may have decided something in it. */
export const hasDecision = ({ event }: Entry): boolean => Object.hasOwn(phases, event.type);

/** One for each statement of the text; none: no policy decided in it. */
export function recordedDecisions(entry: Entry, reads: Reads): readonly RecordedDecision[] {
  const phase = phases[entry.event.type];
  if (phase === undefined) return [];
  const parts = toldTogether(entry, 'input') as Partial<Input>;
  const principal = textOf(told(entry, 'principal')) ?? textOf(parts.identity?.principal) ?? '(unknown)';
  const lost = lostIn(entry);
  if (lost !== undefined) return [{ because: lost, principal }];
  const decision = told(entry, 'decision');
  if (!isMembers(decision)) return [];
  const others = told(entry, 'others');
  const rest = Array.isArray(others) ? (others as readonly Members[]) : [];
  const because = missingIn(entry, parts, phase, reads);
  const shared = withPurpose(parts);
  return [{ decision, input: undefined }, ...rest].map((each): RecordedDecision => {
    if (because !== undefined) return { because, principal };
    const own = isMembers(each.input) ? { ...shared, ...each.input } : shared;
    return {
      phase,
      input: { ...own, request: requestOf(entry, phase) } as Input,
      verdict: verdictOf(each.decision),
      terms: isMembers(each.decision) ? termsOf(each.decision) : '',
      principal,
    };
  });
}

/** What a decision does beside its effect, as canonical JSON; words are no part of it. */
export function termsOf(decision: Members): string {
  const before = known.get(decision);
  if (before !== undefined) return before;
  const { masks, limits, approval } = decision;
  const terms = canonicalJson({ masks, limits, approval });
  known.set(decision, terms);
  return terms;
}

const known = new WeakMap<Members, string>();

function missingIn(
  entry: Entry,
  parts: Partial<Input>,
  phase: Asked['phase'],
  reads: Reads,
): string | undefined {
  const needed = ['identity', 'session', 'resource', ...(phase === 'statement' ? ['statement'] : [])];
  const missing = needed.filter((part) => parts[part as keyof Input] === undefined);
  if (missing.length > 0) return `the event has no ${missing.map((part) => `input.${part}`).join(', ')}`;
  for (const cut of allTold(entry, 'input_cut'))
    if (typeof cut !== 'string' || mayRead(cut, phase, reads))
      return `the recorded input is not whole: ${cut}`;
  // Events of earlier versions.
  if (entry.event.approval !== undefined && parts.approval === undefined && reads(phase, 'approval'))
    return 'it ran by an approval, which the policy reads and the recorded input does not have';
  return undefined;
}

/** `claims are left out: a, b; texts are cut: session.purpose`; what looks otherwise may be anything. */
function mayRead(cut: string, phase: Asked['phase'], reads: Reads): boolean {
  return cut.split('; ').some((each) => {
    const [, claims, texts] = /^(?:claims are left out: (.+)|texts are cut: (.+))$/.exec(each) ?? [];
    if (claims !== undefined)
      return claims
        .split(', ')
        .some(
          (claim) =>
            reads(phase, 'identity', 'claims', claim) ||
            reads(phase, 'approval', 'requester', 'claims', claim),
        );
    if (texts === undefined) return true;
    return texts.split(', ').some((place) => {
      const [part, ...path] = place.split('.');
      return reads(phase, part as Parameters<Reads>[1], ...path);
    });
  });
}

/** What a request for approval says that it is for, the policy finds in the session as well. */
function withPurpose(parts: Partial<Input>): Partial<Input> {
  const { session, approval } = parts;
  const purpose = approval?.reason;
  return session === undefined || purpose === undefined
    ? parts
    : { ...parts, session: { ...session, purpose } };
}

/** Where retention removes subjects, the events say so: others miss theirs by damage. */
function lostIn({ event, subjects }: Entry): string | undefined {
  if (event.redacted !== undefined) return 'retention has removed the input';
  const lost = Object.keys(event.shapes ?? {}).some((name) => subjects[name] === undefined);
  return lost ? 'what the event shares with others cannot be read, or is not there' : undefined;
}

const weekdays = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'] as const;

/** The policy is asked with the second in which the event was written; UTC. */
function requestOf({ event }: Entry, phase: Asked['phase']): Input['request'] {
  const time = new Date(event.time);
  const unix = Math.floor(time.getTime() / 1000);
  return {
    phase,
    time: {
      unix,
      iso: `${event.time.slice(0, 19)}Z`,
      weekday: weekdays[time.getUTCDay()] ?? 'sunday',
      hour: time.getUTCHours(),
    },
  };
}

export function exampleOf(entry: Entry, principal: string, reason: string | undefined): Example {
  const resource = toldTogether(entry, 'input').resource;
  return {
    id: entry.event.id,
    time: entry.event.time,
    principal,
    resource: isMembers(resource) ? textOf(resource.name) : undefined,
    text: textOf(told(entry, 'text')),
    reason,
  };
}
