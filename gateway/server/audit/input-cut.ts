// What events say of an input that isn't whole: `policy diff --from-audit` reads it, and tries policies that don't need it.

/** `claims` of an identity, and texts by their place in the input. */
export function inputCut(
  claims: readonly string[],
  texts: readonly string[],
): Readonly<{ input_cut?: string }> {
  const cuts = [
    ...(claims.length === 0 ? [] : [`claims are left out: ${claims.join(', ')}`]),
    ...(texts.length === 0 ? [] : [`texts are cut: ${texts.join(', ')}`]),
  ];
  return cuts.length === 0 ? {} : { input_cut: cuts.join('; ') };
}
