import { IconHelpCircle, IconUsers } from '@tabler/icons-react';
import type { FeatureDefinition } from '@/app/feature.types';
import { askWho, askWhy } from '@/records/access/access-questions';
import { AccessDialogs } from './access-dialogs';

/** Explains every decision about rights: why somebody may or may not do something, and who can view what. */
const feature: FeatureDefinition = {
  recordMenu: () => [
    {
      key: 'why',
      labelKey: 'entries:access-reasons.menu.why',
      icon: IconHelpCircle,
      onSelect: (object, record) => askWhy({ object: object.key, record: record.id, action: 'read' }),
    },
    {
      key: 'who',
      labelKey: 'entries:access-reasons.menu.who',
      icon: IconUsers,
      onSelect: (object, record) => askWho({ object: object.key, record: record.id }),
    },
  ],
  overlays: [AccessDialogs],
};

export default feature;
