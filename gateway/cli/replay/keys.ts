// The keys that are pressed, one at a time, with a limit to how long each is waited for.
import type { Readable } from 'node:stream';

type Keyboard = Readable & { isTTY?: boolean; setRawMode?: (on: boolean) => unknown };

export type Keys = Readonly<{
  /** Undefined when none came in time; without a time it waits for one. */
  next(milliseconds: number | undefined): Promise<string | undefined>;
  close(): void;
}>;

/** An arrow is one key of three characters; what was pasted is several. */
const key = /\p{Cc}\[[A-Z]|[\s\S]/gu;
/** Timers count no further. */
const LONGEST = 2 ** 31 - 1;

export function readKeys(keyboard: Keyboard): Keys {
  const pressed: string[] = [];
  let wake: (() => void) | undefined;
  const onData = (data: Buffer | string): void => {
    pressed.push(...(data.toString().match(key) ?? []));
    wake?.();
  };
  /** As if somebody had asked to leave. */
  const onEnd = (): void => onData('q');
  keyboard.setRawMode?.(true);
  keyboard.on('data', onData);
  keyboard.once('end', onEnd);
  keyboard.resume();
  return {
    async next(milliseconds) {
      if (pressed.length === 0 && milliseconds !== 0) {
        await new Promise<void>((resolve) => {
          const timer =
            milliseconds === undefined ? undefined : setTimeout(resolve, Math.min(milliseconds, LONGEST));
          wake = () => {
            clearTimeout(timer);
            resolve();
          };
        });
        wake = undefined;
      }
      return pressed.shift();
    },
    close() {
      keyboard.off('data', onData);
      keyboard.off('end', onEnd);
      keyboard.setRawMode?.(false);
      keyboard.pause();
    },
  };
}
