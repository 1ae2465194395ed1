// A few days at a gateway, written by the journal itself: who came, what they did, what was refused, held and approved.
import { type Draft, type Journal, subjectOf } from '../../gateway/audit/index.ts';

export type StoryStatement = Readonly<{
  who: string;
  session: string;
  text: string;
  kind?: string;
  columns?: readonly string[];
  labels?: readonly string[];
  used?: readonly string[];
  effect?: 'allow' | 'mask' | 'deny' | 'require_approval';
  rule?: string;
  decision?: string;
  approvers?: readonly string[];
  inputCut?: string;
}>;

/** The subjects have the form that the gateway gives them. */
export function draftOf(statement: StoryStatement): Draft {
  const {
    who,
    session,
    text,
    effect = 'allow',
    rule = 'role.read',
    decision,
    approvers,
    inputCut,
  } = statement;
  const type = { deny: 'statement.refused', require_approval: 'statement.held' }[effect as string];
  return {
    type: type ?? 'statement.intent',
    session,
    subjects: {
      session: sessionOf(who, session),
      statement: statementOf(statement, { effect, rule, text, inputCut }),
    },
    members: {
      ...(decision === undefined ? {} : { decision_id: decision }),
      ...(approvers === undefined ? {} : { approval: { id: `of ${session}`, approvers } }),
      parameters: [`a parameter of ${session}`],
      path: 'query',
    },
  };
}

export const outcomeOf = (session: string, statement: string, rows: number): Draft => ({
  type: 'statement.outcome',
  session,
  statement,
  members: {
    outcome: { state: 'complete', rows, bytes: rows * 10, milliseconds: 1.5, tag: `SELECT ${rows}` },
  },
});

/** Returns the id of the first event. */
export function tell(journal: Journal, statement: StoryStatement, rows = 1): string {
  const draft = draftOf(statement);
  const id = journal.append(draft);
  if (draft.type === 'statement.intent') journal.append(outcomeOf(statement.session, id, rows));
  return id;
}

const sessionOf = (who: string, session: string) =>
  subjectOf({
    principal: who,
    kind: who.split(':')[0],
    resource: 'shop',
    client: { address: '192.0.2.1', tls: true, application_name: 'psql' },
    input: {
      identity: {
        ...{ principal: who, kind: who.split(':')[0], issuer: 'https://login.example.com', subject: who },
        ...{ groups: [], scopes: [], claims: {}, auth: { method: 'oidc' } },
      },
      session: {
        id: session,
        client_addr: '192.0.2.1',
        tls: true,
        application_name: 'psql',
        transaction: 'idle',
      },
      resource: { name: 'shop', database: 'shop', labels: {}, server_version: 150018 },
    },
  });

function statementOf(
  { columns = [], labels = [], used = ['output'], kind = 'select' }: StoryStatement,
  {
    effect,
    rule,
    text,
    inputCut,
  }: { effect: string; rule: string; text: string; inputCut: string | undefined },
) {
  const names = columns.map((column) => column.split('.') as [string, string, string]);
  return subjectOf({
    text,
    decision: { effect, rule },
    revision: 'v1',
    input_cut: inputCut,
    input: {
      statement: {
        ...{
          kind,
          tag: kind.toUpperCase(),
          read_only: kind === 'select',
          functions: [],
          outputs: [],
          writes: [],
        },
        ...{ session_effects: [], objects: [], grants: [], inner: [], opaque: false, opaque_because: [] },
        catalog_version: 'c1',
        columns: names.map(([schema, relation, name]) => ({
          ...{ schema, relation, name, labels, used, used_inside: [] },
        })),
        relations: names.map(([schema, name]) => ({
          ...{ schema, name, kind: 'table', access: [kind], through: [], labels },
        })),
      },
    },
  });
}
