// Tests that pass direct and can't pass through a gateway that holds the credential, each with its reason.

export type KnownDifference = Readonly<{ test: string; reason: string }>;

export const knownDifferences: readonly KnownDifference[] = [
  {
    test: 'insert-conflict-specconflict',
    reason: 'looks sessions up by their application_name, to which the gateway adds who they are',
  },
];
