// Honest work that is disturbed, each with the reason why that is so: any other that is fails the lane.
export const knownDisturbances: Readonly<Record<string, string>> = {
  'masked-aggregate-09': 'a condition on a masked column, if only whether there is a value',
  'sql-prepare-05': 'the profile labels the texts of prepared statements, which are masked at its end',
  'work-migrations-04': 'locks of its own are functions that the profile does not list',
  'work-orm-10':
    'what an agent deletes is committed only with approval here, since fifty small deletes are a large one (destructive-39)',
  'work-orm-11': 'the profile grants nobody locks of rows: who locks all of them stops the others',
  'work-orm-12': 'as work-orm-11',
};
