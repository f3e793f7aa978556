import type { Account, AccountFlag } from '../account/index.js';
import { contentType } from './content-type.js';
import { propertyName, quoted, union } from './ts-text.js';

/**
 * The declaration that types the flags of an account. The same settings always give the same text, whatever their order.
 * @param client the name of the client; undefined: the one without a name
 */
export function declarationOf({ accountId, flags }: Account, client?: string): string {
  const indent = client === undefined ? '    ' : '      ';
  const members = flags.map((flag) => memberOf(flag, indent)).join('');
  const own = client === undefined ? '' : ` --client ${quoted(client)}`;
  return `/* eslint-disable */
// Made by \`npx nestjs-vwo types${own}\` from the settings of account ${accountId}. Do not edit it: run that again.
export {};

// prettier-ignore
declare module 'nestjs-vwo' {
  interface ${interfaceOf(members, client)}
}
`;
}

function interfaceOf(members: string, client: string | undefined): string {
  if (client === undefined) return `VwoFlags {\n${members}  }`;
  return `VwoClientFlags {\n    ${propertyName(client)}: {\n${members}    };\n  }`;
}

function memberOf({ key, variations, variables }: AccountFlag, indent: string): string {
  const lines = variables.map(({ name, values }) => `${indent}    ${propertyName(name)}: ${contentType(values)};\n`);
  const content = lines.length > 0 ? `{\n${lines.join('')}${indent}  }` : '{}';
  return (
    `${indent}${propertyName(key)}: {\n` +
    `${indent}  variation: ${union(variations.map(quoted))};\n` +
    `${indent}  variables: ${content};\n` +
    `${indent}};\n`
  );
}
