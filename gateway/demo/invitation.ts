// What the demo prints once everything runs: how to connect as whom, and what to try.

import { auditorKey } from './auditor-key.ts';
import type { Ports } from './free-port.ts';
import { demoIdentities } from './identities.ts';
import { policyFiles } from './policy.ts';
import type { Screen } from './screen.ts';

export type InvitationPlaces = Readonly<{
  /** The demo's folder and the command's file, as somebody in this folder would type them. */
  folder: string;
  command: string;
  hasPsql: boolean;
  clientId: string;
}>;

export function printInvitation(
  screen: Screen,
  ports: Ports,
  issuer: string,
  places: InvitationPlaces,
): void {
  const { folder, command, hasPsql, clientId } = places;
  const config = quoted(`${folder}/portcullis.yaml`);
  screen.line();
  screen.line(screen.style('bold', 'Three identities can log in. Paste a line into another terminal:'));
  for (const { account, title, file, try: tries } of demoIdentities) {
    screen.line();
    screen.line(`${screen.style(['bold', 'cyan'], title)} ${screen.style('dim', `(${account})`)}`);
    screen.line();
    screen.line(
      `  ${connectLine({ tokenFile: `${folder}/${file}`, port: ports.gateway, hasPsql, command })}`,
    );
    screen.line();
    for (const { what, sql } of tries) {
      screen.line(`  ${screen.style('dim', `${what}:`)}`);
      screen.line(`    ${sql}`);
    }
  }
  screen.line();
  screen.line(screen.style('bold', 'Or log in yourself, with the browser:'));
  screen.line();
  screen.line(
    `  ${command} login --issuer ${issuer} --client-id ${clientId} --gateway 127.0.0.1:${ports.gateway}`,
  );
  screen.line(`  ${command} ${hasPsql ? 'psql' : 'sql'} shop`);
  screen.line();
  screen.line(screen.style('bold', 'What waits for approval, and its approval by the administrator:'));
  screen.line();
  const admin = `--admin http://127.0.0.1:${ports.admin} --token-file ${quoted(`${folder}/dba.token`)}`;
  screen.line(`  ${command} approvals list ${admin}`);
  screen.line(`  ${command} approvals approve ID ${admin}`);
  screen.line();
  screen.line(
    screen.style('bold', 'What a statement touches, as policies see it, and which columns are labelled:'),
  );
  screen.line();
  screen.line(`  ${command} explain --config ${config} 'SELECT * FROM open_tickets LIMIT 5'`);
  screen.line(`  ${command} catalog --config ${config} --labels-only`);
  screen.line();
  screen.line(
    screen.style('bold', 'Who read a column, what a session did, and that nobody has changed the record:'),
  );
  screen.line();
  screen.line(`  ${command} audit query --column public.customers.ssn --events --config ${config}`);
  screen.line(`  ${command} sessions list ${admin}`);
  screen.line(
    `  ${command} replay SESSION --config ${config} --key ${quoted(`${folder}/${auditorKey.private}`)}`,
  );
  screen.line(`  ${command} audit verify --config ${config}`);
  screen.line();
  screen.line(screen.style('bold', 'Who may do what; a change counts from the next statement on:'));
  screen.line();
  screen.line(`  ${quoted(`${folder}/${policyFiles.rules}`)}`);
  screen.line(
    `  ${command} policy build ${quoted(`${folder}/${policyFiles.repository}`)} --signing-key ${quoted(`${folder}/${policyFiles.privateKey}`)} -o ${quoted(`${folder}/${policyFiles.bundle}`)} --revision mine`,
  );
  screen.line();
  screen.line(`The gateway's configuration is ${config}, its log ${folder}/gateway.log`);
  screen.line(screen.style('bold', 'Ctrl-C stops everything.'));
}

function connectLine(
  about: Readonly<{ tokenFile: string; port: number; hasPsql: boolean; command: string }>,
): string {
  const { tokenFile, port, hasPsql, command } = about;
  return hasPsql
    ? `PGPASSWORD="$(cat ${quoted(tokenFile)})" psql "host=127.0.0.1 port=${port} user=token dbname=shop"`
    : `${command} sql shop --gateway 127.0.0.1:${port} --token-file ${quoted(tokenFile)}`;
}

function quoted(path: string): string {
  return /^[\w./-]+$/.test(path) ? path : `'${path.replaceAll("'", `'\\''`)}'`;
}
