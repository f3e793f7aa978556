import 'reflect-metadata';
import type { ExecutionContext } from '@nestjs/common';
import type { FlagRequirement } from './flag-requirement.js';

/** What the decorators on a handler and on its class say about flags. */
export interface HandlerFlags {
  /** `@SkipFlags()`: no visit is opened. */
  readonly skipped: boolean;
  /** The keys that are read, as far as declared. */
  readonly keys: readonly string[];
  /** What must hold for the handler to run: all of it. */
  readonly requirements: readonly FlagRequirement[];
}

type Handler = ReturnType<ExecutionContext['getHandler']>;
type HandlerClass = ReturnType<ExecutionContext['getClass']>;

const KEYS = 'nestjs-vwo:keys';
const REQUIREMENTS = 'nestjs-vwo:requirements';
const SKIPPED = 'nestjs-vwo:skipped';

/** Reflection is slow, and a handler's decorators never change: asked once per handler, not per request. */
const known = new WeakMap<Handler, Map<HandlerClass, HandlerFlags>>();

/** What is declared on the handler that is about to run, and on its class. */
export function flagsOn(context: ExecutionContext): HandlerFlags {
  const handler = context.getHandler();
  const handlerClass = context.getClass();
  return known.get(handler)?.get(handlerClass) ?? learn(handler, handlerClass);
}

/** Adds to what a class or a method declares; what was declared before stays. */
export function declareKeys(keys: readonly string[], target: object, property?: string | symbol): void {
  add(KEYS, keys, target, property);
}

export function declareRequirement(requirement: FlagRequirement, target: object): void {
  add(REQUIREMENTS, [requirement], target);
}

/** What was required of this class, or of this method, so far. */
export function requirementsOn(target: object): readonly FlagRequirement[] {
  return declared<FlagRequirement>(REQUIREMENTS, target);
}

export function declareSkipped(target: object): void {
  add(SKIPPED, [true], target);
}

function learn(handler: Handler, handlerClass: HandlerClass): HandlerFlags {
  const requirements = [...requirementsOn(handlerClass), ...requirementsOn(handler)];
  const keys = [
    ...declared<string>(KEYS, handlerClass),
    ...requirements.map(({ key }) => key),
    ...declared<string>(KEYS, handler),
    ...keysOfParameters(handler, handlerClass),
  ];
  const skipped = declared(SKIPPED, handlerClass).length + declared(SKIPPED, handler).length > 0;
  const flags: HandlerFlags = { skipped, requirements, keys: [...new Set(keys)] };
  const byClass = known.get(handler) ?? new Map<HandlerClass, HandlerFlags>();
  known.set(handler, byClass.set(handlerClass, flags));
  return flags;
}

function add(kind: string, values: readonly unknown[], target: object, property?: string | symbol): void {
  const before = declared(kind, target, property);
  // A new list each time: a subclass that declares more must not declare it for its parent too.
  if (property === undefined) Reflect.defineMetadata(kind, [...before, ...values], target);
  else Reflect.defineMetadata(kind, [...before, ...values], target, property);
}

function declared<T>(kind: string, target: object, property?: string | symbol): readonly T[] {
  const values: unknown =
    property === undefined ? Reflect.getMetadata(kind, target) : Reflect.getMetadata(kind, target, property);
  return (values as readonly T[] | undefined) ?? [];
}

/** Parameters are declared on class and property, as Nest does it: another decorator may replace the method later. */
function keysOfParameters(handler: Handler, handlerClass: HandlerClass): readonly string[] {
  for (let level: unknown = handlerClass.prototype; level; level = Object.getPrototypeOf(level)) {
    for (const name of Reflect.ownKeys(level as object)) {
      if (Object.getOwnPropertyDescriptor(level, name)?.value === handler) return declared(KEYS, handlerClass, name);
    }
  }
  return [];
}
