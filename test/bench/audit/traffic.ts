// Traffic as a gateway's audit has it: the statements of the shipped policy's own tests, by many principals in sessions
// of an hour, each with what the policy decided. Most of it is let through, as most of what programs send.

import { hashOf } from '../../../gateway/audit/event/subject.ts';
import { canonicalJson, type Draft, type Subject, subjectOf } from '../../../gateway/audit/index.ts';
import { timeInput } from '../../../gateway/policy/engine/input/time-input.ts';
import type { Policy } from '../../../gateway/policy/index.ts';
import type { Input } from '../../../gateway/sql/index.ts';

export type TrafficOptions = Readonly<{
  policy: Policy;
  /** What statements and those who send them are like: whole inputs of the phase `statement`. */
  inputs: readonly Input[];
  principals: number;
  /** Each statement comes in so many shapes, which touch other tables. */
  shapes: number;
  /** The share of statements that touch tables which no other touches. */
  alone: number;
  /** The share of statements that somebody has approved. */
  approved?: number;
  seed?: number;
}>;

export type Told = Readonly<{
  /** Where it is the first of its session. */
  opened: Draft | undefined;
  /** What came of asking people. */
  approved: readonly Draft[];
  first: Draft;
  /** Of what was let through. */
  outcome: Draft | undefined;
}>;

type Session = Readonly<{
  id: string;
  parts: Pick<Input, 'identity' | 'session' | 'resource' | 'grants'>;
  subject: Subject;
}>;
/** What was decided on a statement, whatever its tables are called: their number goes between the pieces. */
type Decided = Readonly<{ pieces: readonly string[]; type: string }>;

const statementsOfEach = 25;
/** Of statements that are not looked at before: some are refused or held. */
const strayShare = 0.05;
const hourMs = 3_600_000;
const marker = 'x7q9';

export class Traffic {
  readonly #options: TrafficOptions;
  readonly #statements: readonly Facts[];
  readonly #permitted = new Map<number, readonly Facts[]>();
  readonly #who: readonly Input[];
  readonly #sessions = new Map<number, Session>();
  readonly #decided = new Map<Facts, Map<number, Decided>>();
  readonly #subjects = new Map<Decided, Map<string, Subject>>();
  #random: number;
  #alone = 0;
  #hour = 0;

  constructor(options: TrafficOptions) {
    this.#options = options;
    this.#random = options.seed ?? 1;
    const touching = options.inputs.filter(({ statement }) => (statement?.relations.length ?? 0) > 0);
    this.#who = touching.filter((input) => this.#permits(input));
    this.#statements = touching.map(marked);
  }

  next(now: number): Told {
    this.#forgetBefore(now);
    const { principals, shapes, alone } = this.#options;
    // A few programs send most of it.
    const principal = Math.floor(this.#next() ** 3 * principals);
    const like = principal % this.#who.length;
    const isFirst = !this.#sessions.has(principal);
    const session = this.#session(principal);
    const statements = this.#next() < strayShare ? this.#statements : this.#permittedTo(like);
    // Each sends its own few statements, some of them most of the time.
    const which = principal * 7919 + Math.floor(this.#next() ** 2 * statementsOfEach) * 104_729;
    const facts = statements[which % statements.length] as Facts;
    const decided = this.#decide(session, like, facts, now);
    const subject =
      this.#next() < alone
        ? filled(decided, `alone_${++this.#alone}`)
        : this.#shared(decided, String(Math.floor(which / statements.length) % shapes));
    const opened = isFirst ? this.#opened(session, now) : undefined;
    if (this.#next() >= (this.#options.approved ?? 0))
      return { opened, approved: [], ...this.#events(session, decided.type, subject) };
    return { opened, ...this.#approved(session, subject) };
  }

  /** Held, answered by one of a few, and sent again. */
  #approved(session: Session, subject: Subject): Omit<Told, 'opened'> {
    const approver = `human:approver-${Math.floor(this.#next() * 20)}`;
    const id = uuid(this.#next());
    const { principal } = session.parts.identity;
    const approval = { id, kind: 'statement', requester: principal, approvers: [approver] };
    const held = this.#events(session, 'statement.held', subject).first;
    const ran = this.#events(session, 'statement.intent', subject);
    const members = `"approval":{"approvers":["${approver}"],"id":"${id}"},${ran.first.members}`;
    return {
      approved: [
        held,
        {
          ...{ type: 'approval.requested', session: session.id },
          members: { approval: { ...approval, approvers: [], status: 'waiting' } },
        },
        {
          type: 'approval.decided',
          members: {
            ...{ principal: approver, answer: { approves: true } },
            approval: { ...approval, status: 'approved' },
          },
        },
      ],
      ...{ first: { ...ran.first, members }, outcome: ran.outcome },
    };
  }

  #permittedTo(like: number): readonly Facts[] {
    let permitted = this.#permitted.get(like);
    if (permitted === undefined) {
      const who = this.#who[like] as Input;
      permitted = this.#statements.filter((statement) => this.#permits({ ...who, statement }));
      this.#permitted.set(like, permitted);
    }
    return permitted;
  }

  #permits(input: Input): boolean {
    return ['allow', 'mask'].includes(this.#options.policy.decide('statement', input).decision.effect);
  }

  #events(session: Session, type: string, statement: Subject): Omit<Told, 'opened' | 'approved'> {
    const subjects = { session: session.subject, statement };
    const path =
      type === 'statement.intent' ? '"parameters":[{"redacted":true}],"path":"bind"' : '"path":"bind"';
    const members = `"decision_id":"${uuid(this.#next())}",${path}`;
    const first = { type, session: session.id, subjects, members };
    if (type !== 'statement.intent') return { first, outcome: undefined };
    const rows = Math.floor(this.#next() * 100);
    const took = Math.round(this.#next() * 10_000) / 1000;
    const outcome = `"outcome":{"bytes":${rows * 80},"milliseconds":${took},"rows":${rows},"state":"complete","tag":"SELECT ${rows}"}`;
    return { first, outcome: { type: 'statement.outcome', session: session.id, members: outcome } };
  }

  #session(number: number): Session {
    const known = this.#sessions.get(number);
    if (known !== undefined) return known;
    const { identity, resource, session, grants } = this.#who[number % this.#who.length] as Input;
    const id = uuid(this.#next());
    const principal = `${identity.kind}:${identity.principal.split(':').at(-1)}-${number}`;
    const parts = {
      identity: { ...identity, principal },
      session: { ...session, id, client_addr: `192.0.2.${number % 250}` },
      resource,
      ...(grants === undefined ? {} : { grants }),
    };
    const { client_addr: address, tls, application_name } = parts.session;
    const subject = subjectOf({
      ...{ principal, kind: identity.kind, resource: resource.name },
      ...{ client: { address, tls, application_name }, input: parts },
    });
    const made = { id, parts, subject };
    this.#sessions.set(number, made);
    return made;
  }

  #opened({ id, parts, subject }: Session, now: number): Draft {
    const request: Input['request'] = { phase: 'connect', time: timeInput(now) };
    const { decision } = this.#options.policy.decide('connect', { request, ...parts });
    const { revision } = this.#options.policy;
    return {
      ...{ type: 'session.opened', session: id, subjects: { session: subject } },
      members: { decision, revision, method: 'oidc' },
    };
  }

  /** Once for all who are like each other. */
  #decide({ parts }: Session, like: number, statement: Facts, now: number): Decided {
    const ofStatement = this.#decided.get(statement) ?? new Map<number, Decided>();
    this.#decided.set(statement, ofStatement);
    const known = ofStatement.get(like);
    if (known !== undefined) return known;
    const { policy } = this.#options;
    const request: Input['request'] = { phase: 'statement', time: timeInput(now) };
    const { decision } = policy.decide('statement', { request, ...parts, statement });
    const { revision } = policy;
    const json = canonicalJson({ text: textOf(statement), decision, revision, input: { statement } });
    const made = { pieces: json.split(marker), type: types[decision.effect] ?? 'statement.intent' };
    ofStatement.set(like, made);
    return made;
  }

  #shared(decided: Decided, number: string): Subject {
    const known = this.#subjects.get(decided) ?? new Map<string, Subject>();
    this.#subjects.set(decided, known);
    let subject = known.get(number);
    if (subject === undefined) {
      subject = filled(decided, number);
      known.set(number, subject);
    }
    return subject;
  }

  /** Sessions end with the hour. */
  #forgetBefore(now: number): void {
    const hour = Math.floor(now / hourMs);
    if (hour !== this.#hour) this.#sessions.clear();
    this.#hour = hour;
  }

  /** The same from run to run (Park and Miller). */
  #next(): number {
    this.#random = (this.#random * 48_271) % 2_147_483_647;
    return this.#random / 2_147_483_647;
  }
}

type Facts = NonNullable<Input['statement']>;

const types: Readonly<Record<string, string>> = {
  deny: 'statement.refused',
  require_approval: 'statement.held',
};

/** With a mark behind the name of each of its tables, wherever it stands. */
function marked({ statement }: Input): Facts {
  const names = new Set(statement?.relations.map(({ name }) => name));
  const named = new RegExp(`(?<=["./ ])(${[...names].join('|')})(?=["./ ])`, 'g');
  return JSON.parse(JSON.stringify(statement).replaceAll(named, `$1_${marker}`));
}

function filled({ pieces }: Decided, number: string): Subject {
  const json = pieces.join(number);
  return { json, hash: hashOf(json) };
}

function textOf({ tag, columns, relations }: Facts): string {
  const names = columns.map(({ relation, name }) => `${relation}.${name}`);
  return `${tag} ${names.join(', ')} FROM ${relations.map(({ schema, name }) => `${schema}.${name}`).join(', ')} WHERE id = $1`;
}

function uuid(of: number): string {
  const digits = Math.floor(of * 2 ** 48)
    .toString(16)
    .padStart(12, '0');
  return `${digits.slice(0, 8)}-${digits.slice(8)}-4000-8000-${digits}`;
}
