/** Finds the modules that each source file imports, by parsing it. Includes types, re-exports and `import()`. */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseSync } from '@swc/core';

const SKIPPED = new Set(['node_modules', 'dist', 'fixtures', 'generated']);

/** Source files below the folder, as sorted paths relative to the root. Empty if the folder doesn't exist. */
export function sourceFiles(root, folder) {
  let entries;
  try {
    entries = readdirSync(join(root, folder), { withFileTypes: true });
  } catch {
    return [];
  }
  return entries
    .flatMap((entry) => {
      const path = `${folder}/${entry.name}`;
      if (entry.isDirectory()) return SKIPPED.has(entry.name) ? [] : sourceFiles(root, path);
      return /\.(ts|tsx|mts)$/.test(entry.name) && !entry.name.endsWith('.d.ts') ? [path] : [];
    })
    .sort();
}

/**
 * @typedef {{specifier: string, names: string[], isType: boolean, line: number}} ImportSite names: the exported names
 * that are imported; `*` for all
 */

/** @returns {{imports: ImportSite[], text: string}} */
export function importsOf(root, file) {
  const text = readFileSync(join(root, file), 'utf8');
  // Only files with import syntax need parsing.
  if (!/\b(import|export|require)\b/.test(text)) return { imports: [], text };
  const { body, lineOf } = parsedSource(text, file);
  const imports = [];
  const add = (source, names, isType, span) =>
    imports.push({ specifier: source, names, isType, line: lineOf(span) });
  const visit = (node) => {
    if (!node || typeof node !== 'object') return;
    if (Array.isArray(node)) return node.forEach(visit);
    switch (node.type) {
      case 'ImportDeclaration':
        add(
          node.source.value,
          node.specifiers.map((s) => (s.type === 'ImportSpecifier' ? (s.imported ?? s.local).value : '*')),
          node.typeOnly || (node.specifiers.length > 0 && node.specifiers.every((s) => s.isTypeOnly)),
          node.span,
        );
        return;
      case 'ExportNamedDeclaration':
      case 'ExportAllDeclaration':
        if (node.source)
          add(
            node.source.value,
            node.specifiers?.map((s) => s.orig?.value ?? '*') ?? ['*'],
            node.typeOnly ?? false,
            node.span,
          );
        return;
      case 'TsImportType':
        add(node.argument.value, ['*'], true, node.span);
        break;
      case 'CallExpression': {
        const callee = node.callee;
        const isImport =
          callee.type === 'Import' || (callee.type === 'Identifier' && callee.value === 'require');
        const given = node.arguments[0]?.expression;
        if (isImport && given?.type === 'StringLiteral') add(given.value, ['*'], false, node.span);
        break;
      }
    }
    for (const key in node) if (key !== 'span') visit(node[key]);
  };
  visit(body);
  return { imports, text };
}

/**
 * Parses a TypeScript source.
 * @returns {{body: object[], lineOf: (span: {start: number}) => number}} its statements, and the line of a node
 */
export function parsedSource(text, file) {
  const program = parseSync(text, {
    syntax: 'typescript',
    tsx: file.endsWith('.tsx'),
    decorators: true,
    target: 'esnext',
  });
  // swc counts bytes from the end of the previous input, so offsets are relative to the start of this module.
  const bytes = Buffer.from(text);
  const start = program.span.start - leadingBytes(text);
  const lineOf = (span) =>
    bytes
      .subarray(0, Math.max(0, span.start - start))
      .toString()
      .split('\n').length;
  return { body: program.body, lineOf };
}

/** swc's module span starts at the first token. Returns the number of bytes before it, which must be added back. */
function leadingBytes(text) {
  const rest = text.replace(/^(\s+|\/\/[^\n]*\n?|\/\*[\s\S]*?\*\/|#![^\n]*\n)+/, '');
  return Buffer.byteLength(text) - Buffer.byteLength(rest);
}
