/**
 * Finds where generic code names a business object: engines and shared pages draw every object from its description, so that
 * a new one needs no edit of theirs. Keys count where they mean an object: compared with a `key`, `object` or `references`,
 * given to a function, listed, kept in a constant, or as the keys of a table. Examples in the API's documentation (`sample…`) may name objects.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parsedSource } from './imports.mjs';

const MODULES = 'packages/modules/src';

/** Generic folders besides the modules that neither describe an object nor use one that does. */
const GENERIC = [
  'packages/platform/src/',
  'packages/conditions/src/',
  'apps/web/src/app/',
  'apps/web/src/boot/',
  'apps/web/src/lib/',
  'apps/web/src/records/',
  'apps/web/src/features/access/',
  'apps/web/src/features/access-reasons/',
  'apps/web/src/features/audit/',
  'apps/web/src/features/field-security/',
  'apps/web/src/features/imports/',
];

/** Generic files and folders that may name objects, and why. */
export const NAMES_OBJECTS = {
  'apps/web/src/records/object-description.ts': 'owners and authors of every record are people',
  'packages/modules/src/access/access-frame.ts': 'teams decide what their members may see',
  'packages/modules/src/access/shares/': 'records are shared with people and teams',
  'packages/modules/src/access/roles/roles.service.ts': "a deleted role changes its holders' log",
  'packages/modules/src/explain/explanation.remedies.ts': 'names scopes of permissions',
  'packages/modules/src/identity/': 'log-ins belong to people',
  'packages/modules/src/imports/preview-check.ts':
    'says that the uploaded file differs from the previewed one',
  'packages/modules/src/moves/catalogues/': 'say which objects the files of other systems become',
  'packages/modules/src/tenancy/': 'a company starts with a legal entity',
  'packages/platform/src/records/describe/base-objects.ts': 'the objects that every record refers to',
  'packages/platform/src/records/write/prepare-phase.ts': 'a field that every record has',
  'apps/web/src/features/access/share-dialog.tsx': 'records are shared with people and teams',
  'apps/web/src/records/views/view-dialog.tsx': 'views are shared with people and teams',
  'apps/web/src/features/imports/api/': 'a part of an upload is called "file"',
  'apps/web/src/features/imports/moves/planned-matches.tsx': 'stages of other systems become stages here',
  'apps/web/src/features/access-reasons/subject-picker.tsx': 'names kinds of actors',
};

/** Words that are also keys: kinds of actors and grantees, whose rights a write asks for. */
const OTHER_MEANINGS = new Set(['kind', 'asks', 'actorKind']);

/**
 * The keys of the described objects and the modules that have to do with single objects.
 * @param {Record<string, {uses: string[]}>} graph
 * @returns {{keys: Set<string>, named: Set<string>}}
 */
export function describedObjects(root, graph) {
  const keys = new Set();
  const named = new Set();
  for (const module of Object.keys(graph)) {
    const folder = join(root, MODULES, module);
    for (const file of recordFiles(folder)) {
      named.add(module);
      for (const [, key] of readFileSync(join(folder, file), 'utf8').matchAll(
        /defineRecord\(\{\s*key: '(\w+)'/g,
      ))
        keys.add(key);
    }
  }
  const describing = [...named];
  for (const [module, { uses }] of Object.entries(graph))
    if (uses.some((other) => describing.includes(other))) named.add(module);
  return { keys, named };
}

function recordFiles(folder) {
  try {
    return readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) =>
      file.endsWith('.record.ts'),
    );
  } catch {
    return [];
  }
}

/** Whether a file has to work for every object alike. */
export function isGeneric(file, { named }) {
  if (
    Object.keys(NAMES_OBJECTS).some((path) => file === path || (path.endsWith('/') && file.startsWith(path)))
  )
    return false;
  const module = new RegExp(`^${MODULES}/([^/]+)/`).exec(file)?.[1];
  if (module) return module !== 'lists' && !named.has(module);
  return GENERIC.some((folder) => file.startsWith(folder));
}

/**
 * @param {string} text of the file
 * @param {Set<string>} keys of the described objects
 * @returns {{key: string, line: number}[]} named objects, each line once
 */
export function namedObjects(file, text, keys) {
  if (![...keys].some((key) => new RegExp(`\\b${key}\\b`).test(text))) return [];
  const { body, lineOf } = parsedSource(text, file);
  const found = new Map();
  const add = (key, span) => found.set(lineOf(span), { key, line: lineOf(span) });
  const keyIn = (node) => (node?.type === 'StringLiteral' && keys.has(node.value) ? node.value : undefined);

  const visit = (node) => {
    if (!node || typeof node !== 'object') return;
    if (Array.isArray(node)) return node.forEach(visit);
    switch (node.type) {
      case 'BinaryExpression': {
        const key = keyIn(node.right) ?? keyIn(node.left);
        if (key && (isObject(node.left) || isObject(node.right))) add(key, node.span);
        break;
      }
      case 'SwitchStatement':
        if (isObject(node.discriminant))
          for (const { test } of node.cases) if (keyIn(test)) add(keyIn(test), test.span);
        break;
      case 'CallExpression':
        if (!isText(node.callee))
          for (const { expression } of node.arguments)
            if (keyIn(expression)) add(keyIn(expression), expression.span);
        break;
      case 'ArrayExpression': {
        const elements = node.elements.map((element) => element?.expression);
        if (elements.length && elements.every(keyIn)) add(keyIn(elements[0]), node.span);
        break;
      }
      case 'ObjectExpression': {
        const named = node.properties.filter(
          (property) => property.type === 'KeyValueProperty' && keys.has(property.key.value),
        );
        if (named.length > 1 && named.length === node.properties.length)
          add(named[0].key.value, named[0].key.span);
        break;
      }
      case 'VariableDeclarator':
        if (node.id.value?.startsWith('sample')) return;
        if (keyIn(node.init)) add(keyIn(node.init), node.init.span);
        break;
      case 'KeyValueProperty':
        if (node.key.value === 'sample' || OTHER_MEANINGS.has(node.key.value)) return;
        if (['object', 'references'].includes(node.key.value) && keyIn(node.value))
          add(keyIn(node.value), node.value.span);
        break;
    }
    for (const name in node) if (name !== 'span' && !name.startsWith('type')) visit(node[name]);
  };
  visit(body);
  return [...found.values()];
}

/** Whether an expression is the key of an object: a variable or a property with a name that says so. */
function isObject(node) {
  switch (node?.type) {
    case 'Identifier':
      return ['object', 'objectKey', 'references', 'target', 'key'].includes(node.value);
    case 'MemberExpression':
      return (
        node.property.type === 'Identifier' &&
        ['object', 'objectKey', 'references', 'key'].includes(node.property.value)
      );
    case 'OptionalChainingExpression':
      return isObject(node.base);
    case 'ParenthesisExpression':
    case 'TsNonNullExpression':
    case 'TsAsExpression':
      return isObject(node.expression);
    default:
      return false;
  }
}

/** Whether a call returns a text for people: its argument is the key of the text. */
const isText = (callee) => callee.type === 'Identifier' && callee.value === 't';
