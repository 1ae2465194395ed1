// Checks the login by which the gateway asks a database what names mean: that it is there, enough, and no more.

import { checkResolverRole, ownSchemas, type RoleFinding, resolverRoleSql } from '../../catalog/index.ts';
import type { Config, ResourceConfig } from '../../config/index.ts';
import { primaryOf } from '../../upstream/index.ts';
import { askDatabase } from './ask-database.ts';
import { bad, type Finding, good, warning } from './finding.ts';

/** Without leaving the machine: nothing when the credential is there, and else the SQL that makes its role. */
export function checkResolverCredentials({ resources }: Config): Finding[] {
  return resources.flatMap((resource, index) =>
    resource.credentials.resolver === undefined ? [missing(resource, `resources[${index}]`, ['public'])] : [],
  );
}

/** From the database: what the role lacks and has too much, or the SQL for the schemas that are there. */
export async function checkResolverOnline(resource: ResourceConfig, at: string): Promise<Finding[]> {
  const { host, port, database } = resource.upstream;
  const about = `${at}.credentials.resolver`;
  if (resource.credentials.resolver === undefined) {
    return askDatabase(primaryOf(resource), 'default', ownSchemas).then(
      (schemas) => [missing(resource, at, schemas)],
      (error: unknown) => [
        missing(resource, at, ['public'], ` (its schemas could not be read: ${reasonOf(error)})`),
      ],
    );
  }
  try {
    const findings = await askDatabase(primaryOf(resource), 'resolver', checkResolverRole);
    if (findings.length === 0)
      return [good(about, `${resource.credentials.resolver.user} may ask ${database}, and nothing else`)];
    return findings.map((finding) => graded(about, finding));
  } catch (error) {
    return [bad(about, `${database} at ${host}:${port} could not be asked: ${reasonOf(error)}`)];
  }
}

function missing(
  { upstream: { database } }: ResourceConfig,
  at: string,
  schemas: readonly string[],
  doubt = '',
): Finding {
  return warning(
    `${at}.credentials.resolver`,
    'absent: what the names in statements mean is not known, so that all of them are opaque',
    `An administrator makes its role in ${database} like this${doubt}:\n\n${resolverRoleSql({ role: 'portcullis_resolver', database, schemas })}`,
  );
}

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

function graded(about: string, { kind, what }: RoleFinding): Finding {
  switch (kind) {
    case 'lacks':
      // Without one of these some statements are opaque, and without the others all of them.
      return what.startsWith('USAGE on schemas') || what.startsWith('USAGE on types')
        ? warning(about, `lacks ${what}`, 'Statements that name something in there are opaque.')
        : bad(about, `lacks ${what}`, 'Without it every statement is opaque.');
    case 'too_much':
      return warning(about, what, 'It needs no such right: whoever takes this credential has it too.');
    case 'notice':
      return warning(
        about,
        what,
        'What they do is rolled back with the probe, but not what they do elsewhere.',
      );
    default:
      return kind satisfies never;
  }
}
