import { BACKGROUND } from './background.js';
import { GATEWAYS } from './gateways.js';
import { GRAPHQL } from './graphql.js';
import { HTTP } from './http.js';
import { HYBRID } from './hybrid.js';
import { MICROSERVICES } from './microservices.js';
import type { Transport } from './transport.js';

/** Every way in which work comes to an application. */
export const TRANSPORTS: readonly Transport[] = [
  ...HTTP,
  ...GRAPHQL,
  ...GATEWAYS,
  ...MICROSERVICES,
  ...HYBRID,
  ...BACKGROUND,
];
