import { IconLayoutKanban } from '@tabler/icons-react';
import { lazy } from 'react';
import type { FeatureDefinition } from '@/app/feature.types';
import { BoardLink } from './board-link';
import { DealTransitions } from './record-actions';

const StageHistoryPanel = lazy(() => import('./stage-history-panel'));
const ProductLinesPanel = lazy(() => import('./product-lines-panel'));

/** The board of a pipeline, and the buttons that move a deal on its own page. */
const feature: FeatureDefinition = {
  routes: [{ path: '/opportunities/board', page: () => import('./board-page') }],
  navItems: [
    {
      to: '/opportunities/board',
      labelKey: 'pipeline-board:nav',
      icon: IconLayoutKanban,
      section: 'work',
      order: 10,
    },
  ],
  spotlightActions: [
    {
      key: 'board',
      labelKey: 'pipeline-board:spotlight',
      icon: IconLayoutKanban,
      to: '/opportunities/board',
    },
  ],
  recordActions: (object) => (object.key === 'opportunity' ? [DealTransitions] : []),
  recordPanels: (object) =>
    object.key === 'opportunity'
      ? [
          { key: 'lines', labelKey: 'pipeline-board:lines.tab', Panel: ProductLinesPanel },
          { key: 'stages', labelKey: 'pipeline-board:stageHistory.tab', Panel: StageHistoryPanel },
        ]
      : [],
  listActions: (object) => (object.key === 'opportunity' ? [BoardLink] : []),
};

export default feature;
