// `portcullis audit query`.
import { type CountedBy, countedBy, csvHeading, csvLine, type Question } from '../../audit/index.ts';
import { type Command, type Invocation, UsageError } from '../command.ts';
import { countColumns, countTable, eventColumns, eventPage } from './answer-page.ts';
import { placeOptions, rangeOptions, readRange } from './place.ts';
import { tellUnreadable } from './unreadable.ts';
import { withAudit } from './with-audit.ts';

const mostByDefault = 100;
const mostAtAll = 100_000;

export const auditQuery: Command = {
  name: 'audit query',
  summary: 'Ask who read a column, what somebody did, what was refused or approved',
  description:
    'Options that say what is asked hold together: --column with --principal is what this principal read of it. ' +
    'With --column, --label or --relation and nothing else, the answer is who did, without what was refused or skipped; ' +
    '--events lists the statements. ' +
    'A statement stands in the list with what became of it.',
  options: {
    column: { type: 'string', value: 'NAME', help: 'Statements that read it: public.customers.ssn.' },
    label: {
      type: 'string',
      value: 'LABEL',
      help: 'Statements that touch something with this label: pii.ssn.',
    },
    relation: { type: 'string', value: 'NAME', help: 'Statements that read or write it: public.customers.' },
    principal: {
      type: 'string',
      value: 'NAME',
      help: 'What it did, and what became of its requests for approval.',
    },
    refused: { type: 'boolean', help: 'What was refused: statements and logins.' },
    rule: { type: 'string', value: 'RULE', help: 'What this rule decided.' },
    approved: { type: 'boolean', help: 'What people were asked, what they answered, and what ran by it.' },
    approver: { type: 'string', value: 'NAME', help: 'What it answered, and what ran by that.' },
    session: { type: 'string', value: 'ID', help: 'Everything of a session.' },
    id: { type: 'string', value: 'ID', help: 'Everything of a decision, statement, approval or event.' },
    ...rangeOptions,
    by: { type: 'string', value: 'WHAT', help: `Count instead: by ${countedBy.join(', ')}.` },
    events: { type: 'boolean', help: 'List the events, where the answer would be a count.' },
    limit: {
      type: 'string',
      value: 'NUMBER',
      help: `How many events are listed. Default: ${mostByDefault}.`,
    },
    ...placeOptions,
    json: { type: 'boolean', help: 'Print JSON; of events, all that is recorded.' },
    csv: { type: 'boolean', help: 'Print CSV.' },
  },
  examples: [
    'portcullis audit query --column public.customers.ssn --since 30d --audit postgres://auditor@db/audit',
    'portcullis audit query --principal agent:invoice-bot --since 2030-03-01 --until 2030-04-01 --config portcullis.yaml',
    'portcullis audit query --refused --by rule --since 7d --config portcullis.yaml',
  ],
  prints: 'Events, the newest first, or how many there are by principal, rule, type or day.',
  exits: { 1: 'The events cannot be read, or not all of them.' },
  async run(invocation) {
    const question = readQuestion(invocation);
    const most = readLimit(invocation.text('limit'));
    const by = readBy(invocation, question);
    return await withAudit(invocation, async (answers) => {
      if (by === undefined) printEvents(invocation, await answers.find(question, most), most);
      else printCounts(invocation, by, await answers.count(countable(question), by));
      return tellUnreadable(invocation.terminal, answers.unreadable);
    });
  },
};

function readQuestion(invocation: Invocation): Question {
  const { text, flag } = invocation;
  const named = (name: string, steps: number): string | undefined => {
    const value = text(name);
    if (value === undefined || value.split('.').length === steps) return value;
    const form = steps === 3 ? 'SCHEMA.TABLE.COLUMN' : 'SCHEMA.TABLE';
    throw new UsageError(`option --${name} is ${form}, not "${value}"`);
  };
  return {
    ...readRange(invocation, Date.now()),
    column: named('column', 3),
    relation: named('relation', 2),
    label: text('label'),
    principal: text('principal'),
    refused: flag('refused'),
    rule: text('rule'),
    approved: flag('approved'),
    approver: text('approver'),
    session: text('session'),
    id: text('id'),
  };
}

function readLimit(text: string | undefined): number {
  if (text === undefined) return mostByDefault;
  const most = /^\d+$/.test(text) ? Number(text) : 0;
  if (most >= 1 && most <= mostAtAll) return most;
  throw new UsageError(`option --limit is a number from 1 to ${mostAtAll}, not "${text}"`);
}

/** Undefined: the events themselves. */
function readBy({ text, flag }: Invocation, question: Question): CountedBy | undefined {
  const named = text('by');
  if (named !== undefined) {
    const by = countedBy.find((each) => each === named);
    if (by !== undefined && !flag('events')) return by;
    if (by !== undefined) throw new UsageError('--by and --events exclude each other');
    throw new UsageError(`option --by is one of ${countedBy.join(', ')}, not "${named}"`);
  }
  const { principal, session, id } = question;
  const isKnown = principal !== undefined || session !== undefined || id !== undefined || flag('refused');
  return asksAboutWhat(question) && !isKnown && !flag('events') ? 'principal' : undefined;
}

/** Who was refused hasn't read anything. */
const countable = (question: Question): Question => ({
  ...question,
  ran: asksAboutWhat(question) && question.refused !== true,
});

const asksAboutWhat = ({ column, label, relation }: Question): boolean =>
  column !== undefined || label !== undefined || relation !== undefined;

type Answered = Parameters<typeof eventPage>[1];

function printEvents({ terminal, flag }: Invocation, found: Answered, most: number): void {
  const { stdout, stderr } = terminal;
  if (flag('json')) {
    const events = found.map(({ entry: { event, subjects }, outcome }) => ({ ...event, subjects, outcome }));
    stdout.write(`${JSON.stringify(events, undefined, 2)}\n`);
  } else if (flag('csv')) {
    stdout.write(csvHeading(eventColumns) + found.map((each) => csvLine(eventColumns, each)).join(''));
  } else if (found.length === 0) stderr.write('There is none.\n');
  else stdout.write(eventPage(terminal, found));
  if (found.length === most)
    stderr.write(`These are the newest ${most}; there may be more: --limit, --since.\n`);
}

type Counted = Parameters<typeof countTable>[2];

function printCounts({ terminal, flag }: Invocation, by: CountedBy, counts: Counted): void {
  const { stdout, stderr } = terminal;
  if (flag('json')) stdout.write(`${JSON.stringify(counts, undefined, 2)}\n`);
  else if (flag('csv')) {
    const columns = countColumns(by);
    stdout.write(csvHeading(columns) + counts.map((each) => csvLine(columns, each)).join(''));
  } else if (counts.length === 0) stderr.write('There is none.\n');
  else stdout.write(countTable(terminal, by, counts));
}
