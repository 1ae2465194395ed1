// What a schema cannot say about `approvals.notify`: which keys belong to which kind of channel.
import type { Config, NotifyConfig, SmtpConfig } from './config.types.ts';
import type { Path, Problem } from './problem.ts';

type Kind = NotifyConfig['kind'];
type Key = Exclude<keyof NotifyConfig, 'kind' | 'name'>;

const keysOf: Readonly<Record<Kind, Readonly<{ needed: readonly Key[]; possible: readonly Key[] }>>> = {
  webhook: { needed: ['url', 'secret_file'], possible: ['ca'] },
  email: { needed: ['smtp', 'from'], possible: ['to', 'to_approvers'] },
  slack: { needed: ['channel', 'bot_token_file', 'signing_secret_file'], possible: ['api_url', 'ca'] },
  slack_webhook: { needed: ['webhook_url_file'], possible: ['ca'] },
};

export function checkNotify({ approvals: { notify } }: Config): Problem[] {
  return notify.flatMap((channel, at) => {
    const path: Path = ['approvals', 'notify', at];
    const isTwice = notify.findIndex(({ name }) => name === channel.name) !== at;
    const right = 'give each channel a name of its own';
    return [
      ...(isTwice ? [{ path: [...path, 'name'], wrong: `"${channel.name}" is there already`, right }] : []),
      ...checkKeys(channel, path),
      ...(channel.smtp === undefined ? [] : checkSmtp(channel.smtp, [...path, 'smtp'])),
      ...(channel.kind === 'email' ? checkRecipients(channel, [...path, 'to']) : []),
      ...(channel.api_url === undefined ? [] : checkAddress(channel.api_url, [...path, 'api_url'])),
      ...(channel.url === undefined ? [] : checkAddress(channel.url, [...path, 'url'])),
    ];
  });
}

function checkKeys(channel: NotifyConfig, path: Path): Problem[] {
  const { needed, possible } = keysOf[channel.kind];
  const set = Object.keys(channel).filter((key) => key !== 'kind' && key !== 'name') as Key[];
  const known = [...needed, ...possible];
  return [
    ...needed
      .filter((key) => !set.includes(key))
      .map((key) => ({
        path: [...path, key],
        wrong: 'is missing',
        right: `a channel of the kind ${channel.kind} needs ${needed.join(', ')}`,
      })),
    ...set
      .filter((key) => !known.includes(key))
      .map((key) => ({
        path: [...path, key],
        wrong: `does not belong to a channel of the kind ${channel.kind}`,
        right: `its keys are ${known.join(', ')}`,
      })),
  ];
}

function checkSmtp({ host, tls, user, password_file: passwordFile }: SmtpConfig, path: Path): Problem[] {
  const problems: Problem[] = [];
  if (tls === 'none' && !isLoopback(host)) {
    const right = 'use starttls or implicit, or a server on this machine';
    problems.push({ path: [...path, 'tls'], wrong: 'is none while the server is elsewhere', right });
  }
  if ((user === undefined) !== (passwordFile === undefined)) {
    const missing = user === undefined ? 'user' : 'password_file';
    const right = 'set both, or none where the server asks for no login';
    problems.push({ path: [...path, missing], wrong: 'is missing while its other half is set', right });
  }
  return problems;
}

function checkRecipients({ to = [], to_approvers: toApprovers = {} }: NotifyConfig, path: Path): Problem[] {
  const strange = Object.keys(toApprovers).find((approver) => !/^(group|principal):./.test(approver));
  if (strange !== undefined) {
    const right = 'approvers are group:NAME or principal:NAME';
    return [{ path: [...path.slice(0, -1), 'to_approvers', strange], wrong: 'is no approver', right }];
  }
  if (to.length > 0 || Object.values(toApprovers).some((addresses) => addresses.length > 0)) return [];
  return [{ path, wrong: 'is missing', right: 'say who is told: to, or to_approvers, or both' }];
}

/** Who asks for what must not pass a network in the clear, nor a token. */
function checkAddress(text: string, path: Path): Problem[] {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.username || url?.password)
    return [{ path, wrong: 'holds a user or a password', right: 'events are signed; remove them' }];
  if (url?.protocol === 'https:' || (url?.protocol === 'http:' && isLoopback(url.hostname))) return [];
  return [{ path, wrong: 'is not an https URL', right: 'plain http is accepted from loopback only' }];
}

const isLoopback = (host: string): boolean => /^(localhost|127(\.\d+){3}|\[?::1\]?)$/.test(host);
