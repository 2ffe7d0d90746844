/** Checks that the paths, links and npm scripts named in documents exist. */
import { existsSync, globSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';

const README_LINES = 30;
/** Paths in the project start with one of these. */
const TOP = /^(?:apps|packages|prisma|scripts|docs|bench|\.github|\.ci)\//;

/**
 * @param {string} root
 * @param {string[]} files of the project
 * @returns {string[]} problems as sentences; empty if there are none
 */
export function docProblems(root, files) {
  const problems = [];
  const documents = files.filter(
    (file) => file.endsWith('.md') && (/^docs\//.test(file) || /(^|\/)README\.md$/.test(file)),
  );
  const scripts = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).scripts ?? {};
  for (const file of documents) {
    const text = readFileSync(join(root, file), 'utf8');
    for (const [index, line] of text.split('\n').entries()) {
      const at = `${file}:${index + 1}`;
      for (const path of namedPaths(line))
        if (!exists(root, path))
          problems.push(`${at}: there is no ${path}. Correct the path or remove the reference.`);
      for (const [, target] of line.matchAll(/\]\((?!https?:|mailto:|#)([^)\s#]+)[^)]*\)/g))
        if (!existsSync(join(root, dirname(file), decodeURI(target))))
          problems.push(`${at}: the link to ${target} is broken.`);
      for (const [, script] of line.matchAll(/npm run ([\w:-]+)/g))
        if (!(script in scripts)) problems.push(`${at}: package.json has no script "${script}".`);
    }
  }
  const modules = join(root, 'packages/modules/src');
  for (const entry of existsSync(modules) ? readdirSync(modules, { withFileTypes: true }) : []) {
    if (!entry.isDirectory() || entry.name === 'lists') continue;
    const readme = `packages/modules/src/${entry.name}/README.md`;
    if (!existsSync(join(root, readme)))
      problems.push(`${readme} is missing. Describe purpose, invariants, events in and out.`);
    else {
      const lines = readFileSync(join(root, readme), 'utf8').trimEnd().split('\n').length;
      if (lines > README_LINES)
        problems.push(
          `${readme} has ${lines} lines. Keep it to ${README_LINES} and move the rest next to the code or into docs/.`,
        );
    }
  }
  return problems;
}

/** Project paths in code spans. `<name>`, `…` and `*` match anything. */
function namedPaths(line) {
  return [...line.matchAll(/`([^`]+)`/g)]
    .flatMap(([, code]) => code.split(/[\s,;()"'=]+/))
    .map((word) =>
      word
        .replace(/^\.\//, '')
        .replace(/[:.]+$/, '')
        .replace(/:\d+$/, ''),
    )
    .filter((word) => TOP.test(word));
}

function exists(root, path) {
  const pattern = normalize(path).replace(/<[^>]+>|…|\{\w+\}/g, '*');
  return pattern.includes('*') || pattern.includes('{')
    ? globSync(pattern, { cwd: root }).length > 0
    : existsSync(join(root, pattern));
}
