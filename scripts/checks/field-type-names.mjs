/**
 * Finds where code asks for a field type by its name instead of its traits: comparisons and switches of a `type`, lists of
 * types, and tables by type. Declaring a field of a type (`field.money(…)`, `{ type: 'date' }`) is no question.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parsedSource } from './imports.mjs';

const TABLE = 'packages/conditions/src/field-types/index.ts';

/** The names of the field types: the keys of the shared table. Empty if there is no such table. */
export function fieldTypeNames(root) {
  const path = join(root, TABLE);
  const table = existsSync(path) ? /const TYPES = \{([^}]*)\}/.exec(readFileSync(path, 'utf8')) : null;
  return new Set(table?.[1].match(/\w+/g) ?? []);
}

/**
 * @param {string} text of the file
 * @param {Set<string>} names of the field types
 * @returns {{name: string, line: number}[]} spelled types, each line once
 */
export function spelledFieldTypes(file, text, names) {
  // Names of several words mean nothing but a field type.
  const telling = [...names].filter((name) => /[A-Z]/.test(name));
  const mayAsk = /\btype\b/.test(text) && [...names].some((name) => text.includes(`'${name}'`));
  if (!mayAsk && !telling.some((name) => text.includes(name))) return [];
  const { body, lineOf } = parsedSource(text, file);
  const found = new Map();
  const add = (name, span) => found.set(lineOf(span), { name, line: lineOf(span) });
  const nameIn = (node) => (node?.type === 'StringLiteral' && names.has(node.value) ? node.value : undefined);

  const visit = (node) => {
    if (!node || typeof node !== 'object') return;
    if (Array.isArray(node)) return node.forEach(visit);
    switch (node.type) {
      case 'BinaryExpression': {
        const name = nameIn(node.right) ?? nameIn(node.left);
        if (name && (isType(node.left) || isType(node.right))) add(name, node.span);
        break;
      }
      case 'SwitchStatement':
        if (isType(node.discriminant))
          for (const { test } of node.cases) if (nameIn(test)) add(nameIn(test), test.span);
        break;
      case 'CallExpression': {
        const asked = node.callee.type === 'MemberExpression' ? node.callee.object : undefined;
        if (asked?.type === 'ArrayExpression' && node.arguments.some(({ expression }) => isType(expression)))
          for (const element of asked.elements)
            if (nameIn(element?.expression)) add(nameIn(element.expression), element.expression.span);
        break;
      }
      case 'NewExpression': {
        // A set of something else says so: `new Set<ValueFamily>([…])`.
        const list =
          node.callee.value === 'Set' && !node.typeArguments ? node.arguments?.[0]?.expression : undefined;
        const elements = list?.type === 'ArrayExpression' ? list.elements : [];
        if (elements.length > 1 && elements.every((element) => nameIn(element?.expression)))
          add(nameIn(elements[0].expression), list.span);
        break;
      }
      case 'MemberExpression':
        // A style's class may have the name of a type.
        visit(node.object);
        if (node.property.type !== 'Computed' || nameIn(node.property.expression) === undefined)
          visit(node.property);
        return;
      case 'StringLiteral':
        if (telling.includes(node.value)) add(node.value, node.span);
        return;
      case 'RegExpLiteral':
        for (const name of telling) if (node.pattern.includes(name)) add(name, node.span);
        return;
      case 'KeyValueProperty':
        if (telling.includes(node.key.value)) add(node.key.value, node.key.span);
        break;
    }
    for (const key in node) if (key !== 'span') visit(node[key]);
  };
  visit(body);
  return [...found.values()];
}

/** Whether an expression is a `type`: a variable of this name, or such a property of anything. */
function isType(node) {
  switch (node?.type) {
    case 'Identifier':
      return node.value === 'type';
    case 'MemberExpression':
      return node.property.type === 'Identifier' && node.property.value === 'type';
    case 'OptionalChainingExpression':
      return isType(node.base);
    case 'ParenthesisExpression':
    case 'TsNonNullExpression':
    case 'TsAsExpression':
      return isType(node.expression);
    default:
      return false;
  }
}
