import fc from 'fast-check';
import { SeededRandom } from '../differential/seeded-random.js';
import type { FuzzCases } from './fuzz.target.js';

/** How long a case that fails may be made smaller, in ms. */
const SHRINKING = 20_000;

/** What holds for all that is drawn. */
export interface Property<T> {
  readonly drawn: fc.Arbitrary<T>;
  /** Throws or rejects where it does not hold. */
  check(given: T): void | Promise<void>;
}

/** As fast-check asserts it, for specs. */
export function asserted<T>(property: Property<T>): fc.IAsyncProperty<[T]> {
  return fc.asyncProperty(property.drawn, async (given) => property.check(given));
}

/** Which of the properties, and what it is given. */
export interface PropertyCase {
  readonly property: string;
  readonly given: unknown;
}

/** Cases of several properties in turn. */
export class PropertyCases implements FuzzCases<PropertyCase> {
  private readonly names: readonly string[];

  constructor(private readonly properties: Readonly<Record<string, Property<unknown>>>) {
    this.names = Object.keys(properties);
  }

  draw(seed: number, n: number): PropertyCase {
    const property = this.names[n % this.names.length] ?? '';
    let given: unknown;
    const noting = fc.property(this.named(property).drawn, (drawn: unknown) => void (given = drawn));
    fc.check(noting, parameters(seed, n));
    return { property, given };
  }

  async check({ property, given }: PropertyCase): Promise<void> {
    await this.named(property).check(given);
  }

  async smaller(found: PropertyCase, seed: number, n: number): Promise<PropertyCase> {
    const details = await fc.check(asserted(this.named(found.property)), {
      ...parameters(seed, n),
      interruptAfterTimeLimit: SHRINKING,
    });
    return details.counterexample ? { ...found, given: details.counterexample[0] } : found;
  }

  private named(name: string): Property<unknown> {
    const property = this.properties[name];
    if (!property) throw new Error(`there is no property "${name}": ${this.names.join(', ')}`);
    return property;
  }
}

function parameters(seed: number, n: number) {
  return { seed: new SeededRandom(seed, n).int(-0x80000000, 0x7fffffff), numRuns: 1 };
}
