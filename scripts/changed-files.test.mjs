import assert from 'node:assert/strict';
import { test } from 'node:test';
import { touchedBy } from './runtime/changed-files.mjs';

test('a change of a feature runs the browser tests with its name, and those that always run', () => {
  assert.deepEqual(touchedBy(['apps/web/src/features/imports/progress.ts'], 'HEAD'), {
    since: 'HEAD',
    scripts: false,
    web: true,
    specs: ['e2e/accessibility.spec.ts', 'e2e/first-day.spec.ts', 'e2e/imports.spec.ts'],
  });
});

test('a change of shared code runs all browser tests', () => {
  for (const file of ['apps/web/src/records/undo.tsx', 'packages/ui/src/theme.ts', 'apps/web/vite.config.ts'])
    assert.equal(touchedBy([file], 'HEAD').specs, null, file);
});

test('a change of the API runs no browser test; one of scripts or migrations runs the tests of scripts', () => {
  assert.deepEqual(touchedBy(['packages/modules/src/leads/leads.rules.ts'], 'HEAD').specs, []);
  assert.equal(touchedBy(['packages/modules/src/leads/leads.rules.ts'], 'HEAD').scripts, false);
  for (const file of ['scripts/start.mjs', 'prisma/migrations/1/migration.sql', 'pnpm-lock.yaml'])
    assert.equal(touchedBy([file], 'HEAD').scripts, true, file);
});
