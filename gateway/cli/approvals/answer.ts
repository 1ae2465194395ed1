// `portcullis approvals approve` and `portcullis approvals deny`.

import { answerCommand } from './answer-command.ts';
import { type RequestDocument, requestNamed } from './request.ts';

const answer = answerCommand({
  group: 'approvals',
  prints: 'What became of the request.',
  async answer(invocation, { api, named, verb, body }) {
    const { id } = await requestNamed(api, named);
    const request = (await api.ask('POST', `/v1/approvals/${id}/${verb}`, body)) as RequestDocument;
    const { stdout } = invocation.terminal;
    stdout.write(
      invocation.flag('json') ? `${JSON.stringify(request, undefined, 2)}\n` : `${became(request)}\n`,
    );
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

export const approvalsBreakGlass = answer('break-glass', {
  summary: 'Approve a request alone, in an emergency',
  description:
    "For whoever the request's terms name for emergencies, of their own requests too. Say why: everybody who is told of requests gets an alarm with your words.",
  examples: ["portcullis approvals break-glass 4f3c1a2b -m 'the shop is down and nobody else answers'"],
});
