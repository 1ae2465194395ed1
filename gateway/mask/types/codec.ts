// One type's values in both formats of the protocol: a mask that changes what is read gives equal values in either.
import { nullMask, type ValueMask, wholeMask } from '../value-mask.ts';

/** Reading gives undefined for whatever isn't a value of the type in the form that this knows. */
export interface Codec<T> {
  parse(text: string): T | undefined;
  print(value: T): string;
  read(bytes: Buffer): T | undefined;
  write(value: T): Buffer;
}

/** Numbers, dates and the like are short; longer ones exist only to keep a gateway busy. */
const longest = 2000;

export function codecMask<T>(codec: Codec<T>, change: (value: T) => T | undefined): ValueMask {
  return wholeMask(
    (bytes) => {
      const value = codec.parse(bytes.toString('latin1'));
      const changed = value === undefined ? undefined : change(value);
      return changed === undefined ? null : Buffer.from(codec.print(changed), 'latin1');
    },
    (bytes) => {
      const value = codec.read(bytes);
      const changed = value === undefined ? undefined : change(value);
      return changed === undefined ? null : codec.write(changed);
    },
    longest,
    nullMask,
  );
}
