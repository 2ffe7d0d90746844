import { readFile } from 'node:fs/promises';
import { expect, test } from './test';
import { createAccounts, logIn, registerCompany } from './company';
import { expectUsable, SCREENS } from './usable';

const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

test('files are added, looked at, saved, deleted and brought back on the page of a record', async ({
  page,
  request,
}) => {
  const company = await registerCompany(request);
  const [account] = await createAccounts(request, company, ['Anvil']);
  await logIn(page, company, `/accounts/${account!.id}?tab=files`);
  await expect(page.getByText('No files yet')).toBeVisible();
  await expectUsable(page, 'the empty panel');

  await page
    .getByLabel('Add files')
    .last()
    .setInputFiles([
      { name: 'logo.png', mimeType: 'text/html', buffer: PNG },
      { name: 'notes.txt', mimeType: 'text/plain', buffer: Buffer.from('A line of text') },
      { name: 'nothing.txt', mimeType: 'text/plain', buffer: Buffer.alloc(0) },
    ]);
  await expect(page.getByRole('alert')).toContainText('nothing.txt is empty.');
  const panel = page.getByRole('region', { name: 'Files' });
  await expect(panel.getByRole('listitem')).toHaveCount(2);
  await expect(panel).toContainText('2 files');

  await expect(panel.getByRole('listitem', { name: 'logo.png' }).locator('img')).toHaveJSProperty(
    'naturalWidth',
    1,
  );
  await panel.getByRole('button', { name: 'logo.png', exact: true }).click();
  const dialog = page.getByRole('dialog', { name: 'logo.png' });
  await expect(dialog.getByRole('img', { name: 'logo.png' })).toHaveJSProperty('naturalWidth', 1);
  await expectUsable(page, 'the preview');
  await page.keyboard.press('Escape');
  await expect(dialog).toHaveCount(0);

  const saved = page.waitForEvent('download');
  await panel.getByRole('button', { name: 'Download notes.txt' }).click();
  const file = await saved;
  expect(file.suggestedFilename()).toBe('notes.txt');
  expect(await readFile((await file.path())!, 'utf8')).toBe('A line of text');

  await panel.getByRole('button', { name: 'More actions for notes.txt' }).click();
  await page.getByRole('menuitem', { name: 'Delete' }).click();
  await expect(panel.getByRole('listitem')).toHaveCount(1);
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(panel.getByRole('listitem')).toHaveCount(2);

  await page.setViewportSize(SCREENS.narrow.viewport);
  await expectUsable(page, 'the panel on a phone');
});

test('files that are dropped on the panel go on after the connection was lost, and can be cancelled', async ({
  page,
  request,
}) => {
  const company = await registerCompany(request);
  const [account] = await createAccounts(request, company, ['Anvil']);
  await logIn(page, company, `/accounts/${account!.id}?tab=files`);
  await expect(page.getByText('No files yet')).toBeVisible();
  const offsets: string[] = [];
  let isLost = false;
  await page.route('**/file-uploads/*', async (route) => {
    if (route.request().method() !== 'PATCH') return route.fallback();
    const offset = route.request().headers()['upload-offset']!;
    if (offset !== '0' && !isLost) {
      isLost = true;
      return route.abort('connectionreset');
    }
    offsets.push(offset);
    return route.fallback();
  });
  const drop = (name: string, size: number) =>
    page.evaluate(
      ([name, size]) => {
        const transfer = new DataTransfer();
        transfer.items.add(new File([new Uint8Array(size as number)], name as string));
        const target = document.querySelector('[data-drop="files"]')!;
        for (const type of ['dragenter', 'dragover', 'drop'])
          target.dispatchEvent(
            new DragEvent(type, { bubbles: true, cancelable: true, dataTransfer: transfer }),
          );
      },
      [name, size],
    );
  await drop('large.bin', 1_500_000);
  await expect(page.getByText(/Connection lost/)).toBeVisible();
  const panel = page.getByRole('region', { name: 'Files' });
  await expect(panel.getByRole('button', { name: 'Download large.bin' })).toBeVisible();
  // Nothing was sent twice.
  expect(new Set(offsets).size).toBe(offsets.length);

  await page.route('**/file-uploads/*/complete', (route) => route.abort('connectionreset'));
  await drop('unwanted.bin', 1_000);
  await panel.getByRole('button', { name: 'Cancel the upload of unwanted.bin' }).click();
  await expect(panel.getByRole('listitem')).toHaveCount(1);
});
