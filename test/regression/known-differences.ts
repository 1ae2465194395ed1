// Tests that pass direct and can't pass through a gateway that holds the credential, each with its reason.

export type KnownDifference = Readonly<{ test: string; reason: string }>;

export const knownDifferences: readonly KnownDifference[] = [];
