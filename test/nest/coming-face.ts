import type { ExecutionContext, PipeTransform, Type } from '@nestjs/common';
import * as entry from '../../lib/index.js';

interface OfClient {
  /** The name of the module whose flag this is. */
  readonly client: string;
}

type Pipes = readonly (Type<PipeTransform> | PipeTransform)[];
type HandlerOrClass = ClassDecorator & MethodDecorator;

/** What the entry point will export and take: the tests of it are written before it is there. */
export interface ComingFace {
  InjectVwo(name: string): ParameterDecorator;
  getVwoToken(name: string): string;
  Flag(key: string, options: OfClient, ...pipes: Pipes): ParameterDecorator;
  FlagEnabled(key: string, options: OfClient, ...pipes: Pipes): ParameterDecorator;
  UseFlags(keys: readonly string[], options: OfClient): HandlerOrClass;
  RequireFlag(key: string, options: OfClient): HandlerOrClass;
  readonly VwoGuard: Type<{ canActivate(context: ExecutionContext): Promise<boolean> }>;
}

export const coming = entry as unknown as ComingFace;

/** `VwoModule.forRoot({ name: 'b', … })`. */
export const named = (name: string, options: entry.VwoModuleOptions): entry.VwoModuleOptions =>
  ({ name, ...options }) as entry.VwoModuleOptions;
