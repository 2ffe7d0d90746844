/** `npm run dev`: recompiles what changes, restarts API and worker, and serves the web app with vite. */
import { spawn } from 'node:child_process';
import { existsSync, statSync, watch } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { programOf, SERVER_PACKAGES } from './build.mjs';
import { compileFile, isBuilt } from './compile.mjs';
import { freePort, isPortAnswering } from './ports.mjs';
import { processBegan, stopProcess } from './processes.mjs';
import { say } from './progress.mjs';
import { projectEnv, projectRoot } from './project.mjs';

/** Editors write several files at once; one restart is enough. */
const QUIET_MS = 150;

/**
 * @param {any} instance of the launcher; its `developerMode` is set, so that stopping the instance stops this too
 * @param {NodeJS.ProcessEnv} env of API and worker
 * @returns {Promise<{address: string} | null>} the web app's address; null without a web app
 */
export async function startDeveloperMode(instance, env) {
  const watchers = watchSources(async (changes) => {
    try {
      await compileChanges(changes);
      await Promise.all(instance.applications.map((application) => application.restart(env)));
      say(
        `  ✓ Restarted after ${changes.length === 1 ? relative(projectRoot, changes[0].file) : `${changes.length} changes`}`,
      );
    } catch (error) {
      say(`  ✗ ${error.message.split('\n\nCaused')[0].trimEnd()}`); // a syntax error: keep running the last good build
    }
  });
  const web = await startVite(instance.port);
  instance.developerMode = {
    stop: async () => {
      for (const watcher of watchers) watcher.close();
      await web?.stop();
    },
  };
  say('  · Watching the sources');
  return web;
}

function watchSources(onChange) {
  let changes = new Map();
  /** @type {NodeJS.Timeout | undefined} */
  let timer;
  let work = Promise.resolve();
  const note = (unit, file) => {
    changes.set(file, { unit, file });
    clearTimeout(timer);
    timer = setTimeout(() => {
      const batch = [...changes.values()];
      changes = new Map();
      work = work.then(() => onChange(batch));
    }, QUIET_MS);
  };
  return SERVER_PACKAGES.filter((unit) => existsSync(unit.source)).map((unit) =>
    watch(unit.source, { recursive: true }, (_event, name) => {
      if (name && isBuilt(name) && !name.endsWith('~')) note(unit, join(unit.source, name));
    }),
  );
}

async function compileChanges(changes) {
  for (const { unit, file } of changes) {
    if (!existsSync(file)) {
      await rm(join(unit.output, relative(unit.source, file)).replace(/\.tsx?$/, '.js'), {
        force: true,
        recursive: true,
      });
    } else if (statSync(file).isFile()) {
      await compileFile(file, unit);
    }
  }
}

/** Vite proxies /api to PELLUCID_API_URL. */
async function startVite(apiPort) {
  const folder = join(projectRoot, 'apps/web');
  if (!existsSync(join(folder, 'vite.config.ts'))) return null;
  const port = await freePort(Number(process.env['PELLUCID_WEB_PORT'] || 5173));
  const args = ['--host', '127.0.0.1', '--port', String(port), '--strictPort', '--clearScreen', 'false'];
  const child = spawn(programOf(folder, 'vite'), args, {
    cwd: folder,
    env: projectEnv({ PELLUCID_API_URL: `http://127.0.0.1:${apiPort}` }),
    detached: true,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  let hasExited = false;
  child.once('exit', () => (hasExited = true));
  const began = processBegan(child.pid ?? 0);
  const stop = async () => {
    if (child.pid && began)
      await stopProcess({ pid: child.pid, began }, [
        ['SIGTERM', 3_000],
        ['SIGKILL', 1_000],
      ]);
  };
  while (!hasExited && !(await isPortAnswering(port))) await new Promise((done) => setTimeout(done, 50));
  if (hasExited) throw new Error('The web development server did not start. See the lines above.');
  return { address: `http://localhost:${port}`, stop };
}
