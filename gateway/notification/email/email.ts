// Tells people by e-mail: those who are always told, and those who may approve.
import { readFile } from 'node:fs/promises';
import type { Clock } from '../../lib/index.ts';
import { type Attempt, attemptMilliseconds, type Channel, type Outcome } from '../channel.ts';
import type { ApprovalEvent } from '../event.ts';
import { mailOf } from './message.ts';
import { SmtpRefused } from './reply.ts';
import type { SmtpAddress } from './smtp-connection.ts';
import { type Handed, type SmtpLogin, SmtpSession } from './smtp-session.ts';

export type EmailConfig = Readonly<{
  name: string;
  smtp: SmtpAddress;
  user: string | undefined;
  passwordFile: string | undefined;
  from: string;
  to: readonly string[];
  /** By approver, as the terms of a decision name them. */
  toApprovers: Readonly<Record<string, readonly string[]>>;
}>;

/** Who has it already, or never will; and the mail's id, which the next one answers. */
type Receipt = Readonly<{ messageId: string; done: readonly string[] }>;

export function email(config: EmailConfig, { clock }: Readonly<{ clock: Clock }>): Channel {
  const { name, smtp } = config;
  const open = async () =>
    await SmtpSession.open(smtp, await loginOf(config), AbortSignal.timeout(attemptMilliseconds - 1_000));
  return {
    name,
    kind: 'email',
    async deliver(event, attempt) {
      const over = nothingToTell(event, attempt);
      if (over !== undefined) return { kind: 'skipped', problem: over };
      const to = recipientsOf(event, config);
      const messageId = `<${attempt.id}@${domainOf(config.from)}>`;
      const before = attempt.receipt as Receipt | undefined;
      const left = to.filter((address) => before?.done.includes(address) !== true);
      if (left.length === 0) return { kind: 'skipped', problem: 'nobody is to be told' };
      const inReplyTo = (attempt.opening?.receipt as Receipt | undefined)?.messageId;
      const letter = { messageId, inReplyTo, from: config.from, to, date: new Date(clock.now()) };
      const session = await open();
      try {
        const handed = await session.send({ from: config.from, to: left, data: mailOf(event, letter) });
        return outcomeOf(handed, { messageId, done: before?.done ?? [] });
      } catch (error) {
        if (error instanceof SmtpRefused && error.isFinal) return { kind: 'failed', problem: error.message };
        throw error;
      } finally {
        session.close();
      }
    },
    async check() {
      const session = await open();
      session.close();
      return `${smtp.host}:${smtp.port} lets the gateway in`;
    },
  };
}

/** Who wasn't told that something waits needn't hear that it doesn't any more. */
function nothingToTell({ name, isOver }: ApprovalEvent, { opening }: Attempt): string | undefined {
  if (name === 'glass_broken') return undefined;
  if (name === 'requested') return isOver ? 'the request was over already' : undefined;
  return opening?.status === 'delivered' ? undefined : 'nobody was told of the request';
}

function recipientsOf(
  { request: { terms } }: ApprovalEvent,
  { to, toApprovers }: EmailConfig,
): readonly string[] {
  const approvers = terms.approvers.flatMap((approver) => toApprovers[approver] ?? []);
  return [...new Set([...to, ...approvers])];
}

function outcomeOf({ accepted, refused, later, problem }: Handed, { messageId, done }: Receipt): Outcome {
  const receipt: Receipt = { messageId, done: [...done, ...accepted, ...refused] };
  if (later.length > 0) return { kind: 'retry', problem: problem ?? 'later', receipt };
  if (accepted.length === 0 && done.length === 0)
    return { kind: 'failed', problem: problem ?? 'nobody can be told' };
  return { kind: 'delivered', receipt, problem };
}

async function loginOf({ user, passwordFile }: EmailConfig): Promise<SmtpLogin | undefined> {
  if (user === undefined || passwordFile === undefined) return undefined;
  const password = (await readFile(passwordFile, 'utf8')).replace(/\r?\n$/, '');
  return { user, password };
}

const domainOf = (address: string): string => address.slice(address.lastIndexOf('@') + 1);
