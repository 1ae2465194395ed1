export { type Command, CommandError, type Invocation, type Terminal, UsageError } from './command.ts';
export { runCommandLine } from './run-command-line.ts';
