// Interfaces that an application adds to, by `declare module 'nestjs-vwo'`. The build has one declaration of this file, so that
// what is added counts for ES modules and CommonJS alike.

/**
 * The flags of the account, by key, for the client without a name. Empty, and every key is a text, until the application adds to
 * it: by the file that `npx nestjs-vwo types` writes, or by hand. What a flag leaves out stays as loose as without a type.
 *
 * ```ts
 * declare module 'nestjs-vwo' {
 *   interface VwoFlags {
 *     'new-checkout': { variation: 'fast' | 'slow'; variables: { discount: number } };
 *   }
 * }
 * ```
 */
export interface VwoFlags {} // eslint-disable-line @typescript-eslint/no-empty-object-type

/**
 * The same for clients with a name (`VwoModule.forRoot({ name: 'partners' })`): their flags, by the name.
 *
 * ```ts
 * declare module 'nestjs-vwo' {
 *   interface VwoClientFlags {
 *     partners: { rebate: { variation: 'Default'; variables: { percent: number } } };
 *   }
 * }
 * ```
 */
export interface VwoClientFlags {} // eslint-disable-line @typescript-eslint/no-empty-object-type
