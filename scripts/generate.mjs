/**
 * Writes the lists that the apps load, from the folders of packages/modules/src: descriptions (`*.record.ts`), modules
 * (`<name>.module.ts`), HTTP modules (`http/<name>.http-module.ts`) and worker modules
 * (`worker/<name>.worker-module.ts`). With `--check` it writes nothing and exits with 1 if the committed lists are out
 * of date.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from './runtime/project.mjs';

const source = join(projectRoot, 'packages/modules/src');
const lists = join(source, 'lists');
const check = process.argv.includes('--check');

const modules = readdirSync(source, { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && existsSync(join(source, entry.name, 'index.ts')))
  .map((entry) => entry.name)
  .sort();

/** Names that a file exports and that match the pattern. Empty if there is no such file. */
function exported(path, pattern) {
  if (!existsSync(join(source, path))) return [];
  return [...readFileSync(join(source, path), 'utf8').matchAll(pattern)].map((match) => match[1]);
}

function list(title, type, typeImport, constant, files, pattern) {
  const imports = [];
  const names = [];
  for (const file of files) {
    const found = exported(file, pattern);
    if (!found.length) continue;
    imports.push(`import { ${found.join(', ')} } from '../${file.replace(/\.ts$/, '.js')}';`);
    names.push(...found);
  }
  return `// Made by scripts/generate.mjs from the module folders: do not edit.
${typeImport}
${imports.join('\n')}

/** ${title} */
export const ${constant}: ${type}[] = [
${names.map((name) => `  ${name},`).join('\n')}
];
`;
}

const nestType = `import type { Type } from '@nestjs/common';`;
const className = /export class (\w+Module)\b/g;
const outputs = {
  'records.generated.ts': list(
    'Every described object.',
    'RecordDescriptor',
    `import type { RecordDescriptor } from '@pellucid/platform/records';`,
    'recordDescriptors',
    modules.flatMap((m) =>
      readdirSync(join(source, m))
        .filter((file) => file.endsWith('.record.ts'))
        .sort()
        .map((file) => `${m}/${file}`),
    ),
    /export const (\w+Record)\b/g,
  ),
  'core.generated.ts': list(
    'Modules of API and worker.',
    'Type<unknown>',
    nestType,
    'coreModules',
    modules.map((m) => `${m}/${m}.module.ts`),
    className,
  ),
  'http.generated.ts': list(
    'Controllers: the API only.',
    'Type<unknown>',
    nestType,
    'httpModules',
    modules.map((m) => `${m}/http/${m}.http-module.ts`),
    className,
  ),
  'worker.generated.ts': list(
    'Job handlers and event consumers: the worker only.',
    'Type<unknown>',
    nestType,
    'workerModules',
    modules.map((m) => `${m}/worker/${m}.worker-module.ts`),
    className,
  ),
};

mkdirSync(lists, { recursive: true });
let stale = 0;
for (const [name, text] of Object.entries(outputs)) {
  const path = join(lists, name);
  const tidy = text.replace(/= \[\n\n\];/, '= [];').replace(/\n\n\n+/g, '\n\n');
  if (existsSync(path) && readFileSync(path, 'utf8') === tidy) continue;
  stale++;
  if (check) console.error(`packages/modules/src/lists/${name} is out of date. Run \`npm run generate\``);
  else writeFileSync(path, tidy);
}
if (check && stale) process.exitCode = 1;
