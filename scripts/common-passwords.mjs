/**
 * Writes packages/modules/src/identity/common-passwords.filter.ts: the 49,000 passwords people choose most, as a Bloom
 * filter. Run it when the list has a new version; a test says when.
 *
 * The list is that of @zxcvbn-ts/language-common (MIT, from breaches that are public), a development dependency: what
 * ships is the filter, 160 kB from which no word can be read.
 */
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pinnedNode, projectRoot } from './runtime/project.mjs';

const folder = join(projectRoot, 'packages/modules');
const program = `
  import { registerHooks } from 'node:module';
  registerHooks({ resolve: (name, context, next) => next(name.startsWith('.') ? name.replace(/\\.js$/, '.ts') : name, context) });
  const { BloomFilter } = await import('./src/identity/bloom-filter.ts');
  const { filterWords } = await import('./src/identity/common-passwords.ts');
  const { dictionary } = await import('@zxcvbn-ts/language-common');
  process.stdout.write(BloomFilter.of(filterWords(dictionary['passwords-common'])).toBase64());
`;
const { stdout, stderr, status } = spawnSync(pinnedNode, ['--input-type=module', '--eval', program], {
  cwd: folder,
  encoding: 'utf8',
  maxBuffer: 10_000_000,
});
if (status !== 0) throw new Error(stderr);
const lines = stdout.match(/.{1,100}/g);
writeFileSync(
  join(folder, 'src/identity/common-passwords.filter.ts'),
  `/**
 * Written by scripts/common-passwords.mjs. The passwords of @zxcvbn-ts/language-common (MIT license, © the zxcvbn-ts
 * authors), as a Bloom filter.
 */
export const COMMON_PASSWORDS = \`
${lines.join('\n')}
\`;
`,
);
process.stdout.write(`${lines.length} lines\n`);
