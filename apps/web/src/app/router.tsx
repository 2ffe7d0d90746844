import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  redirect,
} from '@tanstack/react-router';
import { loadTexts } from '@/lib/i18n/i18n';
import { queryClient } from '@/lib/query-client';
import { currentSession, ensureSession, onSessionChange } from '@/lib/session/session';
import { meQuery } from '@/lib/session/use-me';
import { objectsQuery } from '@/records/api/describe-objects';
import { forgetVisits } from '@/records/recent-records';
import { featureRoutes } from './features';
import { NotFoundPage, PageError, PagePending } from './page-states';
import AppShell from './shell/app-shell';

const rootRoute = createRootRoute({ component: Outlet, notFoundComponent: NotFoundPage });

const publicRoute = createRoute({
  getParentRoute: () => rootRoute,
  id: 'public',
  component: lazyRouteComponent(() => import('./public-layout'), 'PublicLayout'),
});

/** The only page of a session that may do nothing but set up a second factor. */
const SET_UP = '/second-factor-setup';

function isHeldUp(): boolean {
  const session = currentSession();
  return session.status === 'signed-in' && session.secondFactorPending;
}

const appRoute = createRoute({
  getParentRoute: () => rootRoute,
  id: 'app',
  component: AppShell,
  beforeLoad: async ({ location }) => {
    const isIn = await ensureSession();
    if (isIn && !isHeldUp()) return;
    const next = location.href === '/' ? undefined : location.href;
    throw redirect({ to: isIn ? SET_UP : '/login', search: { next } as never });
  },
  loader: () =>
    Promise.all([queryClient.ensureQueryData(meQuery), queryClient.ensureQueryData(objectsQuery)]),
  staleTime: Number.POSITIVE_INFINITY,
});

/** A feature's page. Its code and its texts load at the same time. */
function featurePage({ page, feature, texts = [] }: (typeof featureRoutes)[number]) {
  return lazyRouteComponent(async () => {
    const [loaded] = await Promise.all([page(), ...[feature, ...texts].map(loadTexts)]);
    return loaded;
  }, 'default');
}

const publicChildren = featureRoutes
  .filter((route) => route.layout === 'public')
  .map((route) =>
    createRoute({
      getParentRoute: () => publicRoute,
      path: route.path,
      component: featurePage(route),
    }),
  );

const appChildren = featureRoutes
  .filter((route) => route.layout !== 'public')
  .map((route) =>
    createRoute({
      getParentRoute: () => appRoute,
      path: route.path,
      component: featurePage(route),
    }),
  );

const listRoute = createRoute({
  getParentRoute: () => appRoute,
  path: '/$objectPath',
  component: lazyRouteComponent(() => import('@/records/list/object-list-page'), 'default'),
});

const recordRoute = createRoute({
  getParentRoute: () => appRoute,
  path: '/$objectPath/$recordId',
  component: lazyRouteComponent(() => import('@/records/record/object-record-page'), 'default'),
});

export const router = createRouter({
  routeTree: rootRoute.addChildren([
    publicRoute.addChildren(publicChildren),
    appRoute.addChildren([...appChildren, listRoute, recordRoute]),
  ]),
  defaultPreload: 'intent',
  defaultPendingComponent: PagePending,
  defaultErrorComponent: PageError,
  scrollRestoration: true,
});

/** Follows changes of the session, including those in other tabs. */
export function followSession(): void {
  onSessionChange((state, previous) => {
    if (state.status === 'anonymous' && previous.status === 'signed-in') {
      queryClient.clear();
      forgetVisits();
      void router.invalidate();
      void router.navigate({ to: '/login', ignoreBlocker: true });
    } else if (
      state.status === 'signed-in' &&
      previous.status === 'signed-in' &&
      state.tenantId !== previous.tenantId
    ) {
      // Nothing of the other company may stay on the screen, so reload.
      location.assign('/');
    } else if (isHeldUp() && previous.status === 'signed-in' && !previous.secondFactorPending) {
      // Redirects in the middle of work. At log-in, the route redirects.
      void router.navigate({ to: SET_UP });
    }
  });
}
