/**
 * Turns the API document, which describes the operations of every object one by one, into one that has each kind of
 * operation once: `GET /accounts/{id}`, `GET /contacts/{id}`, … become `GET /{object}/{id}`. The client is generated
 * from it, so it grows with kinds of operations and not with objects.
 */

const ROOT = '/api/v1';
const SCHEMAS = '#/components/schemas/';

/** What stands for the schemas of an object in operations that serve all objects. */
const ANY = {
  record: 'AnyRecord',
  list: 'AnyRecordList',
  create: 'AnyRecordValues',
  update: 'AnyRecordValues',
};

const pascal = (path) => path.replace(/(^|[-/])([a-z])/g, (_, __, letter) => letter.toUpperCase());

/**
 * @param {object} document the API document
 * @returns {{ document: object, objects: ApiObject[] }} the document by kinds, and the objects that it no longer tells
 * apart. Names of schemas are missing for what an object does not offer.
 * @typedef {{ key: string, path: string, record: string, list: string, create?: string, update?: string }} ApiObject
 */
export function byKind(document) {
  const operations = Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => ({ path, method, operation })),
  );
  const objects = objectsOf(document, operations);
  const byKey = new Map(objects.map((object) => [object.key, object]));
  const paths = {};
  const add = ({ path, method, operation }) => {
    paths[path] = { ...paths[path], [method]: operation };
  };
  const known = new Set();
  for (const one of operations) {
    const object = byKey.get(one.operation['x-object']);
    const kind = one.operation['x-operation'];
    if (!object) add({ ...one, operation: inlined(document, one.operation) });
    else if (!known.has(kind)) {
      known.add(kind);
      add(generalised(one, object, document));
    }
  }
  const lists = new Set(objects.map(({ list }) => list));
  const schemas = Object.fromEntries(
    Object.entries(document.components.schemas).filter(([name]) => !lists.has(name)),
  );
  const components = {
    schemas: { ...schemas, ...anySchemas(document, objects) },
    securitySchemes: document.components.securitySchemes,
  };
  return { document: { ...document, paths, components }, objects };
}

/** Reads the objects from the operations that say which object they belong to. */
function objectsOf(document, operations) {
  const found = new Map();
  for (const { path, operation } of operations) {
    const key = operation['x-object'];
    if (key === undefined) continue;
    const object = found.get(key) ?? { key };
    found.set(key, object);
    const body = (of) => schemaName(resolved(document, of.requestBody));
    const answer = (of) => schemaName(resolved(document, of.responses['200']));
    switch (operation['x-operation']) {
      case 'list':
        Object.assign(object, { path: path.slice(ROOT.length), list: answer(operation) });
        break;
      case 'get':
        object.record = answer(operation);
        break;
      case 'create':
        object.create = body(operation);
        break;
      case 'update':
        object.update = body(operation);
        break;
    }
  }
  return [...found.values()];
}

/** An object's operation as the one that serves all objects. */
function generalised({ path, method, operation }, object, document) {
  const { 'x-object': _, tags: __, ...rest } = operation;
  const general = inlined(document, rest);
  general.operationId = operation.operationId
    .replace(pascal(object.path.slice(1)), 'Records')
    .replace(object.record, 'Record');
  general.summary = `Operation \`${operation['x-operation']}\` of the objects`;
  const parameter = { name: 'object', in: 'path', required: true, schema: { type: 'string' } };
  general.parameters = [parameter, ...(general.parameters ?? [])];
  return {
    path: path.replace(ROOT + object.path, `${ROOT}/{object}`),
    method,
    operation: withAnySchemas(general, object),
  };
}

/** Replaces references to components other than schemas by what they refer to. */
function inlined(document, node) {
  if (Array.isArray(node)) return node.map((one) => inlined(document, one));
  if (!node || typeof node !== 'object') return node;
  if (node.$ref && !node.$ref.startsWith(SCHEMAS)) return inlined(document, resolved(document, node));
  return Object.fromEntries(Object.entries(node).map(([key, value]) => [key, inlined(document, value)]));
}

/** Replaces references to the schemas of an object by references to those of any record. */
function withAnySchemas(node, object) {
  const replaced = new Map(
    Object.entries(ANY)
      .filter(([role]) => object[role])
      .map(([role, name]) => [SCHEMAS + object[role], SCHEMAS + name]),
  );
  return JSON.parse(
    JSON.stringify(node, (key, value) => (key === '$ref' ? (replaced.get(value) ?? value) : value)),
  );
}

/** Any record has what all objects have; which fields it has beside depends on its object. */
function anySchemas(document, objects) {
  const { schemas } = document.components;
  const [first, ...others] = objects;
  const record = schemas[first.record];
  const shared = Object.entries(record.properties).filter(([name, schema]) =>
    others.every((object) => {
      const other = schemas[object.record].properties[name];
      return JSON.stringify(other) === JSON.stringify(schema);
    }),
  );
  return {
    [ANY.record]: {
      description: 'A record of any object: what all objects have, and the fields of its own.',
      type: 'object',
      properties: Object.fromEntries(shared),
      required: record.required.filter((name) => shared.some(([key]) => key === name)),
      additionalProperties: {},
    },
    [ANY.list]: withAnySchemas(schemas[first.list], first),
    [ANY.create]: {
      description: 'Values of the fields of any object, by key.',
      type: 'object',
      additionalProperties: {},
    },
  };
}

function resolved(document, node) {
  if (!node?.$ref) return node;
  return node.$ref
    .slice(2)
    .split('/')
    .reduce((at, key) => at[key], document);
}

function schemaName(content) {
  return content?.content?.['application/json']?.schema?.$ref?.slice(SCHEMAS.length);
}

/**
 * @param {ApiObject[]} objects
 * @returns {string} TypeScript source of the map from objects to their types
 */
export function objectMap(objects) {
  const types = [...new Set(objects.flatMap(({ record, create, update }) => [record, create, update]))];
  const entries = objects.map(
    ({ key, path, record, create = 'never', update = 'never' }) =>
      `  ${key}: { path: '${path}'; record: ${record}; create: ${create}; update: ${update} };`,
  );
  return [
    '// This file is auto-generated by generate.mjs',
    '',
    `import type { ${types.filter(Boolean).sort().join(', ')} } from './types.gen.js';`,
    '',
    '/** Every object of the product: the path of its endpoints, and the types of its records. */',
    'export interface ObjectMap {',
    ...entries,
    '}',
    '',
  ].join('\n');
}
