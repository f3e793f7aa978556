import type { DynamicModule } from '@nestjs/common';
import { requestOf, VwoModule, type VwoModuleOptions, type VwoMount } from '../../lib/index.js';
import { type Platform, PLATFORMS } from '../e2e/nest-app.js';

/** Every way in which `VwoModule` is bound to handlers, on every platform. */
export const MOUNTED: readonly (readonly [mount: VwoMount, platform: Platform])[] = (
  ['interceptor', 'guard', 'middleware'] as const
).flatMap((mount) => PLATFORMS.map((platform) => [mount, platform] as const));

/** `VwoModule`, mounted so. A middleware comes before the guard that logs in: who it is, is read from the header by which that guard knows it. */
export function mounted(mount: VwoMount, options: VwoModuleOptions): DynamicModule {
  return VwoModule.forRoot({ ...(mount === 'middleware' && { user: byHeader }), ...options, mount });
}

const byHeader: VwoModuleOptions['user'] = (context) => {
  const id = requestOf<{ headers: Record<string, string | undefined> }>(context)?.headers['x-user-id'];
  return id ? { id } : undefined;
};
