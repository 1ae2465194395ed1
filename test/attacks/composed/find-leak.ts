// Whether a composed attack works: the bytes that a client receives have a protected value in them, plain or disguised.
import type { BackendMessage } from '../../support/raw-client.ts';
import { searched } from '../verdict.ts';

/** The first image that stands in a message, and in which kind of message. */
export function findLeak(
  messages: readonly BackendMessage[],
  images: readonly string[],
): Readonly<{ image: string; type: string }> | undefined {
  for (const message of messages) {
    if ('RKZ'.includes(message.type)) continue;
    const text = searched(message);
    const image = images.find((each) => text.includes(each));
    if (image !== undefined) return { image, type: message.type };
  }
  return undefined;
}
