/** `node --import ./scripts/typescript.mjs FILE.ts` runs TypeScript sources without building them first, as Jest does. */
import { register } from 'node:module';

register('./typescript.hooks.mjs', import.meta.url);
