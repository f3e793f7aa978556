/** The flags of an account, whichever product it is of: what the commands show and write types of. */
export interface Account {
  readonly product: Product;
  readonly accountId: string;
  /** In the order of their keys. */
  readonly flags: readonly AccountFlag[];
}

/** VWO's product: Feature Management & Experimentation, or Full Stack. */
export type Product = 'fme' | 'full-stack';

export const PRODUCTS: readonly Product[] = ['fme', 'full-stack'];

export interface AccountFlag {
  readonly key: string;
  /** `feature`; of Full Stack the type of the campaign. */
  readonly kind: string;
  /** Whether there is a rule that may let users in. */
  readonly isOn: boolean;
  readonly rules: readonly AccountRule[];
  /** The keys of all variations that a user may be in, sorted. */
  readonly variations: readonly string[];
  /** All variables of all variations, sorted by name, with each value that there is. */
  readonly variables: readonly AccountVariable[];
}

export interface AccountRule {
  readonly kind: string;
  readonly key: string;
  /** How many of its users get in, 0 to 100. */
  readonly percent: number;
  readonly variations: readonly { readonly key: string; readonly weight: number }[];
}

export interface AccountVariable {
  readonly name: string;
  readonly values: readonly unknown[];
}

interface VariationOfFlag {
  readonly key: string;
  readonly variables: readonly { readonly key: string; readonly value: unknown }[];
}

/** The names and variables of variations, whatever the order in which the settings have them. */
export function variationsOf(all: readonly VariationOfFlag[]): Pick<AccountFlag, 'variations' | 'variables'> {
  const values = new Map<string, unknown[]>();
  for (const { key, value } of all.flatMap(({ variables }) => variables)) {
    const known = values.get(key);
    if (known) known.push(value);
    else values.set(key, [value]);
  }
  return {
    variations: [...new Set(all.map(({ key }) => key))].sort(),
    variables: [...values].map(([name, some]) => ({ name, values: some })).sort(byName),
  };
}

export function byKey(a: { readonly key: string }, b: { readonly key: string }): number {
  return inOrder(a.key, b.key);
}

function byName(a: AccountVariable, b: AccountVariable): number {
  return inOrder(a.name, b.name);
}

/** By code units: the same on every machine. */
function inOrder(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
