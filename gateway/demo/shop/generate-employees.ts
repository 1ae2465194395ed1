// The sample employees and their yearly reviews.

import { dateOnly, timeWithin } from './dates.ts';
import { iban } from './numbers.ts';
import type { Random } from './random.ts';
import { firstNames, jobs, lastNames, reviewTexts } from './words.ts';

const count = 60;

type Employee = ReturnType<typeof employee>;

export function generateEmployees(random: Random) {
  const employees = Array.from({ length: count }, (_, index) => employee(random, index + 1));
  const reviews = employees.flatMap(({ id }) => [2024, 2025].map((year) => ({ employee_id: id, year })));
  return { employees, reviews: reviews.map((about, index) => review(random, index + 1, about)) };
}

/** The first one leads the company; every tenth leads a team. */
function employee(random: Random, id: number) {
  const first = random.pick(firstNames);
  const last = random.pick(lastNames);
  const department = random.pick(Object.keys(jobs) as (keyof typeof jobs)[]);
  const lead = Math.floor((id - 1) / 10) * 10 + 1;
  return {
    id,
    name: `${first} ${last}`,
    email: `${first}.${last}.${id}@shop.example`.toLowerCase(),
    title: id === 1 ? 'Managing director' : random.pick<string>(jobs[department]),
    department: id === 1 ? 'Management' : department,
    manager_id: id === 1 ? null : lead === id ? 1 : lead,
    salary: (random.between(32, 95) * 1000 + (lead === id ? 30_000 : 0)).toFixed(2),
    iban: iban(random),
    hired_on: dateOnly(timeWithin(random, 3000)),
  };
}

function review(random: Random, id: number, about: { employee_id: Employee['id']; year: number }) {
  return { id, ...about, rating: random.pick([2, 3, 3, 4, 4, 5]), comment: random.pick(reviewTexts) };
}
