// Requests as people read them at a terminal.
import type { Paint } from '../page/paint.ts';
import { type Layout, layRows, type Row } from '../page/rows.ts';
import { renderSamples } from './render-samples.ts';
import type { RequestDocument } from './request.ts';

export type RequestPage = Readonly<{ width: number; paint: Paint; now: number }>;

/** One request in full: what it does first, then who, why and until when. */
export function renderRequest(request: RequestDocument, { width, paint, now }: RequestPage): string {
  const layout: Layout = { width, paint, indent: 2 };
  const { requester, terms } = request;
  const who =
    requester.actor === undefined
      ? requester.principal
      : `${requester.principal}, through ${requester.actor.subject}`;
  const rows: Row[] = [
    ['asked by', `${who} (${requester.kind})`],
    ['resource', request.resource],
    ['because', `${request.reason ?? 'the policy asks for it'} (rule ${request.rule})`],
    ...(request.purpose === undefined ? [] : [['purpose', request.purpose]]),
    [
      'approval',
      `${request.kind === 'commit' ? 'this transaction, once' : inWords(terms)}; by ${terms.approvers.join(' or ')}${terms.count > 1 ? `, ${terms.count} of them` : ''}`,
    ],
    ...(terms.break_glass === undefined ? [] : [['emergency', `alone: ${terms.break_glass.join(' or ')}`]]),
    ...blocked(request),
    ...before(request, now),
    ['asked', ago(request.created_at, now)],
    request.status === 'pending'
      ? ['open', `until ${clock(request.expires_at)} (${left(request.expires_at, now)})`]
      : ['ended', ago(request.settled_at ?? request.expires_at, now)],
    ...request.answers.map(
      ({ approver, answer, words, broke_glass, at }): Row => [
        answer === 'approve' ? 'approved' : 'refused',
        `by ${approver}${broke_glass ? ', who broke the glass,' : ''} ${ago(at, now)}${words === undefined ? '' : `: ${words}`}`,
      ],
    ),
    ...(request.words === undefined ? [] : [['words', request.words]]),
  ];
  return [
    `${paint('bold', request.id)}  ${paint(colourOf(request.status), request.status)}`,
    ...layRows(
      request.sentences.map((sentence) => [sentence]),
      layout,
    ),
    '',
    ...layRows(rows, layout),
    '',
    ...statementsOf(request).flatMap((each, index) => [
      ...(index === 0 ? [] : ['']),
      ...renderStatement(each, layout),
    ]),
    ...renderSamples(request.samples ?? [], layout),
    '',
  ].join('\n');
}

type StatementShown = Readonly<{
  statement: string;
  parameters: readonly string[];
  sentences: readonly string[];
}>;

/** Where there are several, each with what it does. */
function statementsOf({
  statement,
  parameters,
  transaction = [],
}: RequestDocument): readonly StatementShown[] {
  return transaction.length > 1 ? transaction : [{ statement, parameters, sentences: [] }];
}

function renderStatement({ statement, parameters, sentences }: StatementShown, layout: Layout): string[] {
  const values = parameters.map((value, index): Row => [`$${index + 1}`, value]);
  return [
    ...layRows(
      statement.split('\n').map((line) => [line]),
      layout,
    ),
    ...(values.length === 0 ? [] : ['', ...layRows(values, layout)]),
    ...layRows(
      sentences.map((sentence) => [sentence]),
      layout,
    ),
  ];
}

/** What whoever asks has asked for before. */
function before({ requester, history }: RequestDocument, now: number): Row[] {
  if (history === undefined) return [];
  const { days, requests, approved, denied, last, alike } = history;
  return [
    ...(alike === undefined
      ? []
      : [
          [
            'would match',
            `asked for on such terms ${times(alike.requests)}, and run by such approvals ${times(alike.uses)}, in ${days} days`,
          ],
        ]),
    [
      'before',
      `${requests} other requests of ${requester.principal} in ${days} days, ${approved} approved, ${denied} refused`,
    ],
    ...last.map(
      ({ id, status, resource, sentence, created_at }): Row => [
        '',
        `${id.slice(0, 8)} ${status} ${ago(created_at, now)} on ${resource}${sentence === undefined ? '' : `: ${sentence}`}`,
      ],
    ),
  ];
}

const times = (count: number): string => (count === 1 ? 'once' : `${count} times`);

/** Who waits for the locks of a transaction that is held. */
function blocked({ status, blocks }: RequestDocument): Row[] {
  if (blocks === undefined || status !== 'pending') return [];
  const names = [...new Set(blocks)].map((name) => {
    const count = blocks.filter((each) => each === name).length;
    return count === 1 ? name : `${name} (${count})`;
  });
  return [['blocks', names.length === 0 ? 'nobody' : names.join(', ')]];
}

/** One line a request, the newest first. */
export function renderList(requests: readonly RequestDocument[], { width, paint, now }: RequestPage): string {
  const layout: Layout = { width, paint, indent: 0 };
  const rows = requests.map(
    (request): Row => [
      { text: request.id.slice(0, 8), style: 'bold' },
      { text: request.status, style: colourOf(request.status) },
      request.requester.principal,
      request.resource,
      request.status === 'pending'
        ? left(request.expires_at, now)
        : ago(request.settled_at ?? request.created_at, now),
      request.sentences.join(' '),
    ],
  );
  return `${layRows(rows, layout).join('\n')}\n`;
}

/** What approving would let happen, plainly. */
function inWords({ scope, uses }: RequestDocument['terms']): string {
  const times = uses === 1 ? 'once' : `up to ${uses} times`;
  switch (scope) {
    case 'statement':
      return `this statement with these values, ${times}`;
    case 'shape':
      return `this statement with any values, ${times}`;
    case 'session':
      return `this statement with any values in this session, ${times}`;
    case 'window':
      return `this statement with any values in any session of theirs, ${times}`;
    case 'grant':
      return 'this access, from the approval on';
    default:
      return `${scope}, ${times}`;
  }
}

const colourOf = (status: string): 'yellow' | 'green' | 'red' | 'dim' =>
  status === 'pending' ? 'yellow' : status === 'approved' ? 'green' : status === 'denied' ? 'red' : 'dim';

const clock = (time: string): string => `${time.slice(11, 16)} UTC`;
const ago = (time: string, now: number): string => `${duration(now - Date.parse(time))} ago`;
const left = (time: string, now: number): string =>
  Date.parse(time) <= now ? 'over' : `${duration(Date.parse(time) - now)} left`;

function duration(milliseconds: number): string {
  const seconds = Math.max(0, Math.round(milliseconds / 1000));
  if (seconds < 120) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 120) return `${minutes} min`;
  return `${Math.round(minutes / 60)} h`;
}
