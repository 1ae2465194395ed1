// `portcullis approvals approve` and `portcullis approvals deny`.

import { adminOptions, openAdminApi } from '../admin-api.ts';
import type { Command } from '../command.ts';
import { loginNeeded } from '../fresh-token.ts';
import { type RequestDocument, requestNamed } from './request.ts';

const answer = (
  verb: 'approve' | 'deny',
  words: Pick<Command, 'summary' | 'description' | 'examples'>,
): Command => ({
  name: `approvals ${verb}`,
  usage: 'ID',
  options: {
    ...adminOptions,
    words: {
      type: 'string',
      short: 'm',
      value: 'TEXT',
      help: 'What you want to say; whoever asked reads it.',
    },
  },
  arguments: { min: 1, max: 1 },
  prints: 'What became of the request.',
  exits: { 1: 'Your answer does not count; it says why.', [loginNeeded]: 'You need to log in (again).' },
  ...words,
  async run(invocation) {
    const api = await openAdminApi(invocation);
    const { id } = await requestNamed(api, invocation.positionals[0] ?? '');
    const said = invocation.text('words');
    const body = said === undefined ? undefined : { words: said };
    const request = (await api.ask('POST', `/v1/approvals/${id}/${verb}`, body)) as RequestDocument;
    const { stdout } = invocation.terminal;
    stdout.write(
      invocation.flag('json') ? `${JSON.stringify(request, undefined, 2)}\n` : `${became(request)}\n`,
    );
    return 0;
  },
});

function became({ id, status, terms, requester, answers }: RequestDocument): string {
  const short = id.slice(0, 8);
  if (status === 'approved') return `${short} is approved; ${requester.principal} is told.`;
  if (status === 'denied') return `${short} is refused; ${requester.principal} is told.`;
  const given = answers.filter((each) => each.answer === 'approve').length;
  return `Your approval of ${short} counts; it waits for more (${given} given, ${terms.count} asked for).`;
}

export const approvalsApprove = answer('approve', {
  summary: 'Approve a request',
  description:
    'The policy decides whether your answer counts; nobody approves what they asked for themselves.',
  examples: [
    'portcullis approvals approve 4f3c1a2b',
    "portcullis approvals approve 4f3c1a2b -m 'as agreed on Monday'",
  ],
});

export const approvalsDeny = answer('deny', {
  summary: 'Refuse a request',
  description: 'One refusal ends it. Say why: whoever asked reads your words in the error that they get.',
  examples: ["portcullis approvals deny 4f3c1a2b -m 'use the archive job for this'"],
});
