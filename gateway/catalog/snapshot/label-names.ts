// What labels are called, wherever they come from.

const labelName = /^[A-Za-z0-9_]+(?:[.:/-][A-Za-z0-9_]+)*$/;

export const labelNameForm = 'letters, digits and _, in parts between . : / or -, such as pii.ssn';

export function isLabelName(text: string): boolean {
  return labelName.test(text);
}

/** The names in a list between commas; undefined when one of them is no name of a label. */
export function readLabelNames(text: string): readonly string[] | undefined {
  const names = text.split(',').map((name) => name.trim());
  return names.every(isLabelName) ? names : undefined;
}
