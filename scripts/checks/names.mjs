/** Names that don't belong in the project (of machines, private registries, authors), and meaningless file names. */
import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';

/** Forbidden patterns, each with the reason to report. */
export const FORBIDDEN_TEXT = [
  {
    pattern: /(?<![\w.$~\])}/-])\/(?:home|root|Users|work|workspace|mnt|srv)\/[\w.-]+/,
    reason: 'is a path of one machine; make it relative to the project or take it from the environment',
  },
  {
    pattern: /\.\.\/shared\//,
    reason: 'points outside the repository; keep what the project needs inside',
  },
  {
    pattern: /(?:registry|tarball)["']?\s*[:=]\s*["']?https?:\/\/(?!registry\.npmjs\.org)[\w.-]+/i,
    reason: "is a registry that others can't reach; leave the registry to their own settings",
  },
  {
    pattern: /https?:\/\/(?:10\.\d+|192\.168|172\.(?:1[6-9]|2\d|3[01]))\.\d+\.\d+/,
    reason: 'is an address of a private network',
  },
  {
    pattern: /\b(?:claude|chatgpt|copilot|anthropic|openai|gpt-\d|language model|as an ai)\b/i,
    reason: 'names a tool somebody wrote with: the project speaks of itself only',
  },
];

const VAGUE_FILE = /^(?:utils?|helpers?|common|misc|shared|stuff|index2)(?:\.[\w.]+)?$|manager\.\w+$/i;
const VAGUE_FOLDER = /(?:^|\/)(?:utils?|helpers?|common|misc)\//;
const VAGUE_CLASS = /\b(?:class|interface)\s+(\w+(?:Manager|Helper|Util|Utils))\b/;

/** Files whose names or contents the project doesn't control. */
const EXEMPT = [
  { path: /^pnpm-lock\.yaml$|^packages\/api-client\/src\/generated\//, why: 'made by tools' },
  { path: /^scripts\/checks\/(?:names\.mjs|drift\.test\.mjs)$/, why: 'says what is forbidden' },
  { path: /^LICENSE$/, why: 'worded by others' },
];
const BINARY = /\.(?:png|jpe?g|gif|ico|woff2?|xlsx|zip|gz|pdf)$/i;

/** @returns {string[]} sentences; none when all is well */
export function nameProblems(root, files) {
  const problems = [];
  for (const file of files) {
    const isLock = file === 'pnpm-lock.yaml';
    if (!isLock && EXEMPT.some(({ path }) => path.test(file))) continue;
    const isSource = /\.(?:m?[jt]sx?)$/.test(file) && !isLock;
    if (isSource && (VAGUE_FILE.test(basename(file)) || VAGUE_FOLDER.test(file)))
      problems.push(`${file}: the name doesn't say what is in it. Name it after what it does.`);
    if (BINARY.test(file)) continue;
    for (const [index, line] of readFileSync(join(root, file), 'utf8').split('\n').entries()) {
      for (const { pattern, reason } of FORBIDDEN_TEXT) {
        const found = pattern.exec(line);
        // In a Dockerfile, /root is the image's own.
        if (found && !(file === 'Dockerfile' && found[0].startsWith('/root/')))
          problems.push(`${file}:${index + 1}: "${found[0]}" ${reason}.`);
      }
      const vague = isSource && VAGUE_CLASS.exec(line);
      if (vague)
        problems.push(`${file}:${index + 1}: "${vague[1]}" doesn't say what it does. Name it after that.`);
    }
  }
  return problems;
}
