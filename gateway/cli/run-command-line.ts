// Finds the command that was typed, runs it, and turns whatever it throws into one readable line.

import { type Command, CommandError, type Terminal, UsageError } from './command.ts';
import { type CommandEntry, type CommandGroup, commands } from './commands.ts';
import { commandHelp, groupHelp, overviewHelp } from './help.ts';
import { parseArguments } from './parse-arguments.ts';
import { suggest } from './suggest.ts';

/** Runs `portcullis WORDS…` and resolves to the exit code; never throws. */
export async function runCommandLine(words: readonly string[], terminal: Terminal): Promise<number> {
  try {
    return await dispatch(words, terminal);
  } catch (thrown) {
    return reportFailure(thrown, words, terminal);
  }
}

async function dispatch(words: readonly string[], terminal: Terminal): Promise<number> {
  const [first, ...others] = words;
  if (first === undefined) {
    terminal.stderr.write(overviewHelp(commands));
    return 2;
  }
  if (first === '--help' || first === '-h') {
    terminal.stdout.write(overviewHelp(commands));
    return 0;
  }
  if (first === 'help') return dispatch([...others, '--help'], terminal);
  if (first === '--version' || first === '-V') return dispatch(['version'], terminal);
  if (first.startsWith('-')) {
    throw new UsageError(
      `unknown option ${first}`,
      'Options follow the command: portcullis COMMAND [OPTIONS].',
    );
  }
  const entry = find(first, commands, 'command');
  if (!('commands' in entry)) return run(await entry.load(), others, terminal);
  return dispatchGroup(entry, others, terminal);
}

async function dispatchGroup(
  group: CommandGroup,
  words: readonly string[],
  terminal: Terminal,
): Promise<number> {
  const [first, ...others] = words;
  if (first === undefined || first === '--help' || first === '-h') {
    const members = await Promise.all(group.commands.map((entry) => entry.load()));
    const out = first === undefined ? terminal.stderr : terminal.stdout;
    out.write(groupHelp(group.name, group.summary, members));
    return first === undefined ? 2 : 0;
  }
  const entry = find(first, group.commands, `${group.name} command`);
  return run(await entry.load(), others, terminal);
}

async function run(command: Command, words: readonly string[], terminal: Terminal): Promise<number> {
  const invocation = parseArguments(command, words, terminal);
  if (!invocation.flag('help')) return command.run(invocation);
  terminal.stdout.write(commandHelp(command));
  return 0;
}

function find<Entry extends CommandEntry | CommandGroup>(
  typed: string,
  entries: readonly Entry[],
  what: string,
): Entry {
  const entry = entries.find(({ name }) => name === typed);
  if (entry !== undefined) return entry;
  const meant = suggest(
    typed,
    entries.map(({ name }) => name),
  );
  throw new UsageError(
    `unknown ${what} "${typed}"`,
    meant === undefined ? undefined : `Did you mean ${meant}?`,
  );
}

function reportFailure(thrown: unknown, words: readonly string[], terminal: Terminal): number {
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  terminal.stderr.write(`portcullis: ${message}\n`);
  if (thrown instanceof CommandError && thrown.hint !== undefined) terminal.stderr.write(`${thrown.hint}\n`);
  if (thrown instanceof UsageError) terminal.stderr.write(`Try: ${helpFor(words)}\n`);
  return thrown instanceof CommandError ? thrown.exitCode : 1;
}

function helpFor(words: readonly string[]): string {
  const entry = commands.find(({ name }) => name === words[0]);
  if (entry === undefined) return 'portcullis --help';
  const member = 'commands' in entry && entry.commands.find(({ name }) => name === words[1]);
  return ['portcullis', entry.name, ...(member ? [member.name] : []), '--help'].join(' ');
}
