/**
 * The rules of docs/architecture.md about imports and tables. Each rule's message says how to fix a violation. No
 * comment can disable a rule.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { fieldTypeNames, spelledFieldTypes } from './field-type-names.mjs';
import { importsOf, sourceFiles } from './imports.mjs';
import { describedObjects, isGeneric, namedObjects } from './object-keys.mjs';
import { checkTexts } from './refused-texts.mjs';
import { mayName, tableOwners, tablesNamed } from './tables.mjs';

/** Packages of the workspace that each part may import (`lists`: only the generated lists of modules). */
const ALLOWED = {
  'apps/api': ['platform', 'lists'],
  'apps/worker': ['platform', 'lists'],
  'apps/web': ['api-client', 'ui', 'conditions'],
  'packages/modules': ['platform', 'conditions', 'modules'],
  'packages/platform': ['conditions'],
  'packages/conditions': [],
  'packages/api-client': [],
  'packages/ui': [],
};

/** Database access that only repositories may have. Queries elsewhere are hard to find. */
const POOLS = ['TenantPool', 'PlatformPool'];
const HIGHEST_TIER = 3;

/** Folders whose rooms are in order: a room imports only earlier ones, by their `index.ts`. */
const ROOMS = {
  'packages/platform/src/records': [
    'describe',
    'decide',
    'read',
    'match',
    'remember',
    'write',
    'compute',
    'serve',
  ],
};

/** Files that may spell the names of field types, besides the tables, and why. */
const SPELLS_TYPES = {
  'packages/platform/src/records/describe/field-builders.ts': 'builders of fields are named after the types',
};

const isTest = (file) => /\.test\.tsx?$|\/(testing|e2e|test|bench)\//.test(file);
const partOf = (file) => file.split('/').slice(0, 2).join('/');
const moduleOf = (file) => /^packages\/modules\/src\/([^/]+)\//.exec(file)?.[1];

/**
 * @param {string} root of the repository
 * @returns {{rule: string, where: string, message: string}[]} violations; empty if there are none
 */
export function boundaryViolations(root) {
  const violations = [];
  const graph = readGraph(root);
  const report = (rule, where, message) => violations.push({ rule, where, message });
  checkGraph(root, graph, report);
  const used = new Set();
  const files = Object.keys(ALLOWED).flatMap((part) => sourceFiles(root, part));
  const known = new Set(files);
  const types = fieldTypeNames(root);
  const objects = describedObjects(root, graph);
  const owners = tableOwners(root, Object.keys(graph));
  const edges = new Map();
  for (const file of files) {
    const { imports, text } = importsOf(root, file);
    checkTexts(file, text, report);
    checkFieldTypes(file, text, types, report);
    checkObjectKeys(file, text, objects, report);
    checkTables(file, text, owners, report);
    edges.set(file, []);
    for (const site of imports) {
      const at = (rule, message) => report(rule, `${file}:${site.line}`, message);
      if (site.specifier.startsWith('.')) {
        const target = resolved(file, site.specifier, known);
        checkRelative(file, target, site, at);
        if (known.has(target) && !site.isType) edges.get(file).push(target);
      } else if (site.specifier.startsWith('@pellucid/')) checkPackage(file, site, graph, used, at);
      else checkLibrary(file, site, at);
    }
  }
  for (const [name, { uses }] of Object.entries(graph))
    for (const other of uses)
      if (graph[other] && !used.has(`${name} ${other}`))
        report(
          'unused-edge',
          'packages/modules/module-graph.json',
          `"${name}" declares that it uses "${other}" but imports nothing of it. Remove "${other}" from its "uses".`,
        );
  for (const cycle of cyclesOf([...edges.keys()], (file) => edges.get(file)))
    report(
      'no-file-cycle',
      cycle[0],
      `These files import each other in a circle: ${cycle.join(' → ')} → ${cycle[0]}. Move what both need into another file, or import only the type.`,
    );
  return violations;
}

function readGraph(root) {
  const path = join(root, 'packages/modules/module-graph.json');
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')).modules : {};
}

/** Checks the graph itself: it lists the folders that exist, points downward and has no cycle. */
function checkGraph(root, graph, report) {
  const where = 'packages/modules/module-graph.json';
  const source = join(root, 'packages/modules/src');
  const folders = existsSync(source)
    ? readdirSync(source, { withFileTypes: true })
        .filter((entry) => entry.isDirectory() && entry.name !== 'lists')
        .map((entry) => entry.name)
    : [];
  for (const folder of folders)
    if (!graph[folder])
      report(
        'graph-is-complete',
        where,
        `The module "${folder}" is missing. Add "${folder}": {"tier": …, "uses": […]}.`,
      );
  for (const [name, { tier, uses }] of Object.entries(graph)) {
    if (!folders.includes(name))
      report(
        'graph-is-complete',
        where,
        `"${name}" is listed, but there is no folder packages/modules/src/${name}. Remove the entry or create the module.`,
      );
    if (!Number.isInteger(tier) || tier < 0 || tier > HIGHEST_TIER)
      report(
        'graph-tiers',
        where,
        `"${name}" has tier ${tier}. Use 0 to ${HIGHEST_TIER} (docs/architecture.md has the table).`,
      );
    for (const other of uses) {
      if (!graph[other])
        report(
          'graph-is-complete',
          where,
          `"${name}" uses "${other}", which isn't a module. Correct the name.`,
        );
      else if (graph[other].tier > tier)
        report(
          'tiers-downward',
          where,
          `"${name}" (tier ${tier}) uses "${other}" (tier ${graph[other].tier}). Imports only go downward. Let "${name}" emit an event that "${other}" consumes, or let "${other}" register itself in a registry of the platform.`,
        );
      else if (tier === HIGHEST_TIER && hasRecord(root, other))
        report(
          'tier-3-reads-descriptions',
          where,
          `"${name}" (tier 3) uses the record module "${other}". Use the platform's RecordRegistry and RecordService instead, so that it works for every object.`,
        );
    }
  }
  for (const cycle of cyclesOf(Object.keys(graph), (name) =>
    graph[name].uses.filter((other) => graph[other]),
  ))
    report(
      'no-module-cycle',
      where,
      `These modules use each other in a circle: ${cycle.join(' → ')} → ${cycle[0]}. Turn one of the imports into an event, or move what both need to a lower module.`,
    );
}

const hasRecord = (root, name) => {
  const folder = join(root, 'packages/modules/src', name);
  return existsSync(folder) && readdirSync(folder).some((file) => file.endsWith('.record.ts'));
};

function checkFieldTypes(file, text, types, report) {
  if (isTest(file) || file.includes('/field-types/') || file in SPELLS_TYPES) return;
  for (const { name, line } of spelledFieldTypes(file, text, types))
    report(
      'traits-instead-of-types',
      `${file}:${line}`,
      `"${name}" is the name of a field type. Ask a trait instead, such as its family, so that types can be added; if none fits, add one to the types' own files (ADR 29).`,
    );
}

function checkObjectKeys(file, text, objects, report) {
  if (isTest(file) || !isGeneric(file, objects)) return;
  for (const { key, line } of namedObjects(file, text, objects.keys))
    report(
      'descriptions-instead-of-objects',
      `${file}:${line}`,
      `"${key}" is one object, and this code works for all of them. Ask its description instead: add a trait to the object's *.record.ts, or let a feature or module register what is its own (ADR 34).`,
    );
}

/** Checks that SQL of a module names its own tables only. */
function checkTables(file, text, owners, report) {
  const reader = moduleOf(file) ?? (file.startsWith('packages/platform/') ? 'platform' : undefined);
  if (!reader || isTest(file)) return;
  for (const named of tablesNamed(file, text, owners)) {
    const owner = owners.get(named.table);
    if (!mayName(owner, reader, named))
      report(
        'tables-have-one-owner',
        `${file}:${named.line}`,
        `The table "${named.table}" belongs to ${owner === 'platform' ? 'the platform' : `the module "${owner}"`}. Go through the record engine or a function that ${owner === 'platform' ? 'the platform' : `@pellucid/modules/${owner}`} exports. If that can't be, add the table to scripts/checks/table-owners.mjs with the reason.`,
      );
  }
}

/** The room of a file, with its place in the order. */
function roomOf(file) {
  for (const [folder, order] of Object.entries(ROOMS)) {
    const room = file.startsWith(`${folder}/`) ? file.slice(folder.length + 1).split('/') : [];
    const place = room.length > 1 ? order.indexOf(room[0]) : -1;
    if (place >= 0) return { folder, order, place, isDoor: room[1] === 'index.ts' };
  }
  return undefined;
}

function checkRooms(file, target, site, at) {
  const from = roomOf(file);
  const to = roomOf(target);
  if (!from || to?.folder !== from.folder || from.place === to.place || isTest(file)) return;
  const { order } = from;
  if (to.place > from.place)
    at(
      'rooms-one-way',
      `"${site.specifier}": the room "${order[from.place]}" comes before "${order[to.place]}" (${order.join(' → ')}) and can't import it, not even a type. Move what both need into "${order[from.place]}" or an earlier room, or take it as a parameter.`,
    );
  else if (!to.isDoor)
    at(
      'rooms-by-their-door',
      `"${site.specifier}" bypasses the entry point of the room "${order[to.place]}". Import its index.ts, and export there what other rooms need.`,
    );
}

function checkRelative(file, target, site, at) {
  checkRooms(file, target, site, at);
  if (target.startsWith('..') || partOf(target) !== partOf(file))
    return at(
      'no-leaving-the-package',
      `"${site.specifier}" leaves ${partOf(file)}. Import the other package by its name, @pellucid/….`,
    );
  const own = moduleOf(file);
  const other = moduleOf(target);
  if (own && other && own !== other && own !== 'lists' && !isTest(file))
    return at(
      'modules-by-their-door',
      other === 'lists'
        ? "The generated lists are for the apps. A module that needs every object uses the platform's RecordRegistry."
        : `"${site.specifier}" imports an internal file of the module "${other}". Import it as @pellucid/modules/${other} and export what you need from its index.ts.`,
    );
  if (!isTest(file) && isTest(target))
    at(
      'no-test-code-in-the-product',
      `"${site.specifier}" is test code. Move what the product needs out of it.`,
    );
  const feature = /^apps\/web\/src\/features\/([^/]+)\//.exec(target)?.[1];
  if (!feature || file.startsWith(`apps/web/src/features/${feature}/`)) return;
  if (file.startsWith('apps/web/src/features/'))
    at(
      'features-apart',
      `"${site.specifier}" imports from the feature "${feature}". Web features don't import each other. Move what both need to src/records, src/components or src/lib, or compose them in src/app.`,
    );
  else if (!file.startsWith('apps/web/src/app/') && !/^apps\/web\/src\/[^/]+$/.test(file) && !isTest(file))
    at(
      'features-on-top',
      `"${site.specifier}" is a feature. Only src/app combines features. Pass it to this file as a property, or move the code to where both can import it.`,
    );
}

function checkPackage(file, site, graph, used, at) {
  const [, name, ...rest] = site.specifier.split('/');
  const path = rest.join('/');
  const part = partOf(file);
  const wanted = name === 'modules' && rest[0] === 'lists' ? 'lists' : name;
  const isTestDoor = path.endsWith('testing') && (name === 'modules' || name === 'platform');
  if (isTestDoor && !isTest(file))
    return at(
      'no-test-code-in-the-product',
      `"${site.specifier}" is for tests. Move what the product needs out of it.`,
    );
  if (part.startsWith('apps/') && wanted === 'modules' && part !== 'apps/web') {
    if (isTest(file)) return;
    return at(
      'apps-load-lists',
      `The apps load modules only through the generated lists. Import @pellucid/modules/lists/… and let the module add itself by its folder (\`npm run generate\`).`,
    );
  }
  if (!ALLOWED[part].includes(wanted))
    return at(
      'packages-one-way',
      `${part} can't import @pellucid/${name}. It can import ${ALLOWED[part].join(', ') || 'no other package of ours'}. ${direction(part, name)}`,
    );
  const own = moduleOf(file);
  if (name === 'modules' && own && own !== 'lists') {
    const other = rest[0];
    if (other === own)
      return at(
        'modules-by-their-door',
        `"${site.specifier}" is this module itself. Import the file by its relative path.`,
      );
    if (rest.length > 1 && !isTestDoor)
      return at(
        'modules-by-their-door',
        `"${site.specifier}" bypasses the entry point. Import @pellucid/modules/${other} and export what you need from its index.ts.`,
      );
    if (isTest(file)) return;
    used.add(`${own} ${other}`);
    if (!graph[own]?.uses.includes(other))
      at(
        'edges-are-declared',
        `The module "${own}" doesn't declare that it uses "${other}". Add "${other}" to its "uses" in packages/modules/module-graph.json if it has the same or a lower tier. Otherwise let the modules communicate by events.`,
      );
  }
  if (own && name === 'platform' && rest[0] === 'db' && !isTest(file) && !file.endsWith('.repository.ts')) {
    const pools = site.isType
      ? []
      : site.names.filter((imported) => POOLS.includes(imported) || imported === '*');
    if (pools.length)
      at(
        'only-repositories-query',
        `${pools.join(', ').replace('*', 'the whole of @pellucid/platform/db')} is for repositories. Move the query to ${own}.repository.ts (or another *.repository.ts) and call that.`,
      );
  }
}

const direction = (part, name) =>
  part === 'packages/platform' && name === 'modules'
    ? 'The platform knows no module. Offer a registry or a port in which the module registers itself.'
    : 'Imports run one way: web → api-client, ui, conditions; api and worker → modules, platform; modules → platform, conditions; platform → conditions.';

function checkLibrary(file, site, at) {
  if (isTest(file)) return;
  if (partOf(file) === 'packages/conditions' && site.specifier.startsWith('node:'))
    at(
      'conditions-are-pure',
      `"${site.specifier}" doesn't exist in a browser, and packages/conditions is shared with it. Take what you need as a parameter.`,
    );
  if (
    moduleOf(file) &&
    (site.specifier === 'pg' || site.specifier.startsWith('@prisma/') || site.specifier === 'kysely')
  )
    at(
      'only-repositories-query',
      `"${site.specifier}" bypasses the tenant's pool. Use the UnitOfWork, or the TenantPool in a *.repository.ts, from @pellucid/platform/db.`,
    );
  if (
    /^apps\/(api|worker)\//.test(file) &&
    (site.specifier === 'pg' || site.specifier.startsWith('@prisma/'))
  )
    at(
      'only-repositories-query',
      `"${site.specifier}" in an app: apps contain no queries. Put it into a module's *.repository.ts or into the platform.`,
    );
}

/** The file that an import resolves to, or the specifier's own path if there is none. */
function resolved(file, specifier, known) {
  const path = normalize(join(dirname(file), specifier));
  const bare = path.replace(/\.(js|jsx|mjs)$/, '');
  const candidates = [
    path,
    `${bare}.ts`,
    `${bare}.tsx`,
    `${bare}.mts`,
    `${path}/index.ts`,
    `${path}/index.tsx`,
  ];
  return candidates.find((candidate) => known.has(candidate)) ?? path;
}

/**
 * Cycles of a graph, each once: its strongly connected components with more than one node, or a node that points to
 * itself (Tarjan).
 */
function cyclesOf(nodes, next) {
  const state = new Map();
  const stack = [];
  const cycles = [];
  const visit = (node) => {
    const own = { index: state.size, low: state.size, open: true };
    state.set(node, own);
    stack.push(node);
    for (const other of next(node)) {
      const theirs = state.get(other) ?? visit(other);
      if (theirs.open) own.low = Math.min(own.low, theirs.low);
    }
    if (own.low === own.index) {
      const members = stack.splice(stack.indexOf(node));
      for (const member of members) state.get(member).open = false;
      if (members.length > 1 || next(node).includes(node)) cycles.push(members);
    }
    return own;
  };
  for (const node of nodes) if (!state.has(node)) visit(node);
  return cycles;
}
