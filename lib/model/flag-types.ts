import type { VwoClientFlags, VwoFlags } from './vwo-flags.js';

// For the compiler's sake, where there are thousands of keys: what a flag has is looked up by its key, not in the list of all keys.

/** The name of a client (`VwoModule.forRoot({ name })`); undefined is the one without a name, `string` one whose flags are not known. */
export type ClientName = string | undefined;

/** The flags of a client, by key; `unknown` where nothing says which they are. */
type FlagsOf<Client extends ClientName> = string extends Client
  ? unknown
  : [Client] extends [undefined]
    ? VwoFlags
    : Client extends keyof VwoClientFlags
      ? VwoClientFlags[Client]
      : unknown;

/** The keys of a client's flags that are known: none where nothing says which they are. */
export type KnownFlagKey<Client extends ClientName = undefined> = string extends Client
  ? never
  : [Client] extends [undefined]
    ? keyof VwoFlags & string
    : Client extends keyof VwoClientFlags
      ? keyof VwoClientFlags[Client] & string
      : never;

/** Any text where nothing says which flags a client has; nothing at all where something does. */
export type LooseFlagKey<Client extends ClientName = undefined> = [KnownFlagKey<Client>] extends [never]
  ? string
  : never;

/** A key of a client's flags: any text until the application says which there are (`VwoFlags`). */
export type FlagKey<Client extends ClientName = undefined> = [KnownFlagKey<Client>] extends [never]
  ? string
  : KnownFlagKey<Client>;

/** A flag that nothing is known of is `unknown`. */
type FlagShape<Key extends string, Client extends ClientName> =
  FlagsOf<Client> extends { readonly [Each in Key]: infer Shape } ? Shape : unknown;

/** The keys of a flag's variations. */
export type FlagVariation<Key extends string = string, Client extends ClientName = undefined> =
  FlagShape<Key, Client> extends { readonly variation: infer Variation extends string } ? Variation : string;

/** The variables of a flag: their types by name; `unknown` where nothing says which they are. */
export type FlagVariables<Key extends string = string, Client extends ClientName = undefined> =
  FlagShape<Key, Client> extends { readonly variables: infer Variables } ? Variables : unknown;

/** The name of a variable of a flag. */
export type VariableName<Variables> = unknown extends Variables ? string : keyof Variables & string;

/** The type of a variable of a flag. */
export type VariableValue<Variables, Name> = Name extends keyof Variables ? Variables[Name] : unknown;

/** What reading a variable gives: its value, or the default of a user who has none. */
export type VariableOr<Variables, Name, Default> =
  | (unknown extends VariableValue<Variables, Name> ? Default : VariableValue<Variables, Name>)
  | Extract<Default, null | undefined>;

/** The key with which a flag is typed: where no keys are known, all flags have one type. */
export type KnownKey<Key extends string, Client extends ClientName = undefined> = [KnownFlagKey<Client>] extends [never]
  ? string
  : Key;
