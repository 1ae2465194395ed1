// The text files of the classification: sections `[class] title`, a `! note` on why, one function a line.
import { type FunctionClass, isFunctionClass } from './function-class.ts';

export type FunctionEntry = Readonly<{
  class: FunctionClass;
  /** Which functions it was reviewed with. */
  family: string;
  /** Why it has this class, where that isn't plain. */
  note: string | undefined;
}>;

/** The entries by what their lines say. Throws on anything that it can't read: a typo must not unclass a function. */
export function parseClassList(text: string): Map<string, FunctionEntry> {
  const entries = new Map<string, FunctionEntry>();
  let section: FunctionEntry | undefined;
  for (const [index, line] of text.split('\n').entries()) {
    const refuse = (why: string) => new Error(`line ${index + 1} of the classification ${why}: ${line}`);
    if (line === '' || line.startsWith('#')) continue;
    if (line.startsWith('[')) {
      const [, name = '', family = ''] = /^\[(\w+)\] (\S.*)$/.exec(line) ?? [];
      if (!isFunctionClass(name)) throw refuse('names no class');
      section = { class: name, family, note: undefined };
    } else if (line.startsWith('! ')) {
      if (!section) throw refuse('belongs to no section');
      section = { ...section, note: line.slice(2) };
    } else {
      if (!section) throw refuse('belongs to no section');
      if (entries.has(line)) throw refuse('is there twice');
      entries.set(line, section);
    }
  }
  return entries;
}
