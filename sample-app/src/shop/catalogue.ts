export interface Product {
  readonly id: string;
  readonly name: string;
  readonly origin: string;
  readonly notes: string;
  /** In cents. */
  readonly price: number;
  /** The colour of its bag. */
  readonly colour: 'rust' | 'moss' | 'sky' | 'plum';
}

export const CATALOGUE: readonly Product[] = [
  {
    id: 'yirgacheffe',
    name: 'Yirgacheffe',
    origin: 'Ethiopia',
    notes: 'Jasmine, lemon, honey',
    price: 1400,
    colour: 'rust',
  },
  { id: 'huila', name: 'Huila', origin: 'Colombia', notes: 'Caramel, red apple', price: 1250, colour: 'moss' },
  { id: 'kintamani', name: 'Kintamani', origin: 'Bali', notes: 'Orange, cacao, spice', price: 1300, colour: 'sky' },
  {
    id: 'sul-de-minas',
    name: 'Sul de Minas',
    origin: 'Brazil',
    notes: 'Hazelnut, milk chocolate',
    price: 1100,
    colour: 'plum',
  },
];

export function productOf(id: unknown): Product | undefined {
  return CATALOGUE.find((product) => product.id === id);
}
