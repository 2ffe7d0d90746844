/**
 * Writes packages/modules/src/identity/common-passwords.filter.bin: the 49,000 most common passwords as a Bloom filter.
 * Run it when the list has a new version; a test tells when.
 *
 * The list comes from @zxcvbn-ts/language-common (MIT, from public breaches), a development dependency. The product
 * ships only the filter: 160 kB from which no password can be read.
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
  process.stdout.write(BloomFilter.of(filterWords(dictionary['passwords-common'])).bytes);
`;
const { stdout, stderr, status } = spawnSync(pinnedNode, ['--input-type=module', '--eval', program], {
  cwd: folder,
  maxBuffer: 10_000_000,
});
if (status !== 0) throw new Error(stderr.toString());
writeFileSync(join(folder, 'src/identity/common-passwords.filter.bin'), stdout);
process.stdout.write(`${stdout.length} bytes\n`);
