// The sample products.

import type { Random } from './random.ts';
import { categories, finishes, tags } from './words.ts';

export type Product = Readonly<{ id: number; price: string }> & Readonly<Record<string, unknown>>;

export function generateProducts(random: Random): Product[] {
  const products: Product[] = [];
  for (const [category, names] of Object.entries(categories)) {
    for (const name of names) {
      for (const finish of finishes.filter(() => random.chance(0.7))) {
        const id = products.length + 1;
        const price = random.between(500, 30_000) / 100;
        products.push({
          id,
          sku: `${category.slice(0, 3).toUpperCase()}-${String(id).padStart(4, '0')}`,
          name: `${name}, ${finish}`,
          category,
          price: price.toFixed(2),
          cost: (price * (0.35 + random.next() * 0.3)).toFixed(2),
          in_stock: random.between(0, 400),
          tags: tags.filter(() => random.chance(0.2)),
        });
      }
    }
  }
  return products;
}
