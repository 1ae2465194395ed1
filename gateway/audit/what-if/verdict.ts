// What a decision comes to, and what becomes of a statement when another policy decides.

export type Verdict = Readonly<{ effect: string; rule: string }>;

/** From the strictest on. A decision that is none denies, as it does in the gateway. */
const effects = ['deny', 'require_approval', 'mask', 'allow'];

export const becoming = ['newly-denied', 'newly-held', 'newly-masked', 'newly-allowed', 'otherwise'] as const;
/** `otherwise`: the same effect, by another rule, or with other masks, limits or terms. */
export type Becoming = (typeof becoming)[number];

export const directions = ['tightened', 'loosened'] as const;
export type Direction = (typeof directions)[number];

export function verdictOf(decision: unknown): Verdict {
  const { effect, rule } = (decision ?? {}) as Partial<Verdict>;
  const known = typeof effect === 'string' && effects.includes(effect);
  return { effect: known ? effect : 'deny', rule: typeof rule === 'string' ? rule : 'gateway.undecided' };
}

export function becomes(from: Verdict, to: Verdict): Becoming {
  if (from.effect === to.effect) return 'otherwise';
  return becoming[effects.indexOf(to.effect)] as Becoming;
}

/** Undefined: the effect is the same. Of masks that differ nobody can say which is the stricter one. */
export function directionOf(from: Verdict, to: Verdict): Direction | undefined {
  const step = effects.indexOf(to.effect) - effects.indexOf(from.effect);
  if (step === 0) return undefined;
  return step < 0 ? 'tightened' : 'loosened';
}
