// The demo's configuration file, written as a newcomer might write it.

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { auditorKey } from './auditor-key.ts';
import type { Ports } from './free-port.ts';
import { policyFiles } from './policy.ts';
import { gatewayRole, resolverRole, shopDatabase } from './shop/load.ts';

export async function writeConfiguration(folder: string, ports: Ports, issuer: string): Promise<string> {
  const file = join(folder, 'portcullis.yaml');
  await writeFile(
    file,
    `# The demo's configuration. Written anew at each start.
listen: { host: 127.0.0.1, port: ${ports.gateway} }
data_dir: .
# Health and metrics, and what approvers ask and answer.
admin: { port: ${ports.admin} }
identity:
  # The demo's issuer runs on this machine: no clocks to differ.
  clock_skew_seconds: 0
  issuers:
    - issuer: ${issuer}
      audience: portcullis
      claims: { groups: groups, kind: agent_kind }
  # What \`portcullis keys create --config\` with this file writes.
  access_keys: { file: keys.json }
policy:
  bundles:
    # Its rules are in policy/policies/access/data.yaml; the command that builds it stands in the invitation.
    - { name: shop, url: ${policyFiles.bundle}, signing: { key: ${policyFiles.publicKey} } }
# Everything is on the record, with the rows as they were shown; only the auditor's key opens these.
audit:
  record: full
  recordings: { public_key_file: ${auditorKey.public} }
resources:
  # What clients name as their database.
  - name: shop
    upstream: { host: 127.0.0.1, port: ${ports.database}, database: ${shopDatabase}, sslmode: disable }
    credentials:
      default: { kind: static, user: ${gatewayRole}, password_file: gateway.password }
      # For asking the database what the names in a statement mean; it can read no table.
      resolver: { kind: static, user: ${resolverRole}, password_file: resolver.password }
    labels: { env: demo }
`,
  );
  return file;
}
