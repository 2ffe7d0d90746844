/**
 * Finds tables that a module names in SQL although another module owns them. Only texts of the program are searched:
 * strings and templates, not comments.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parsedSource, sourceFiles } from './imports.mjs';
import { ALLOWED, OWNERS, PUBLIC } from './table-owners.mjs';

const SCHEMA = 'prisma/schema';

/** How a table is named in SQL. The words are lower case in this project, so English sentences are not taken for SQL. */
const NAMED = /\b(from|join|into|update|using|table)\s+(?:only\s+)?"?([a-z][a-z_]*)"?(?![\w.])/g;

/**
 * @param {string} root of the repository
 * @param {string[]} modules
 * @returns {Map<string, string>} the owner of each table: a module, or `platform`
 */
export function tableOwners(root, modules) {
  const owners = new Map();
  const folder = join(root, SCHEMA);
  if (!existsSync(folder)) return owners;
  for (const file of readdirSync(folder)) {
    const name = file.replace(/\.prisma$/, '');
    const text = readFileSync(join(folder, file), 'utf8');
    for (const [, table] of text.matchAll(/@@map\("([a-z_]+)"\)/g))
      owners.set(table, OWNERS[table] ?? (modules.includes(name) ? name : 'platform'));
  }
  return owners;
}

/**
 * @param {string} text of the file
 * @param {Map<string, string>} owners of the tables
 * @returns {{table: string, isWrite: boolean, line: number}[]} tables that the file names in SQL
 */
export function tablesNamed(file, text, owners) {
  const mayName = [...text.matchAll(NAMED)].some(([, , table]) => owners.has(table));
  if (!mayName) return [];
  const { body, lineOf } = parsedSource(text, file);
  const found = [];
  const search = (part, span) => {
    for (const match of part.matchAll(NAMED)) {
      const [, word, table] = match;
      if (!owners.has(table)) continue;
      const isWrite = word === 'into' || word === 'update' || /\bdelete\s+$/.test(part.slice(0, match.index));
      found.push({ table, isWrite, line: lineOf(span) + part.slice(0, match.index).split('\n').length - 1 });
    }
  };
  const visit = (node) => {
    if (!node || typeof node !== 'object') return;
    if (Array.isArray(node)) return node.forEach(visit);
    if (node.type === 'StringLiteral') search(node.value, node.span);
    else if (node.type === 'TemplateElement') search(node.raw, node.span);
    else if (node.type === 'ImportDeclaration') return;
    for (const key in node) if (key !== 'span') visit(node[key]);
  };
  visit(body);
  return found;
}

/**
 * Whether code of a module, or of the platform, may name the table.
 * @param {string} owner of the table
 * @param {string} reader the module that names it, or `platform`
 */
export function mayName(owner, reader, { table, isWrite }) {
  if (owner === reader) return true;
  const { reads = {}, writes = {} } = ALLOWED[reader] ?? {};
  return table in writes || (!isWrite && (table in reads || table in PUBLIC));
}

/**
 * @param {string} root of the repository
 * @returns {string[]} owners and exemptions that stand in the list for nothing
 */
export function unusedTableExemptions(root) {
  const graph = JSON.parse(readFileSync(join(root, 'packages/modules/module-graph.json'), 'utf8')).modules;
  const owners = tableOwners(root, Object.keys(graph));
  const used = new Set();
  for (const folder of ['packages/modules', 'packages/platform'])
    for (const file of sourceFiles(root, folder)) {
      const reader = folder === 'packages/platform' ? 'platform' : file.split('/')[3];
      for (const { table, isWrite } of tablesNamed(file, readFileSync(join(root, file), 'utf8'), owners))
        if (owners.get(table) !== reader) {
          used.add(`${reader} ${isWrite ? 'writes' : 'reads'} ${table}`);
          used.add(`somebody reads ${table}`);
        }
    }
  const listed = [
    ...Object.keys(PUBLIC).map((table) => `somebody reads ${table}`),
    ...Object.entries(ALLOWED).flatMap(([reader, kinds]) =>
      Object.entries(kinds).flatMap(([kind, tables]) =>
        Object.keys(tables).map((table) => `${reader} ${kind} ${table}`),
      ),
    ),
  ];
  return [
    ...listed.filter((exemption) => !used.has(exemption)),
    ...Object.keys(OWNERS).filter((table) => !owners.has(table)),
  ];
}
