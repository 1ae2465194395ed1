// Whether the facts of a statement are those of all statements of its shape.
import { hasFreeArguments } from '../../sql/index.ts';

type CalledFunctions = Readonly<{
  functions: readonly Readonly<{ name: string; builtin: boolean }>[];
}>;

/**
 * A shape goes by the names of functions. When one that it takes for the server's own turns out to be somebody's, which
 * may do with its arguments whatever it likes, each text has facts of its own. So it has where set_config is called: what a
 * column equals may be the name of a setting.
 */
export function sharedByShape({ functions }: CalledFunctions): boolean {
  return functions.every(({ name, builtin }) => (builtin ? name !== 'set_config' : !hasFreeArguments(name)));
}
