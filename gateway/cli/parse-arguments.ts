// Turns the words after a command's name into its options and arguments, or says what is wrong with them.

import { parseArgs } from 'node:util';
import { type Command, type Invocation, type OptionSpec, type Terminal, UsageError } from './command.ts';
import { suggest } from './suggest.ts';

const helpOption: OptionSpec = { type: 'boolean', short: 'h', help: 'Show this help and exit.' };

/** A command's options with the one that every command has. */
export function allOptions(command: Command): Record<string, OptionSpec> {
  return { ...command.options, help: helpOption };
}

/** Throws UsageError; `parseArgs` only splits the words, so that the errors can be our own. */
export function parseArguments(command: Command, words: readonly string[], terminal: Terminal): Invocation {
  const options = allOptions(command);
  const { tokens } = parseArgs({
    args: [...words],
    options: Object.fromEntries(Object.entries(options).map(([name, spec]) => [name, splitting(spec)])),
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  const values = new Map<string, string | true>();
  const positionals: string[] = [];
  let rest: string[] = [];
  for (const token of tokens) {
    if (token.kind === 'option-terminator' && command.takesRest) {
      rest = words.slice(token.index + 1);
      break;
    }
    if (token.kind === 'positional') positionals.push(token.value);
    if (token.kind === 'option') values.set(token.name, optionValue(options, token));
  }
  if (values.get('help') !== true) checkArguments(command, positionals);
  return {
    terminal,
    text: (name) => {
      const value = values.get(name);
      return value === true ? undefined : value;
    },
    flag: (name) => values.get(name) === true,
    positionals,
    rest,
  };
}

function splitting(spec: OptionSpec) {
  return spec.short === undefined ? { type: spec.type } : { type: spec.type, short: spec.short };
}

type OptionToken = Readonly<{
  name: string;
  rawName: string;
  value: string | undefined;
  inlineValue: boolean | undefined;
}>;

function optionValue(options: Record<string, OptionSpec>, token: OptionToken): string | true {
  const spec = Object.hasOwn(options, token.name) ? options[token.name] : undefined;
  if (spec === undefined) {
    const meant = suggest(token.name, Object.keys(options));
    throw new UsageError(
      `unknown option ${token.rawName}`,
      meant === undefined ? undefined : `Did you mean --${meant}?`,
    );
  }
  if (spec.type === 'boolean') {
    if (token.value !== undefined) throw new UsageError(`option ${token.rawName} takes no value`);
    return true;
  }
  const swallowedOption = token.inlineValue !== true && /^-./.test(token.value ?? '');
  if (token.value === undefined || token.value === '' || swallowedOption) {
    throw new UsageError(`option ${token.rawName} needs a value: ${token.rawName} ${spec.value ?? 'VALUE'}`);
  }
  return token.value;
}

function checkArguments(command: Command, positionals: readonly string[]): void {
  const { min, max } = command.arguments ?? { min: 0, max: 0 };
  if (positionals.length < min) {
    const missing = command.usage?.split(' ')[positionals.length] ?? 'an argument';
    throw new UsageError(`${missing} is missing`);
  }
  const surplus = positionals[max];
  if (surplus !== undefined) {
    throw new UsageError(
      `unexpected argument "${surplus}"`,
      command.takesRest ? 'Put arguments for the program after --.' : undefined,
    );
  }
}
