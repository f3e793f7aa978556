import { enterScope } from '../../client/index.js';
import { visitsOf } from './request-visits.js';

/** What the library looks at in the schema of `@nestjs/graphql`. */
export interface GraphqlSchema {
  getSubscriptionType(): { getFields(): Record<string, SubscriptionField> } | null | undefined;
}

interface SubscriptionField {
  resolve?: ((...args: [source: unknown, args: unknown, context: object, info: Info]) => unknown) | undefined;
}

interface Info {
  readonly fieldName: string;
}

/**
 * Each event of a subscription is resolved in the scope of the subscription's visit: GraphQL runs it in the context of the
 * socket, where no middleware was. The field of the subscription itself is resolved first, then those below it.
 */
export function scopeSubscriptions(schema: GraphqlSchema): void {
  for (const field of Object.values(schema.getSubscriptionType()?.getFields() ?? {})) {
    const resolve = field.resolve ?? ((source, _args, _context, { fieldName }) => propertyOf(source, fieldName));
    field.resolve = (source, args, context, info) => {
      if (typeof context === 'object' && context !== null) enterScope(visitsOf(context));
      return resolve(source, args, context, info);
    };
  }
}

/** As GraphQL does without a function. */
function propertyOf(source: unknown, name: string): unknown {
  return typeof source === 'object' && source !== null ? (source as Record<string, unknown>)[name] : undefined;
}
