import type { FeatureDefinition } from '@/app/feature.types';

/** Everything before log-in: log-in, registration, forgotten password, invitation. */
const auth: FeatureDefinition = {
  routes: [
    { path: '/login', layout: 'public', page: () => import('./login-page') },
    { path: '/login/second-factor', layout: 'public', page: () => import('./second-factor-page') },
    { path: '/register', layout: 'public', page: () => import('./register-page') },
    { path: '/forgot-password', layout: 'public', page: () => import('./forgot-password-page') },
    { path: '/reset-password', layout: 'public', page: () => import('./reset-password-page') },
    { path: '/verify-email', layout: 'public', page: () => import('./verify-email-page') },
    { path: '/accept-invite', layout: 'public', page: () => import('./accept-invite-page') },
  ],
};

export default auth;
