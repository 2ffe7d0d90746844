import type { FeatureDefinition } from '@/app/feature.types';
import { lazyPart } from '@/lib/i18n/i18n';

const AccountContactsPanel = lazyPart('account-contacts', () => import('./account-contacts-panel'));

/** Contacts of an account: their roles, and which one is primary. */
const feature: FeatureDefinition = {
  recordPanels: (object) =>
    object.key === 'account'
      ? [{ key: 'contacts', labelKey: 'entries:account-contacts.tab', Panel: AccountContactsPanel }]
      : [],
};

export default feature;
