// What a schema cannot say about `approvals.notify`: which keys belong to which kind of channel.
import type { Config, NotifyConfig } from './config.types.ts';
import type { Path, Problem } from './problem.ts';

type Kind = NotifyConfig['kind'];
type Key = Exclude<keyof NotifyConfig, 'kind' | 'name'>;

const keysOf: Readonly<Record<Kind, Readonly<{ needed: readonly Key[]; possible: readonly Key[] }>>> = {
  webhook: { needed: ['url', 'secret_file'], possible: ['ca'] },
};

export function checkNotify({ approvals: { notify } }: Config): Problem[] {
  return notify.flatMap((channel, at) => {
    const path: Path = ['approvals', 'notify', at];
    const isTwice = notify.findIndex(({ name }) => name === channel.name) !== at;
    const right = 'give each channel a name of its own';
    return [
      ...(isTwice ? [{ path: [...path, 'name'], wrong: `"${channel.name}" is there already`, right }] : []),
      ...checkKeys(channel, path),
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

/** Who asks for what must not pass a network in the clear, nor a token. */
function checkAddress(text: string, path: Path): Problem[] {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isLoopback = /^(localhost|127(\.\d+){3}|\[::1\])$/.test(url?.hostname ?? '');
  if (url?.username || url?.password)
    return [{ path, wrong: 'holds a user or a password', right: 'events are signed; remove them' }];
  if (url?.protocol === 'https:' || (url?.protocol === 'http:' && isLoopback)) return [];
  return [{ path, wrong: 'is not an https URL', right: 'plain http is accepted from loopback only' }];
}
