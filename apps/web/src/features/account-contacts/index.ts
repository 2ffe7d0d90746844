import { lazy } from 'react';
import type { FeatureDefinition } from '@/app/feature.types';

const AccountContactsPanel = lazy(() => import('./account-contacts-panel'));

/** The people of an account: in which role, and who of them comes first. */
const feature: FeatureDefinition = {
  recordPanels: (object) =>
    object.key === 'account'
      ? [{ key: 'contacts', labelKey: 'account-contacts:tab', Panel: AccountContactsPanel }]
      : [],
};

export default feature;
