import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build, type HtmlTagDescriptor, type Plugin } from 'vite';

const root = fileURLToPath(new URL('..', import.meta.url));
const BOOT = 'src/boot/boot.ts';
const SHELL_STYLES = 'src/boot/painted-shell.css';

/**
 * Adds to index.html what it needs besides the app: the boot script, which runs before anything is drawn and requests
 * the session while the app is loading; the styles of the static shell; and preloads (font, app). The boot script is
 * its own bundle, because a chunk shared with the app would make it wait for the app.
 */
export function firstLoad(): Plugin {
  let isBuild = false;
  return {
    name: 'pellucid:first-load',
    configResolved: (config) => {
      isBuild = config.command === 'build';
    },
    async buildStart() {
      if (!isBuild) return;
      this.emitFile({ type: 'asset', name: 'boot.js', source: await bundledBoot() });
    },
    transformIndexHtml: {
      order: 'post',
      handler: (html, { bundle }) => {
        const style = `<style>${readFileSync(root + SHELL_STYLES, 'utf8').replace(/\s*\n\s*/g, ' ')}</style>`;
        const shown = html.replace('</title>', `</title>${style}`);
        if (!bundle) return { html: shown, tags: [script({ type: 'module', src: `/${BOOT}` })] };
        const fileOf = (pattern: RegExp) => {
          const found = Object.keys(bundle).find((file) => pattern.test(file));
          if (!found) throw new Error(`the build has no ${pattern}: mend build/first-load.ts`);
          return `/${found}`;
        };
        return {
          // Style sheets stay in the head, so that those loaded later by pages come after them and override Mantine's.
          html: shown,
          tags: [
            script({
              src: fileOf(/assets\/boot-[\w-]+\.js$/),
              'data-en': fileOf(/assets\/catalogue-en-[\w-]+\.js$/),
              'data-de': fileOf(/assets\/catalogue-de-[\w-]+\.js$/),
            }),
            {
              tag: 'link',
              injectTo: 'head',
              attrs: {
                rel: 'preload',
                as: 'font',
                type: 'font/woff2',
                crossorigin: '',
                href: fileOf(/assets\/inter-latin-[\w-]+\.woff2$/),
              },
            },
          ],
        };
      },
    },
  };
}

function script(attrs: Record<string, string>): HtmlTagDescriptor {
  return { tag: 'script', injectTo: 'head', attrs };
}

async function bundledBoot(): Promise<string> {
  const built = await build({
    root,
    configFile: false,
    publicDir: false,
    logLevel: 'warn',
    build: {
      write: false,
      target: 'es2023',
      modulePreload: false,
      rolldownOptions: { input: root + BOOT, output: { format: 'iife' } },
    },
  });
  const outputs = Array.isArray(built) ? built : [built];
  const chunk = outputs
    .flatMap((part) => ('output' in part ? part.output : []))
    .find((part) => part.type === 'chunk');
  if (!chunk) throw new Error('the boot script came to nothing');
  return chunk.code;
}
