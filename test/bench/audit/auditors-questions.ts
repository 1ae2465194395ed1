// What auditors ask of the tables: about a column, an agent, an approver and a session that are in them.
import type { Client } from 'pg';
import type { CountedBy, Question } from '../../../gateway/audit/index.ts';

export type Asked = Readonly<{
  name: string;
  question: Question;
  /** Counted by; undefined: the newest are listed. */
  by?: CountedBy;
  /** Its answer is a part of all events that an index names: so it has to come in a second. */
  isIndexed: boolean;
}>;

const dayMs = 86_400_000;

/** The agent, the column that it reads, the session and so on of which there is most. */
export async function questionsFor(client: Client): Promise<readonly Asked[]> {
  const one = async (sql: string): Promise<string> => (await client.query(sql)).rows[0]?.value;
  const events = 'portcullis_audit.events';
  const label = await one(
    `SELECT name AS value FROM portcullis_audit.subjects, unnest(labels) AS name GROUP BY 1 ORDER BY count(*) DESC LIMIT 1`,
  );
  const recent = `(SELECT * FROM ${events} WHERE time > now() - interval '3 days' ORDER BY time LIMIT 20000) AS recent`;
  const most = (what: string, of: string) =>
    one(`SELECT ${what} AS value FROM ${recent} WHERE ${of} GROUP BY 1 ORDER BY count(*) DESC LIMIT 1`);
  const principal = await most('principal', `principal LIKE 'agent:%'`);
  const column = await one(
    `SELECT name AS value FROM ${recent} JOIN portcullis_audit.subjects
       ON hash = shape AND day = (time AT TIME ZONE 'UTC')::date, unnest(columns) AS name
     WHERE principal = '${principal}' GROUP BY 1 ORDER BY count(*) DESC LIMIT 1`,
  );
  const session = await most('session', 'session IS NOT NULL');
  const rule = await most('rule', `type = 'statement.refused'`);
  const approver = await most('principal', `type = 'approval.decided'`);
  const decision = await most('decision', 'decision IS NOT NULL');
  const statement = await most('statement', 'statement IS NOT NULL');
  const approval = await most(`event -> 'approval' ->> 'id'`, `type = 'approval.decided'`);
  const week = { since: Date.now() - 7 * dayMs };
  const day = { since: Date.now() - dayMs };
  const indexed = (name: string, question: Question, by?: CountedBy): Asked => ({
    ...{ name, question, isIndexed: true },
    ...(by === undefined ? {} : { by }),
  });
  return [
    indexed('who read this column', { column, ran: true }, 'principal'),
    indexed('who read this column in a week', { ...week, column, ran: true }, 'principal'),
    indexed('the statements that read it', { column }),
    indexed('who touched what has this label', { label, ran: true }, 'principal'),
    indexed('what did this agent do', { principal }),
    indexed('what did this agent do in a day, by rule', { ...day, principal }, 'rule'),
    indexed('what did this agent do, by rule', { principal }, 'rule'),
    indexed('what did this agent read of the column', { principal, column }),
    indexed('what was refused', { refused: true }),
    indexed('what was refused in a week, by rule', { ...week, refused: true }, 'rule'),
    indexed('what was refused, by rule', { refused: true }, 'rule'),
    indexed('what was refused, by principal', { refused: true }, 'principal'),
    indexed('what did this rule refuse', { refused: true, rule }),
    indexed('what was approved', { approved: true }),
    indexed('what did this approver approve', { approver }),
    indexed('what did this approver approve in a week', { ...week, approver }),
    indexed('everything of a session', { session }),
    indexed('everything of a decision', { id: decision }),
    indexed('everything of a statement', { id: statement }),
    indexed('everything of an approval', { id: approval }),
    { name: 'all that happened, by type', question: {}, by: 'type', isIndexed: false },
  ];
}
