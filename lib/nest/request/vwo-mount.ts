/** What opens the visits of a module: the option `mount`. */
export type VwoMount = 'interceptor' | 'guard' | 'middleware';

/** Who asks for the visits of a request: what a module is mounted as, or the interceptor that a handler binds itself. */
export type VisitAsker = VwoMount | 'handler';

/** How a module is bound to handlers. */
export interface Binding {
  /** Undefined: to none, with `interceptor: false`. */
  readonly mount: VwoMount | undefined;
  /** Whether its visit is opened for every handler, and not only for those that name its client. */
  readonly everywhere: boolean;
}
