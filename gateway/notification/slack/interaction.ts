// What somebody did with a message in Slack: https://api.slack.com/interactivity
import { WORDS_MOST } from './blocks.ts';

export type Interaction = Readonly<{
  /** `ask`: they want to refuse, and are asked for words first. */
  kind: 'approve' | 'ask' | 'deny';
  requestId: string;
  /** Slack's ids. */
  user: string;
  channel: string;
  /** To open a dialog with, within three seconds. */
  trigger: string;
  words: string | undefined;
}>;

/** Undefined: nothing that has to be acted on. */
export function interactionIn(body: string): Interaction | undefined {
  const payload = parsed(new URLSearchParams(body).get('payload') ?? '');
  const user = textAt(payload, 'user', 'id');
  const trigger = textAt(payload, 'trigger_id');
  switch (textAt(payload, 'type')) {
    case 'block_actions': {
      const action = textAt(payload, 'actions', 0, 'action_id');
      if (action !== 'approve' && action !== 'deny') return undefined;
      const requestId = textAt(payload, 'actions', 0, 'value');
      const channel = textAt(payload, 'channel', 'id') || textAt(payload, 'container', 'channel_id');
      return checked({
        ...{
          kind: action === 'deny' ? 'ask' : 'approve',
          requestId,
          user,
          channel,
          trigger,
          words: undefined,
        },
      });
    }
    case 'view_submission': {
      if (textAt(payload, 'view', 'callback_id') !== 'deny') return undefined;
      const metadata = parsed(textAt(payload, 'view', 'private_metadata'));
      const words = textAt(payload, 'view', 'state', 'values', 'words', 'words', 'value').slice(
        0,
        WORDS_MOST,
      );
      const [requestId, channel] = [textAt(metadata, 'request'), textAt(metadata, 'channel')];
      return checked({
        kind: 'deny',
        requestId,
        user,
        channel,
        trigger,
        words: words === '' ? undefined : words,
      });
    }
    default:
      return undefined;
  }
}

/** What comes back with the words of a dialog. */
export const metadataOf = ({ requestId, channel }: Interaction): string =>
  JSON.stringify({ request: requestId, channel });

const checked = (found: Interaction): Interaction | undefined =>
  /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/.test(found.requestId) && /^\w{1,40}$/.test(found.user)
    ? found
    : undefined;

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Empty where there is none. */
function textAt(value: unknown, ...path: readonly (string | number)[]): string {
  let found: unknown = value;
  for (const step of path) {
    if (typeof found !== 'object' || found === null || !Object.hasOwn(found, step)) return '';
    found = (found as Record<string | number, unknown>)[step];
  }
  return typeof found === 'string' ? found : '';
}
