// What a client is told while its statement waits: why, for whom, until when, and what can be done meanwhile.
import type { Request } from '../../approval/index.ts';
import type { ErrorText } from '../../wire/index.ts';

/** As PostgreSQL has it for notices that are neither warnings nor errors. */
const NO_CONDITION = '00000';

/** `link`: where people look at the request, if anywhere. */
export function waitingNotice(
  { id, kind, rule, reason, terms, expiresAt, shown, votes }: Request,
  link: string | undefined,
): ErrorText {
  const given = votes.filter(({ approves }) => approves).length;
  const many = terms.count > 1 ? ` (${given} of ${terms.count} given)` : '';
  const orThere = link === undefined ? '' : `, or answer at ${link}`;
  const because = reason === undefined ? '' : `: ${reason}`;
  const what = kind === 'commit' ? 'commit' : 'statement';
  const then =
    kind === 'commit'
      ? 'It is committed as soon as they do; cancel it to roll everything back.'
      : 'It runs as soon as they do; cancel it to withdraw the request.';
  return {
    sqlstate: NO_CONDITION,
    message: `the ${what} waits for approval${many}, which policy rule "${rule}" asks for${because}`,
    detail: [
      ...shown.sentences,
      `It may be approved by ${terms.approvers.join(' or ')} until ${new Date(expiresAt).toISOString().slice(0, 16).replace('T', ' ')} UTC.`,
    ].join(' '),
    hint: `They run: portcullis approvals approve ${id.slice(0, 8)}${orThere}. ${then}`,
  };
}
