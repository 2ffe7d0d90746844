import { IconHelpCircle, IconUserShare } from '@tabler/icons-react';
import type { FeatureDefinition } from '@/app/feature.types';
import { AssignmentDialogs } from './assignment-dialogs';
import { askAssignment } from './model/open-question';

const permission = 'manageAssignment';

/** Rules by which leads are assigned, and why one was. */
const feature: FeatureDefinition = {
  routes: [{ path: '/settings/assignment', page: () => import('./assignment-page') }],
  settingsParts: [
    {
      key: 'assignment',
      to: '/settings/assignment',
      labelKey: 'entries:assignment.title',
      icon: IconUserShare,
      order: 49,
      permission,
    },
  ],
  spotlightActions: [
    {
      key: 'assignment',
      labelKey: 'entries:assignment.spotlight',
      icon: IconUserShare,
      to: '/settings/assignment',
      permission,
    },
  ],
  recordMenu: (object) =>
    object.key === 'lead'
      ? [
          ...(object.ownersByRules && object.permissions?.['assign']
            ? [
                {
                  key: 'assign',
                  labelKey: 'entries:assignment.assign',
                  icon: IconUserShare,
                  onSelect: askAssignment('assign'),
                },
              ]
            : []),
          {
            key: 'assignment',
            labelKey: 'entries:assignment.reason',
            icon: IconHelpCircle,
            onSelect: askAssignment('reason'),
          },
        ]
      : [],
  overlays: [AssignmentDialogs],
};

export default feature;
