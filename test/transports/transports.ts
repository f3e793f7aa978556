import { BACKGROUND } from './background.js';
import { GATEWAYS } from './gateways.js';
import { HTTP } from './http.js';
import { MICROSERVICES } from './microservices.js';
import type { Transport } from './transport.js';

/** Every way in which work comes to an application. */
export const TRANSPORTS: readonly Transport[] = [...HTTP, ...GATEWAYS, ...MICROSERVICES, ...BACKGROUND];
