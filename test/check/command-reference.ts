// The command reference of docs/: what each command's --help prints.
import { commands } from '../../gateway/cli/commands.ts';
import { commandHelp } from '../../gateway/cli/help.ts';

export async function commandReference(): Promise<string> {
  const rows = commands.map(({ name, summary }) => `| \`${name}\` | ${summary} |`);
  const entries = commands.flatMap((entry) => ('commands' in entry ? entry.commands : [entry]));
  const helps = await Promise.all(entries.map(async ({ load }) => describe(await load())));
  return ['| Command | |', '|---|---|', ...rows, '', ...helps].join('\n').trimEnd();
}

function describe(command: Parameters<typeof commandHelp>[0]): string {
  return `## \`portcullis ${command.name}\`\n\n\`\`\`text\n${commandHelp(command).trimEnd()}\n\`\`\`\n`;
}
