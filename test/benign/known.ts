// Honest work that is disturbed, each with the reason why that is so: any other that is fails the lane.
export const knownDisturbances: Readonly<Record<string, string>> = {
  'crud-29': 'a list of keys is not the key of one row: the profile wants an approval',
  'crud-30': 'as crud-29',
  'masked-aggregate-09': 'a condition on a masked column, if only whether there is a value',
};
