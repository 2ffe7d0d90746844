import '@/app/fonts/fonts.css';
import '@mantine/core/styles.css';
import '@mantine/notifications/styles.css';
import '@pellucid/ui/styles.css';
import { MantineProvider, mergeThemeOverrides } from '@mantine/core';
import { cssVariablesResolver, theme } from '@pellucid/ui';
import { QueryClientProvider } from '@tanstack/react-query';
import { RouterContextProvider, RouterProvider } from '@tanstack/react-router';
import { StrictMode, Suspense, useEffect } from 'react';
import { createRoot } from 'react-dom/client';
import { followSession, router } from '@/app/router';
import { i18n, startI18n } from '@/lib/i18n/i18n';
import { readKeySequences } from '@/lib/keyboard/key-sequence';
import { startLayers } from '@/lib/layers/layer-stack';
import { lazyExtra, startOverAfterRelease } from '@/lib/missing-part';
import { queryClient } from '@/lib/query-client';
import { configureTransport } from '@/lib/transport';

// After a deployment the old chunks are gone. A page that requests one reloads the new app.
window.addEventListener('vite:preloadError', () => void startOverAfterRelease());

// Nothing is announced before the first page is drawn. The store keeps earlier notifications.
const Notifications = lazyExtra(() =>
  import('@mantine/notifications').then(({ Notifications }) => ({ default: Notifications })),
);

startLayers();
readKeySequences();
configureTransport();
followSession();
/** Removes what index.html shows until the app is drawn. */
function Drawn() {
  useEffect(() => document.getElementById('until-drawn')?.remove(), []);
  return null;
}

/** Not awaited at the top level: pages are chunks that import this module, so both would wait for each other. */
async function start(): Promise<void> {
  await startI18n();
  // The API returns objects, fields and options in the user's language.
  i18n.on('languageChanged', () => void queryClient.invalidateQueries());
  // The static shell of index.html stays until the first page is ready.
  await router.load();

  // A button without text needs a name for screen readers.
  const closeButtonProps = { 'aria-label': i18n.t('app:close') };
  const named = mergeThemeOverrides(theme, {
    components: { Notification: { defaultProps: { closeButtonProps } } },
  });

  const root = document.getElementById('root');
  if (!root) throw new Error('index.html has no #root');
  createRoot(root).render(
    <StrictMode>
      <MantineProvider theme={named} cssVariablesResolver={cssVariablesResolver} defaultColorScheme="auto">
        <QueryClientProvider client={queryClient}>
          <RouterProvider router={router} />
          <Drawn />
          <Suspense fallback={null}>
            <RouterContextProvider router={router}>
              <Notifications position="bottom-left" classNames={{ root: 'pl-notifications' }} />
            </RouterContextProvider>
          </Suspense>
        </QueryClientProvider>
      </MantineProvider>
    </StrictMode>,
  );
}

void start();
