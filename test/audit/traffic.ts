// Traffic as a gateway's audit has it: the statements of the starter policy's own tests, by many principals in many
// sessions, each with what the policy decided.
import { type Draft, type Subject, subjectOf } from '../../gateway/audit/index.ts';
import type { Policy } from '../../gateway/policy/index.ts';
import type { Input } from '../../gateway/sql/index.ts';

export type TrafficOptions = Readonly<{
  policy: Policy;
  /** What the statements are like: whole inputs of the phase `statement`. */
  inputs: readonly Input[];
  principals: number;
  sessions: number;
  /** Each statement comes in so many shapes, which touch other tables. */
  shapes: number;
  seed?: number;
}>;

type Session = Readonly<{
  id: string;
  parts: Pick<Input, 'identity' | 'session' | 'resource'>;
  subject: Subject;
}>;
type Statement = Readonly<{ subject: Subject; effect: string }>;

const statementsOfEach = 25;

export class Traffic {
  readonly #options: TrafficOptions;
  readonly #sessions: Session[] = [];
  readonly #statements = new Map<string, Statement>();
  #random: number;

  constructor(options: TrafficOptions) {
    this.#options = options;
    this.#random = options.seed ?? 1;
    for (let at = 0; at < options.sessions; at += 1) this.#sessions.push(this.#session(at));
  }

  /** The events of one statement. `intent` gives the id of the first, for the second. */
  next(now: number): { intent: Draft; outcome: ((id: string) => Draft) | undefined } {
    const session = this.#pick(this.#sessions);
    const which = this.#which(session);
    const { subject, effect } = this.#statement(session, which, now);
    const subjects = { session: session.subject, statement: subject };
    const members = `"decision_id":"${uuid(this.#next())}"`;
    if (effect === 'deny')
      return {
        intent: { type: 'statement.refused', session: session.id, subjects, members },
        outcome: undefined,
      };
    const type = effect === 'require_approval' ? 'statement.held' : 'statement.intent';
    const intent = { type, session: session.id, subjects, members };
    const rows = Math.floor(this.#next() * 100);
    const took = Math.round(this.#next() * 10_000) / 1000;
    const outcome = `"outcome":{"bytes":${rows * 80},"milliseconds":${took},"rows":${rows},"state":"complete","tag":"SELECT ${rows}"}`;
    return {
      intent,
      outcome: (id) => ({
        type: 'statement.outcome',
        session: session.id,
        statement: id,
        subjects,
        members: outcome,
      }),
    };
  }

  /** Each principal has its own programs, which send the same few statements, some of them most of the time. */
  #which({ parts }: Session): number {
    const { inputs, shapes } = this.#options;
    const own = Math.floor(this.#next() ** 2 * statementsOfEach);
    const principal = Number(parts.identity.principal.split('-').at(-1));
    return (principal * 7919 + own * 104_729) % (inputs.length * shapes);
  }

  #session(at: number): Session {
    const { inputs, principals } = this.#options;
    const number = at % principals;
    const { identity, resource, session } = inputs[number % inputs.length] as Input;
    const id = uuid((at + 0.5) / this.#options.sessions);
    const parts = {
      identity: {
        ...identity,
        principal: `${identity.kind}:${identity.principal.split(':').at(-1)}-${number}`,
      },
      session: { ...session, id, client_addr: `192.0.2.${at % 250}` },
      resource,
    };
    const subject = subjectOf({ principal: parts.identity.principal, resource: resource.name, input: parts });
    return { id, parts, subject };
  }

  #statement({ parts }: Session, which: number, now: number): Statement {
    // Policies decide by the hour at the finest.
    const key = `${parts.identity.principal} ${which} ${Math.floor(now / 3_600_000)}`;
    const known = this.#statements.get(key);
    if (known !== undefined) return known;
    const { inputs, policy } = this.#options;
    const { statement: base, request, grants } = inputs[which % inputs.length] as Input;
    const shape = Math.floor(which / inputs.length);
    const statement = renamed(base as NonNullable<Input['statement']>, shape);
    const input: Input = {
      ...{ request: { ...request, time: timeOf(now) }, ...parts, statement },
      ...(grants === undefined ? {} : { grants }),
    };
    const decision = policy.decide('statement', input);
    const subject = subjectOf({
      text: textOf(statement),
      decision,
      revision: policy.revision,
      input: { statement, ...(grants === undefined ? {} : { grants }) },
    });
    const made = { subject, effect: decision.effect };
    this.#statements.set(key, made);
    return made;
  }

  #pick<T>(from: readonly T[]): T {
    return from[Math.floor(this.#next() * from.length)] as T;
  }

  /** The same from run to run (Park and Miller). */
  #next(): number {
    this.#random = (this.#random * 48_271) % 2_147_483_647;
    return this.#random / 2_147_483_647;
  }
}

type Facts = NonNullable<Input['statement']>;

/** The first shape is the statement itself; the others are as it is, on tables of other names. */
function renamed(statement: Facts, shape: number): Facts {
  if (shape === 0) return statement;
  const rename = (name: string): string => `${name}_${shape}`;
  return {
    ...statement,
    relations: statement.relations.map((relation) => ({ ...relation, name: rename(relation.name) })),
    columns: statement.columns.map((column) => ({ ...column, relation: rename(column.relation) })),
  };
}

function textOf({ tag, columns, relations }: Facts): string {
  const names = columns.map(({ relation, name }) => `${relation}.${name}`);
  return `${tag} ${names.join(', ')} FROM ${relations.map(({ schema, name }) => `${schema}.${name}`).join(', ')} WHERE id = $1`;
}

function timeOf(milliseconds: number): Input['request']['time'] {
  const time = new Date(milliseconds);
  const weekdays = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'] as const;
  return {
    unix: Math.floor(milliseconds / 1000),
    iso: `${time.toISOString().slice(0, 19)}Z`,
    weekday: weekdays[time.getUTCDay()] ?? 'sunday',
    hour: time.getUTCHours(),
  };
}

function uuid(of: number): string {
  const digits = Math.floor(of * 2 ** 48)
    .toString(16)
    .padStart(12, '0');
  return `${digits.slice(0, 8)}-${digits.slice(8)}-4000-8000-${digits}`;
}
