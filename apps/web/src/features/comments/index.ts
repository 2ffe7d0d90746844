import type { FeatureDefinition } from '@/app/feature.types';
import { lazyPart } from '@/lib/i18n/i18n';
import { knownObject } from '@/records/api/describe-objects';
import { fieldOf } from '@/records/object-description';

const CommentsPanel = lazyPart('comments', () => import('./comments-panel'));

/** What people say to each other about a record, on its page. */
const feature: FeatureDefinition = {
  recordPanels: (object) => {
    const comments = knownObject('comment');
    return comments && fieldOf(comments, 'about')?.linksTo?.includes(object.key)
      ? [
          {
            key: 'comments',
            labelKey: 'entries:comments.tab',
            Panel: CommentsPanel,
            isCommon: true,
            shows: { object: 'comment', field: 'about' },
          },
        ]
      : [];
  },
};

export default feature;
