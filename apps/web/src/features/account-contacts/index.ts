import { lazy } from 'react';
import type { FeatureDefinition } from '@/app/feature.types';

const AccountContactsPanel = lazy(() => import('./account-contacts-panel'));

/** Contacts of an account: their roles, and which one is primary. */
const feature: FeatureDefinition = {
  recordPanels: (object) =>
    object.key === 'account'
      ? [{ key: 'contacts', labelKey: 'account-contacts:tab', Panel: AccountContactsPanel }]
      : [],
};

export default feature;
