// A request in words for people who get a message of it: nothing that approvers aren't shown.
import type { Request } from '../approval/index.ts';
import type { ApprovalEvent } from './event.ts';

/** One line: what somebody wants, or how it ended. */
export function headline({ name, request }: ApprovalEvent): string {
  const { principal, resource, votes } = request;
  const last = votes.at(-1)?.approver;
  switch (name) {
    case 'requested':
      return `${principal} asks for ${request.kind === 'access' ? 'access to' : 'approval on'} ${resource}`;
    case 'glass_broken':
      return `ALARM: ${glassBreaker(request)} broke the glass: approved alone for ${principal} on ${resource}`;
    case 'approved':
      return `Approved${last === undefined ? '' : ` by ${last}`}: ${principal} on ${resource}`;
    case 'denied':
      return `Denied${last === undefined ? '' : ` by ${last}`}: ${principal} on ${resource}`;
    case 'expired':
      return `Expired: nobody answered ${principal} on ${resource} in time`;
    case 'withdrawn':
      return `Withdrawn: ${principal} on ${resource}`;
    default:
      return name satisfies never;
  }
}

const glassBreaker = ({ votes }: Request): string =>
  votes.find(({ brokeGlass }) => brokeGlass)?.approver ?? 'somebody';

/** Names and values, in the order in which somebody weighs them. */
export function particulars({ name, request }: ApprovalEvent): readonly (readonly [string, string])[] {
  const { shown, terms, reason, rule, purpose, votes, words } = request;
  const said = votes.map(
    ({ approver, approves, brokeGlass, words: own }) =>
      `${approver} ${brokeGlass ? 'broke the glass' : approves ? 'approved' : 'denied'}${own === undefined ? '' : `: ${own}`}`,
  );
  const all: readonly (readonly [string, string | undefined])[] = [
    ['Who', whoOf(request)],
    ['What it does', shown.sentences.join(' ')],
    ['Why the policy asks', reason === undefined ? rule : `${reason} (rule ${rule})`],
    ['Why they want it', purpose],
    ['Who may approve', approversOf(terms)],
    ['What an approval covers', coverage(terms)],
    ['Until', name === 'requested' ? minute(request.expiresAt) : undefined],
    ['Answers', said.length === 0 ? undefined : said.join('; ')],
    ['How it ended', votes.length === 0 ? words : undefined],
  ];
  return all.flatMap(([label, value]) =>
    value === undefined || value === '' ? [] : [[label, value] as const],
  );
}

/** With its parameters, and no longer than somebody reads in a message. */
export function statementText({ shown }: Request, most: number): string {
  // Of a commit, what the transaction has done.
  const text = (shown.transaction ?? [shown])
    .map(({ statement, parameters }) =>
      [statement, ...parameters.map((value, index) => `$${index + 1} = ${value}`)].join('\n'),
    )
    .join('\n\n');
  return text.length <= most ? text : `${text.slice(0, most)}…\n(${text.length - most} characters more)`;
}

/** What can be pasted into a terminal. */
export const commands = ({ id }: Request): readonly string[] => [
  `portcullis approvals show ${id}`,
  `portcullis approvals approve ${id}`,
  `portcullis approvals deny ${id} --words '…'`,
];

function whoOf({ principal, identity: { kind, actor } }: Request): string {
  const actors: string[] = [];
  for (let next = actor; next !== undefined; next = next.actor) actors.push(next.subject);
  return `${principal} (${kind})${actors.length === 0 ? '' : `, through ${actors.join(', through ')}`}`;
}

const approversOf = ({ approvers, count }: Request['terms']): string =>
  `${approvers.join(' or ')}${count > 1 ? `; ${count} have to agree` : ''}`;

const scopes: Readonly<Record<string, string>> = {
  statement: 'this statement with these values',
  shape: 'this statement with other values too',
  session: 'this statement with other values too, in this session',
  window: 'this statement with other values too, from any session of theirs',
};

const coverage = ({ scope, uses }: Request['terms']): string =>
  scope === 'grant'
    ? 'this access, for the time that was asked for'
    : `${scopes[scope] ?? scope}, ${uses === 1 ? 'once' : `${uses} times`}`;

/** To the minute, in UTC. */
export const minute = (milliseconds: number): string =>
  `${new Date(milliseconds).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
