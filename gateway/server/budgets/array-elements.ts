// The elements of an array as clients send it, whose values are compared one by one.

/** As text: `{a,"b c",NULL}`, also of several dimensions; NULL is no value. Undefined: it is no array. */
export function textElements(text: string): readonly string[] | undefined {
  const from = text.indexOf('{');
  // Bounds may stand in front of it: `[0:1]={a,b}`.
  if (from === -1 || !/^\s*(?:(?:\[[\d:+-]+\])+=)?$/.test(text.slice(0, from))) return undefined;
  const elements: string[] = [];
  let element = '';
  let isQuoted = false;
  let isText = false;
  const end = (): void => {
    const plain = isText ? element : element.trim();
    if (isText || (plain !== '' && plain.toUpperCase() !== 'NULL')) elements.push(plain);
    element = '';
    isText = false;
  };
  for (let at = from; at < text.length; at++) {
    const character = text[at] as string;
    if (character === '\\') {
      at += 1;
      element += text[at] ?? '';
      isText = true;
    } else if (character === '"') {
      isQuoted = !isQuoted;
      isText = true;
    } else if (isQuoted) element += character;
    else if (character === ',' || character === '}') end();
    else if (character !== '{') element += character;
  }
  return isQuoted || element.trim() !== '' ? undefined : elements;
}

/** As bytes. Undefined: they are not laid out as those of an array. */
export function binaryElements(bytes: Buffer): readonly string[] | undefined {
  if (bytes.length < 12) return undefined;
  const dimensions = bytes.readInt32BE(0);
  let at = 12 + dimensions * 8;
  if (dimensions < 0 || dimensions > 6 || at > bytes.length) return undefined;
  const elements: string[] = [];
  while (at < bytes.length) {
    if (at + 4 > bytes.length) return undefined;
    const length = bytes.readInt32BE(at);
    at += 4;
    if (length < -1 || at + length > bytes.length) return undefined;
    if (length >= 0) elements.push(bytes.toString('latin1', at, at + length));
    at += Math.max(0, length);
  }
  return elements;
}
