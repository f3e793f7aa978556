import type { ArgumentsHost, ExecutionContext } from '@nestjs/common';
import type { Visit } from '../client/index.js';
import type {
  ClientName,
  FlagKey,
  FlagVariables,
  KnownFlagKey,
  KnownKey,
  LooseFlagKey,
  UserId,
  VariableName,
  VariableOr,
  VariableValue,
  VwoFlag,
  VwoUserContext,
} from '../model/index.js';

/** What in `VwoService` depends on which flags there are. */
export interface ReadsFlags<Client extends ClientName> {
  flag<Key extends FlagKey<Client>>(key: Key): VwoFlag<KnownKey<Key, Client>, Client>;
  isEnabled(key: FlagKey<Client>): boolean;
  variable<T>(key: LooseFlagKey<Client>, variable: string, defaultValue: T): T;
  variable<
    Key extends KnownFlagKey<Client>,
    Name extends VariableName<FlagVariables<Key, Client>>,
    Default extends VariableValue<FlagVariables<Key, Client>, Name> | null | undefined,
  >(
    key: Key,
    variable: Name,
    defaultValue: Default,
  ): VariableOr<FlagVariables<Key, Client>, Name, Default>;
  run<T>(
    user: VwoUserContext<UserId> | undefined,
    work: (visit: Visit<Client>) => T | Promise<T>,
    keys?: readonly FlagKey<Client>[],
  ): Promise<T>;
  visit(user: VwoUserContext<UserId> | undefined, keys?: readonly FlagKey<Client>[]): Promise<Visit<Client>>;
  open(context: ExecutionContext): Promise<Visit<Client>>;
  of(host: ArgumentsHost): Visit<Client>;
}
