// Checks the roles that the statements of clients run as: what they may do, no policy can be surer of than the server.

import { checkLoginRole } from '../../catalog/index.ts';
import type { ResourceConfig } from '../../config/index.ts';
import { askDatabase } from './ask-database.ts';
import { type Finding, good, warning } from './finding.ts';

/** Of each credential but the resolver's, which is looked at apart. Whether the database can be reached is, too. */
export async function checkLoginRoles(resource: ResourceConfig, at: string): Promise<Finding[]> {
  const credentials = Object.entries(resource.credentials).filter(([name]) => name !== 'resolver');
  const found = await Promise.all(
    credentials.map(([name, { user }]) => checkCredential(resource, name, user, `${at}.credentials.${name}`)),
  );
  return found.flat();
}

async function checkCredential(
  resource: ResourceConfig,
  name: string,
  user: string,
  about: string,
): Promise<Finding[]> {
  try {
    const findings = await askDatabase(resource, name, checkLoginRole);
    if (findings.length === 0)
      return [good(about, `${user} owns nothing and may only use what it was given`)];
    const fix = `Whatever a policy overlooks, it can do. portcullis role-sql prints a role that has less.`;
    return findings.map(({ what }, index) =>
      warning(about, `${user} ${what}`, index === findings.length - 1 ? fix : undefined),
    );
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return [warning(about, `the rights of ${user} could not be looked at: ${reason}`)];
  }
}
