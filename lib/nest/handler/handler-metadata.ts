import 'reflect-metadata';
import type { ExecutionContext } from '@nestjs/common';

export type Handler = ReturnType<ExecutionContext['getHandler']>;
export type HandlerClass = ReturnType<ExecutionContext['getClass']>;

/** What is about to run: Nest's context, or the part of it that says so. */
export type HandlerPlace = Pick<ExecutionContext, 'getHandler' | 'getClass'>;

/** Adds to what is declared. A new list each time: a subclass that declares more must not declare it for its parent too. */
export function addMetadata(kind: string, value: unknown, target: object, property?: string | symbol): void {
  const values = [...metadata(kind, target, property), value];
  if (property === undefined) Reflect.defineMetadata(kind, values, target);
  else Reflect.defineMetadata(kind, values, target, property);
}

/** What was declared so far on a class or method, or on those that it inherits from. */
export function metadata<T>(kind: string, target: object, property?: string | symbol): readonly T[] {
  const values: unknown =
    property === undefined ? Reflect.getMetadata(kind, target) : Reflect.getMetadata(kind, target, property);
  return (values as readonly T[] | undefined) ?? [];
}

/** Reflection is slow, and a handler's decorators never change: they are read once per handler, not per request. */
export function oncePerHandler<T>(
  read: (handler: Handler, handlerClass: HandlerClass) => T,
): (context: HandlerPlace) => T {
  const known = new WeakMap<Handler, Map<HandlerClass, T>>();
  return (context) => {
    const handler = context.getHandler();
    const handlerClass = context.getClass();
    let byClass = known.get(handler);
    if (!byClass) known.set(handler, (byClass = new Map()));
    let found = byClass.get(handlerClass);
    if (found === undefined) byClass.set(handlerClass, (found = read(handler, handlerClass)));
    return found;
  };
}
