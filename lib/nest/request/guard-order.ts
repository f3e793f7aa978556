import 'reflect-metadata';
import { type CanActivate, type ExecutionContext, Logger, type Type } from '@nestjs/common';

/** Nest's own key; 12 exports it nowhere public. */
const GUARDS = '__guards__';

const said = new WeakSet<object>();

/** Says once per handler that guards follow which may be the ones that log the user in. */
export function warnOfLaterGuards(context: ExecutionContext, own: Type<CanActivate>): void {
  const handler = context.getHandler();
  if (said.has(handler)) return;
  said.add(handler);
  const guards = [...guardsOn(context.getClass()), ...guardsOn(handler)];
  const later = guards.slice(guards.indexOf(own) + 1).filter((guard) => guard !== own);
  if (later.length === 0) return;
  const names = later.map((guard) => (typeof guard === 'function' ? guard.name : guard.constructor.name)).join(', ');
  new Logger('Vwo').warn(
    `@RequireFlag refused ${context.getClass().name}.${handler.name} because nobody was known yet, and ${names} comes later. ` +
      'Nest runs guards from the bottom up: put @RequireFlag above @UseGuards, or log in on the class or globally.',
  );
}

function guardsOn(target: object): readonly (Type<CanActivate> | CanActivate)[] {
  return (Reflect.getMetadata(GUARDS, target) as readonly Type<CanActivate>[] | undefined) ?? [];
}
