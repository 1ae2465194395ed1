// Lower case without accents, and the two ways in which umlauts are written without them.

const umlauts: Readonly<Record<string, string>> = { ä: 'ae', ö: 'oe', ü: 'ue' };

/** One spelling, or two where there is an umlaut: "fuhrer" and "fuehrer". */
export function spellings(word: string): readonly string[] {
  const lower = word.normalize('NFC').toLowerCase().replaceAll('ß', 'ss');
  const bare = withoutAccents(lower);
  const long = withoutAccents(lower.replace(/[äöü]/g, (letter) => umlauts[letter] ?? letter));
  return long === bare ? [bare] : [bare, long];
}

const withoutAccents = (word: string): string => word.normalize('NFD').replace(/\p{M}/gu, '');
