// Attacks that work, each with the reason why that is so: any other one that does fails the lane.
export const knownLeaks: Readonly<Record<string, string>> = {
  'own-catalog-leak-13':
    'the server says which names it knows before the policy is asked: what stands in its catalogs is no secret',
  'own-catalog-leak-14': 'as own-catalog-leak-13',
  'own-catalog-leak-15': 'as own-catalog-leak-13',
  'own-catalog-leak-19': 'the row type of a table can be named without the table: its columns are no secret',
};
