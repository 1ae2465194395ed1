// A revocation as the gateway's admin side shows it, and the questions about them.

import type { AdminApi } from '../admin-api.ts';

export type RevocationDocument = Readonly<{
  id: string;
  kind: string;
  value: string;
  resource?: string;
  reason?: string;
  by: string;
  at: string;
  until?: string;
}>;

export async function revocationsInForce(api: AdminApi): Promise<readonly RevocationDocument[]> {
  const document = await api.ask('GET', '/v1/revocations');
  return (document as { revocations: readonly RevocationDocument[] }).revocations;
}

export async function liftRevocation(api: AdminApi, id: string): Promise<void> {
  await api.ask('DELETE', `/v1/revocations/${id}`);
}
