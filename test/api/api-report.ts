import { format, resolveConfig } from 'prettier';
import type { ApiItem, EntryApi } from './public-api.js';

/** `nestjs-vwo/redis` → `nestjs-vwo-redis.api.md`. */
export function fileOf(entry: string): string {
  return `${entry.replaceAll('/', '-')}.api.md`;
}

/** The page of one entry point, in the order of names, so that a change of the API is a change of a few lines here. */
export async function apiReport({ entry, exported, mentioned }: EntryApi): Promise<string> {
  const elsewhere = exported.filter(({ text }) => text === undefined);
  const here = exported.filter(({ text }) => text !== undefined);
  return [
    `# \`${entry}\``,
    'What this entry point exports, types included. Made by `npm run api`; a test fails while it is out of date.',
    ...(elsewhere.length > 0 ? [`Also exported, and declared in the report of another entry:`, listOf(elsewhere)] : []),
    ...(await blocksOf(here)),
    ...(mentioned.length > 0 ? ['## Mentioned above, not exported', ...(await blocksOf(mentioned))] : []),
    '',
  ]
    .join('\n\n')
    .replace(/\n+$/, '\n');
}

function listOf(items: readonly ApiItem[]): string {
  return items.map(({ name, home }) => `- \`${name}\` (\`${home}\`)`).join('\n');
}

async function blocksOf(items: readonly ApiItem[]): Promise<string[]> {
  const style = await resolveConfig(import.meta.filename);
  const texts = await Promise.all(
    items.map(async ({ name, text }) =>
      text ? await format(text, { ...style, parser: 'typescript' }) : `// ${name} is a dependency's\n`,
    ),
  );
  return texts.map((text) => `\`\`\`ts\n${text}\`\`\``);
}
