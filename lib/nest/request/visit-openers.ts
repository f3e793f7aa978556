import type { ExecutionContext } from '@nestjs/common';
import { OneInProcess, VwoOptionsError } from '../../common/index.js';
import { flagsOn, type HandlerFlags } from '../handler/index.js';
import type { VisitOpener } from './visit-opener.js';
import type { Binding, VisitAsker, VwoMount } from './vwo-mount.js';

type ByHandler = WeakMap<HandlerFlags, readonly VisitOpener[]>;

const NONE: readonly VisitOpener[] = [];

/** The openers of one application: one for each `VwoModule`, by name. */
@OneInProcess('VisitOpeners')
export class VisitOpeners {
  private readonly claimed = new Set<string | undefined>();
  private readonly byName = new Map<string | undefined, VisitOpener>();
  private readonly bindings = new Map<VisitOpener, Binding>();
  /** Asked once per handler, not per request. */
  private known = unknown();

  /** Throws `VwoOptionsError` when another module has that name. Called before anything is started for it. */
  claim(name: string | undefined): void {
    if (this.claimed.has(name)) throw new VwoOptionsError(takenText(name));
    this.claimed.add(name);
  }

  add(opener: VisitOpener, binding: Binding): VisitOpener {
    const before = this.byName.get(opener.name);
    if (before) this.bindings.delete(before);
    this.byName.set(opener.name, opener);
    this.bindings.set(opener, binding);
    this.known = unknown();
    return opener;
  }

  /** Those that are mounted so, whatever a handler names. */
  mountedAs(mount: VwoMount): readonly VisitOpener[] {
    return [...this.bindings].filter(([, binding]) => binding.mount === mount).map(([opener]) => opener);
  }

  /** Throws `VwoOptionsError` when there is no module of that name. */
  get(name: string | undefined): VisitOpener {
    const found = this.byName.get(name);
    if (found) return found;
    const names = [...this.byName.keys()].map(shownName).join(', ') || 'none';
    throw new VwoOptionsError(
      `There is no VwoModule ${shownName(name)}: give one the option \`name\`. There is: ${names}`,
    );
  }

  /** Those whose visits are opened for this handler by whoever asks. Throws `VwoOptionsError` when it names a client that is not there. */
  of(context: ExecutionContext, asker: VisitAsker): readonly VisitOpener[] {
    const flags = flagsOn(context);
    if (flags.skipped) return NONE;
    const known = this.known[asker];
    const found = known.get(flags);
    if (found) return found;
    const openers = this.named(flags, asker);
    known.set(flags, openers);
    return openers;
  }

  private named(flags: HandlerFlags, asker: VisitAsker): readonly VisitOpener[] {
    const everywhere = [...this.bindings].filter(([, binding]) => binding.everywhere).map(([opener]) => opener);
    const openers = new Set(everywhere);
    for (const name of flags.clients) openers.add(this.get(name));
    const unnamed = this.byName.get(undefined);
    if (unnamed && asker === 'handler') openers.add(unnamed);
    return [...openers].filter((opener) => !flags.ownVisits.includes(opener.name) && this.isAskedBy(opener, asker));
  }

  /** A module that is bound to no handler has its visit opened all the same where a handler names it and somebody asks. */
  private isAskedBy(opener: VisitOpener, asker: VisitAsker): boolean {
    const mount = this.bindings.get(opener)?.mount;
    return asker === 'handler' || mount === undefined || mount === asker;
  }
}

function unknown(): Readonly<Record<VisitAsker, ByHandler>> {
  return { interceptor: new WeakMap(), guard: new WeakMap(), middleware: new WeakMap(), handler: new WeakMap() };
}

function shownName(name: string | undefined): string {
  return name === undefined ? 'without a name' : `with the name "${name}"`;
}

function takenText(name: string | undefined): string {
  const cure =
    "give each further account a name of its own: VwoModule.forRoot({ name: 'second', … }), @InjectVwo('second')";
  if (name === undefined)
    return `\`name\` must be given: the application has a VwoModule without a name already; ${cure}`;
  return `\`name\` must be another than "${name}": the application has a VwoModule of that name already; ${cure}`;
}
