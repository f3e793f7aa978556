import { Flag } from 'nestjs-vwo';

/** Does not compile: the flags of the account are typed by `npx nestjs-vwo types`. */
// @ts-expect-error no such flag
export const Misspelt = () => Flag('new-chekout');
