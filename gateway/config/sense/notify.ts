// What a schema cannot say about `approvals.notify`: which keys belong to which kind of channel.
import { isLoopbackHost } from '../../lib/index.ts';
import type { Config, NotifyConfig, SmtpConfig } from '../config.types.ts';
import type { Path, Problem } from '../problem.ts';
import { checkHttps, parsedUrl } from './addresses.ts';
import { checkKeysOfKind, type KeysOfKind } from './keys-of-kind.ts';
import { checkRepeated } from './repeated.ts';

type Kind = NotifyConfig['kind'];
type Key = Exclude<keyof NotifyConfig, (typeof common)[number]>;

const common = ['kind', 'name'] as const;

const keysOf: Readonly<Record<Kind, KeysOfKind<Key>>> = {
  webhook: { needed: ['url', 'secret_file'], possible: ['ca'] },
  email: { needed: ['smtp', 'from'], possible: ['to', 'to_approvers'] },
  slack: { needed: ['channel', 'bot_token_file', 'signing_secret_file'], possible: ['api_url', 'ca'] },
  slack_webhook: { needed: ['webhook_url_file'], possible: ['ca'] },
};

export function checkNotify({ approvals: { notify } }: Config): Problem[] {
  const path: Path = ['approvals', 'notify'];
  return [
    ...checkRepeated(notify, 'name', path, 'give each channel a name of its own'),
    ...notify.flatMap((channel, at) => checkChannel(channel, [...path, at])),
  ];
}

function checkChannel(channel: NotifyConfig, path: Path): Problem[] {
  const { kind, smtp, api_url: apiUrl, url } = channel;
  return [
    ...checkKeysOfKind(channel, 'channel', keysOf[kind], common, path),
    ...(smtp === undefined ? [] : checkSmtp(smtp, [...path, 'smtp'])),
    ...(kind === 'email' ? checkRecipients(channel, [...path, 'to']) : []),
    ...(apiUrl === undefined ? [] : checkAddress(apiUrl, [...path, 'api_url'])),
    ...(url === undefined ? [] : checkAddress(url, [...path, 'url'])),
  ];
}

function checkSmtp({ host, tls, user, password_file: passwordFile }: SmtpConfig, path: Path): Problem[] {
  const problems: Problem[] = [];
  if (tls === 'none' && !isLoopbackHost(host)) {
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
  const url = parsedUrl(text);
  if (url?.username || url?.password)
    return [{ path, wrong: 'holds a user or a password', right: 'events are signed; remove them' }];
  return checkHttps(text, path);
}
